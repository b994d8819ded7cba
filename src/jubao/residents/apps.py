"""Registers the floor `residents` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """The app `residents`; its label is the name of the folder."""

    name = "jubao.residents"
    default_auto_field = "django.db.models.BigAutoField"
