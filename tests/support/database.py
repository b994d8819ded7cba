"""Databases for tests: one embedded cluster for the whole run, a migrated template, a copy per test process and per test.

`database`: the test is one transaction, rolled back at the end, connected as `jubao_app`; it sees all places until a
service sets its scope. `own_database`: a fresh copy (0.15 s) for tests that commit, kill or run in parallel::

    def test_commits(own_database):
        with unit_of_work(actor, "test"): ...
        subprocess.run([...], env=own_database.env())

Nothing starts for a test that asks for neither. The cluster lives in /tmp with what it was built from in its name, is
shared by the workers of xdist and by other runs, and is stopped by the last of them.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO

import psycopg
import pytest

from jubao.database.embedded import SUPERUSER, Cluster
from jubao.database.places import APP_ROLE, OWNER_ROLE
from jubao.database.setup import create_database, create_roles, django_connection, migrate, schema_digest
from jubao.kernel.errors import DomainError

FOLDER = Path(tempfile.gettempdir()) / f"jubao-tests-{os.geteuid()}"
KEPT_TEMPLATES = 4
PATIENCE_SECONDS = 60
_numbers = count(1)


@dataclass(frozen=True)
class OwnDatabase:
    """A copy of the template for one test, with committed data."""

    name: str
    cluster: Cluster
    data_dir: Path

    def url(self, role: str = APP_ROLE) -> str:
        """As `JUBAO_DATABASE_URL` takes it."""
        return self.cluster.url(self.name, role)

    def env(self) -> dict[str, str]:
        """The environment in which a program of its own works on this database."""
        return os.environ | {
            "JUBAO_DATABASE_URL": self.url(),
            "JUBAO_OWNER_DATABASE_URL": self.url(OWNER_ROLE),
            "JUBAO_DATA_DIR": str(self.data_dir),
            "JUBAO_DATABASE_FOR_TESTS": "1",
        }

    def connect(self, role: str = APP_ROLE) -> psycopg.Connection:
        """A connection beside Django's, in autocommit; `role` may be jubao_app, jubao_owner or postgres."""
        return psycopg.connect(self.cluster.dsn(self.name, role), autocommit=True)

    def forget_the_killed(self) -> None:
        """Wait until the server has noticed that a killed process is gone: until then it keeps the process's locks."""
        held = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND datname = %s"
        end = time.monotonic() + PATIENCE_SECONDS
        with self.connect(SUPERUSER) as server:
            while server.execute(held, [self.name]).fetchone() != (0,):
                assert time.monotonic() < end, "a lock is still held"
                time.sleep(0.02)

    def see_everything(self) -> None:
        """Let Django's connection of this thread see all places outside of units of work (again after a reconnect)."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET app.scope = '%'")


def django_ready() -> None:
    """Set Django up for tests, once per process: a data folder of its own, a quick password hasher."""
    import django
    from django.apps import apps

    if apps.ready:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.site.settings")
    os.environ["JUBAO_DATA_DIR"] = tempfile.mkdtemp(prefix="jubao-data-")
    atexit.register(shutil.rmtree, os.environ["JUBAO_DATA_DIR"], ignore_errors=True)
    os.environ.pop("JUBAO_DATABASE_URL", None)
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    django.setup()


@contextlib.contextmanager
def running_cluster() -> Iterator[Cluster]:
    """The cluster of the tests; the last user of all stops it and the first clears what a killed run left behind."""
    FOLDER.mkdir(mode=0o755, exist_ok=True)
    with (FOLDER / "users.lock").open("w") as users:
        alone = _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        cluster = _started(alone)
        if alone:
            with psycopg.connect(cluster.dsn(), autocommit=True) as server:
                _drop_left_behind(server)
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster.start()  # another process may have stopped it while the lock changed hands
        yield cluster
        if _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
            cluster.stop()


def _locked(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except OSError:
        return False
    return True


def _started(alone: bool) -> Cluster:
    cluster = Cluster(FOLDER, durable=False)
    try:
        cluster.start()
    except DomainError:
        if not alone:
            raise
        shutil.rmtree(cluster.data, ignore_errors=True)  # without fsync a power cut may have spoilt it
        cluster.start()
    return cluster


def _drop_left_behind(server: psycopg.Connection) -> None:
    for (name,) in server.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'copy\_%'").fetchall():
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def template(cluster: Cluster) -> str:
    """The name of a migrated, empty database that fits the code; made when it is not there."""
    name = f"template_{schema_digest()}"
    with (FOLDER / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(cluster.dsn(), autocommit=True) as server:
            create_roles(server)
            if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
                return name
            _drop_old_templates(server)
            server.execute("DROP DATABASE IF EXISTS building WITH (FORCE)")
            create_database(server, "building")
            with django_connection(cluster.url("building", OWNER_ROLE)):
                migrate()
            server.execute(f'ALTER DATABASE building RENAME TO "{name}"')
    return name


def _drop_old_templates(server: psycopg.Connection) -> None:
    rows = server.execute(
        r"SELECT datname FROM pg_database WHERE datname LIKE 'template\_%' ORDER BY oid DESC"
    )
    for (name,) in rows.fetchall()[KEPT_TEMPLATES:]:
        with contextlib.suppress(psycopg.errors.ObjectInUse):
            server.execute(f'DROP DATABASE "{name}"')


def clone_database(cluster: Cluster, name: str) -> None:
    """A copy of the template under a name of the caller's (it should begin with `copy_`)."""
    django_ready()
    source = template(cluster)
    with psycopg.connect(cluster.dsn(), autocommit=True) as server:
        create_database(server, name, template=source)


