"""Registers the floor `notices` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The app `notices`; its label is the name of the folder."""

    name = "jubao.notices"
    default_auto_field = "django.db.models.BigAutoField"
