"""Registers the floor `recovery` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """The app `recovery`; its label is the name of the folder."""

    name = "jubao.recovery"
    default_auto_field = "django.db.models.BigAutoField"
