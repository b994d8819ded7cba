"""Registers the floor `claim_free` with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ClaimFreeConfig(AppConfig):
    """The app `claim_free`; its label is the name of the folder."""

    name = "jubao.claim_free"
    default_auto_field = "django.db.models.BigAutoField"
