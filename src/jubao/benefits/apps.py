"""Registers the floor `benefits` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    """The app `benefits`; its label is the name of the folder."""

    name = "jubao.benefits"
    default_auto_field = "django.db.models.BigAutoField"
