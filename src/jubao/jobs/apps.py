"""Registers the floor `jobs` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The app `jobs`; its label is the name of the folder."""

    name = "jubao.jobs"
    default_auto_field = "django.db.models.BigAutoField"
