"""Registers the floor `contributions` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """The app `contributions`; its label is the name of the folder."""

    name = "jubao.contributions"
    default_auto_field = "django.db.models.BigAutoField"
