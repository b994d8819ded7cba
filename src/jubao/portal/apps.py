"""Registers the floor `portal` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The app `portal`; its label is the name of the folder."""

    name = "jubao.portal"
    default_auto_field = "django.db.models.BigAutoField"
