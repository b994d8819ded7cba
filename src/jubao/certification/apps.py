"""Registers the floor `certification` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """The app `certification`; its label is the name of the folder."""

    name = "jubao.certification"
    default_auto_field = "django.db.models.BigAutoField"
