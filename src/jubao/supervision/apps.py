"""Registers the floor `supervision` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """The app `supervision`; its label is the name of the folder."""

    name = "jubao.supervision"
    default_auto_field = "django.db.models.BigAutoField"
