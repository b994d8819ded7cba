"""Databases of a crash trial: one prepared, the others copied from it as they are needed.

Worked example: `clones.inside("dying", work)()` carries out `work` in a copy of the prepared base, made on first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from jubao.database.embedded import Cluster
from jubao.database.places import APP_ROLE, OWNER_ROLE
from jubao.database.setup import create_database, django_connection
from tests.support.database import template


class Clones:
    """Databases made from the migrated template (base) and from the prepared base (everything else)."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        self.cluster, self.prefix, self.template = cluster, prefix, template(cluster)
        self.made: set[str] = set()

    def _database(self, name: str) -> str:
        database = f"{self.prefix}_{name}"
        if database not in self.made:
            source = self.template if name == "base" else f"{self.prefix}_base"
            with psycopg.connect(self.cluster.dsn(), autocommit=True) as server:
                create_database(server, database, template=source)
            self.made.add(database)
        return database

    def dsn(self, name: str, role: str = OWNER_ROLE) -> str:
        """A role's way into the clone called `name`, made on first use."""
        return self.cluster.dsn(self._database(name), role)

    def inside(self, name: str, work: Callable[[], Any], role: str = APP_ROLE) -> Callable[[], Any]:
        """`work` with Django connected to the clone called `name`, made on first use."""
        database = self._database(name)

        def connected() -> Any:
            with django_connection(self.cluster.url(database, role)):
                return work()

        return connected

    def drop(self, *names: str) -> None:
        """Remove the clones named, all without names."""
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as server:
            for database in [f"{self.prefix}_{name}" for name in names] or sorted(self.made):
                server.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
                self.made.discard(database)