def drop_database(cluster: Cluster, name: str) -> None:
    """Away with a copy, whoever is connected."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def copy_of_template(cluster: Cluster) -> Iterator[str]:
    """A database of one's own, dropped at the end."""
    name = f"copy_{os.getpid()}_{next(_numbers)}"
    clone_database(cluster, name)
    try:
        yield name
    finally:
        with contextlib.suppress(psycopg.OperationalError):
            drop_database(cluster, name)


@pytest.fixture(scope="session")
def test_cluster() -> Iterator[Cluster]:
    """The embedded PostgreSQL of this run."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def plain_server(test_cluster: Cluster) -> Iterator[psycopg.Connection]:
    """PostgreSQL as an engine for SQL: an empty database of this process, no Django, as superuser."""
    name = f"copy_{os.getpid()}_plain"
    with psycopg.connect(test_cluster.dsn(), autocommit=True) as server:
        create_roles(server)
        create_database(server, name)
    with psycopg.connect(test_cluster.dsn(name), autocommit=True) as connection:
        yield connection
    drop_database(test_cluster, name)


@pytest.fixture(scope="session")
def process_database(test_cluster: Cluster) -> Iterator[str]:
    """The copy that the tests of this process share, each in a transaction that is rolled back."""
    with copy_of_template(test_cluster) as name:
        yield test_cluster.url(name, APP_ROLE)


@pytest.fixture
def database(process_database: str) -> Iterator[None]:
    """Django's connection inside a transaction that is rolled back, as the application role, seeing all places."""
    from django.db import connection, transaction

    settings = connection.settings_dict
    if connection.connection is None or settings["NAME"] not in process_database:
        connection.close()
        from jubao.database.places import settings_of

        settings.update(settings_of(process_database))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL app.scope = '%'")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def own_database(test_cluster: Cluster, tmp_path: Path) -> Iterator[OwnDatabase]:
    """A fresh copy with committed data; Django's connection of this thread leads there and sees all places."""
    with copy_of_template(test_cluster) as name:
        own = OwnDatabase(name, test_cluster, tmp_path)
        with django_connection(own.url()):
            own.see_everything()
            yield own
