"""Registers the floor `staff` with Django; after migrations the catalogue of posts is written."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    """The app `staff`; its label is the name of the folder."""

    name = "jubao.staff"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the catalogue in step with the code."""
        post_migrate.connect(_write_catalogue, sender=self)


def _write_catalogue(**_: Any) -> None:
    from django.db import connection

    from jubao.staff.catalogue import catalogue_write

    # A partial migration of another app ends here too, before our tables stand.
    if {"staff_incompatiblepair", "oversight_auditevent"} <= set(connection.introspection.table_names()):
        catalogue_write()
