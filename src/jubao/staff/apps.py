"""Registers the floor `staff` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """The app `staff`; its label is the name of the folder."""

    name = "jubao.staff"
    default_auto_field = "django.db.models.BigAutoField"
