"""Registers the floor `pension_transfers` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PensionTransfersConfig(AppConfig):
    """The app `pension_transfers`; its label is the name of the folder."""

    name = "jubao.pension_transfers"
    default_auto_field = "django.db.models.BigAutoField"
