"""From an empty server to a database that the code fits: roles, database, extensions, migrations, protections.

Worked example::

    create_roles(server)                       # as superuser; `server` is an autocommit psycopg connection
    create_database(server, "jubao")
    with django_connection(cluster.url("jubao", OWNER_ROLE)):
        migrate()
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
import procrastinate
import psycopg

from jubao.database.places import APP_ROLE, OWNER_ROLE, settings_of
from jubao.database.protections import protect
from jubao.policy.loading import pack_folders

EXTENSIONS = ("btree_gist", "pg_trgm")
MIGRATION_LOCK = 20_140_221  # any number of our own
MADE_FROM = ("*/migrations/0*.py", "staff/posts.py", "staff/catalogue.py", "packs/*/variants.yaml")


def create_roles(server: psycopg.Connection) -> None:
    """The owner of the tables, and the application, which owns nothing."""
    for role in (OWNER_ROLE, APP_ROLE):
        if not server.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
            with suppress(
                psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation
            ):  # another was quicker
                server.execute(f"CREATE ROLE {role} LOGIN")


def create_database(server: psycopg.Connection, name: str, *, template: str = "") -> bool:
    """Make the database, empty or as a copy of `template`; False when it is there already. Both get the settings."""
    if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
        return False
    copied = f'TEMPLATE "{template}" STRATEGY file_copy' if template else ""
    server.execute(f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE} {copied}')
    server.execute(f"ALTER DATABASE \"{name}\" SET timezone = 'UTC'")
    server.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    server.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APP_ROLE}')
    return True


@contextmanager
def django_connection(url: str) -> Iterator[None]:
    """Django's connection leads to `url` for a while, then where it led before."""
    from django.db import connection

    former = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(settings_of(url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(former)


def migrate() -> None:
    """Extensions, migrations and protections on Django's connection, which must be the owner's; one program at a time."""
    from django.core.management import call_command
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        for extension in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            cursor.execute("CREATE TABLE IF NOT EXISTS app_schema (digest text PRIMARY KEY)")
            cursor.execute("DELETE FROM app_schema")
            cursor.execute("INSERT INTO app_schema VALUES (%s)", [wanted_digest()])
            protect(cursor)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def is_behind() -> bool:
    """Whether the code has migrations that the database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_ahead() -> bool:
    """Whether the database has seen migrations that the code does not have."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    return bool(set(loader.applied_migrations or ()) - set(loader.graph.nodes) - set(loader.replacements))


def stored_digest() -> str:
    """What the last `migrate` of the database made; empty before the first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('app_schema') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return ""
        cursor.execute("SELECT digest FROM app_schema")
        found = cursor.fetchone()
        return str(found[0]) if found else ""


def wanted_digest() -> str:
    """Names what a database must have been brought up to: the schema, and the packs that its catalogues are written from."""
    digest = hashlib.sha256(schema_digest().encode())
    for _code, folder in sorted(pack_folders().items()):
        for path in sorted(folder.glob("*.yaml")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def schema_digest() -> str:
    """Names what `migrate` would make: a digest of the migrations and protections of the code."""
    digest = hashlib.sha256(_PROGRAM)
    for path in sorted({path for pattern in MADE_FROM for path in _FOLDER.glob(pattern)}):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _program() -> bytes:
    """The code that makes a database, as it is when this module is imported: files may change under a running process."""
    versions = f"{django.__version__} {procrastinate.__version__}".encode()
    files = ("protections.py", "setup.py", "rows.py")
    return versions + b"".join((_FOLDER / "database" / file).read_bytes() for file in files)


_FOLDER = Path(__file__).resolve().parent.parent
_PROGRAM = _program()
