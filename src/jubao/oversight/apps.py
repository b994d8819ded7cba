"""Registers the floor `oversight` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """The app `oversight`; its label is the name of the folder."""

    name = "jubao.oversight"
    default_auto_field = "django.db.models.BigAutoField"
