"""Registers the floor `cases` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app `cases`; its label is the name of the folder."""

    name = "jubao.cases"
    default_auto_field = "django.db.models.BigAutoField"
