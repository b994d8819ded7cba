"""A demo district of a few hundred people, seeded once for the tests of a file; the present month is run by one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection

from jubao.database.embedded import Cluster
from jubao.database.places import APP_ROLE
from jubao.database.setup import django_connection
from jubao.demo.system_packs import write_packs
from jubao.jobs.demo import DemoOrder, seed
from jubao.kernel.month import Month
from jubao.policy.loading import OWN_PACKS, forget_packs
from tests.support.database import OwnDatabase, copy_of_template

TODAY = date(2026, 11, 20)
MONTH = Month.containing(TODAY)
CODE, OTHER = "500110", "150404"
PEOPLE = 600
ORDER = DemoOrder(people=PEOPLE, seed=7, today=TODAY)


def clock() -> datetime:
    return datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def silent(step: str, done: int, total: int) -> None:
    return None


@dataclass(frozen=True)
class DemoDatabase(OwnDatabase):
    """A database with a seeded district."""

    packs: Path

    def env(self) -> dict[str, str]:
        """For a process of its own."""
        return super().env() | {OWN_PACKS: str(self.packs), "DJANGO_SETTINGS_MODULE": "jubao.site.settings"}


def write_demo_packs(folder: Path) -> Path:
    """The made-up values of the demo districts that tests use."""
    write_packs(folder, (CODE, OTHER), MONTH)
    return folder


@contextmanager
def seeded(cluster: Cluster, folder: Path, packs: Path, order: DemoOrder = ORDER) -> Iterator[DemoDatabase]:
    """A seeded district in a copy of the template; Django's connection of this thread leads there."""
    with pytest.MonkeyPatch.context() as patch, copy_of_template(cluster) as name:
        patch.setenv("JUBAO_DATA_DIR", str(folder))
        patch.setenv(OWN_PACKS, str(packs))
        forget_packs()
        own = DemoDatabase(name, cluster, folder, packs)
        with django_connection(own.url(APP_ROLE)):
            own.see_everything()
            seed(CODE, order, now=clock, listener=silent)
            yield own
    forget_packs()


def rows_of(*tables: str) -> dict[str, int]:
    """How many rows each table has; with the audit, every change there was."""
    counts = {}
    with connection.cursor() as cursor:
        for table in tables or _tables():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = int(cursor.fetchone()[0])
    return counts


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname NOT LIKE 'procrastinate%%' ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]
