"""Registers the floor `workbench` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """The app `workbench`; its label is the name of the folder."""

    name = "jubao.workbench"
    default_auto_field = "django.db.models.BigAutoField"
