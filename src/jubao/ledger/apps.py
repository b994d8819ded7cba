"""Registers the floor `ledger` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The app `ledger`; its label is the name of the folder."""

    name = "jubao.ledger"
    default_auto_field = "django.db.models.BigAutoField"
