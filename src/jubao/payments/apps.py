"""Registers the floor `payments` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The app `payments`; its label is the name of the folder."""

    name = "jubao.payments"
    default_auto_field = "django.db.models.BigAutoField"
