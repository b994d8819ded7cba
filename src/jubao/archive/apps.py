"""Registers the floor `archive` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """The app `archive`; its label is the name of the folder."""

    name = "jubao.archive"
    default_auto_field = "django.db.models.BigAutoField"
