"""Registers the floor `people` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app `people`; its label is the name of the folder."""

    name = "jubao.people"
    default_auto_field = "django.db.models.BigAutoField"
