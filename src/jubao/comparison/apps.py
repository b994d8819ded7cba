"""Registers the floor `comparison` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ComparisonConfig(AppConfig):
    """The app `comparison`; its label is the name of the folder."""

    name = "jubao.comparison"
    default_auto_field = "django.db.models.BigAutoField"
