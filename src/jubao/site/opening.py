"""Opening the system from a program: starts the embedded PostgreSQL if that is the database, brings it up to date, checks it.

Worked example: `open_system(now=now)` in `jubao selfaudit`: afterwards Django's models work, connected as `jubao_app`. The
server that it started is stopped when the program ends, unless somebody else works on it by then.
"""

from __future__ import annotations

import atexit
import os
from datetime import datetime

import psycopg

from jubao.database import places
from jubao.database.embedded import Cluster
from jubao.database.safety import refuse_unsafe_server
from jubao.database.setup import (
    create_database,
    create_roles,
    django_connection,
    is_ahead,
    is_behind,
    migrate,
    stored_digest,
    wanted_digest,
)
from jubao.kernel.errors import CheckFailed, OutsideUnavailable
from jubao.kernel.text import _
from jubao.policy.loading import OWN_PACKS


def open_system(*, now: datetime, owner: bool = False) -> Cluster | None:
    """Make the database ready for this process; the cluster when it is embedded. `owner` connects as the tables' owner."""
    cluster = start_embedded()
    _take_own_packs()
    _set_django_up()
    if cluster is not None:
        _bring_up_to_date(cluster)
    elif owner_url := os.environ.get("JUBAO_OWNER_DATABASE_URL"):
        _migrate_as(owner_url)
    if owner:
        _connect_for_good(owner_url_of(cluster))
    _check(now, is_owner=owner)
    return cluster


def start_embedded() -> Cluster | None:
    """The embedded cluster, running; None when `JUBAO_DATABASE_URL` names a server."""
    if os.environ.get("JUBAO_DATABASE_URL"):
        return None
    cluster = Cluster(places.data_dir())
    if cluster.start():
        atexit.register(stop_if_unused, cluster)
    with psycopg.connect(cluster.dsn(), autocommit=True) as server:
        create_roles(server)
        create_database(server, places.DATABASE)
    return cluster


def prepare_server(superuser_url: str) -> None:
    """Roles and database on a server of one's own."""
    with psycopg.connect(superuser_url, autocommit=True) as server:
        create_roles(server)
        create_database(server, places.DATABASE)


def describe(cluster: Cluster | None) -> list[str]:
    """Where data lie and which database it is, for the person at the terminal."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_user")
        version, role = cursor.fetchone()
    database = _("内置 PostgreSQL {version}（{folder}）") if cluster else _("PostgreSQL {version}（{host}）")
    where = {"folder": cluster.data if cluster else "", "host": connection.settings_dict["HOST"]}
    return [
        _("数据文件夹：{folder}").format(folder=places.data_dir()),
        _("数据库：{database}，用户 {role}").format(
            database=database.format(version=version, **where), role=role
        ),
    ]


def stop_if_unused(cluster: Cluster) -> None:
    """Stop the server unless other programs are connected."""
    from django.db import connections

    connections.close_all()
    try:
        with psycopg.connect(cluster.dsn(), autocommit=True) as server:
            others = server.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
    except psycopg.OperationalError:
        return
    if others == (0,):
        cluster.stop()


def close_connections() -> None:
    """Let go of the database, before it is replaced or renamed."""
    from django.db import connections

    connections.close_all()


def refresh_statistics(cluster: Cluster | None) -> None:
    """Let the planner know the tables after much was written at once; only the owner may."""
    with psycopg.connect(owner_url_of(cluster), autocommit=True) as owner:
        owner.execute("ANALYZE")


def owner_url_of(cluster: Cluster | None) -> str:
    """The address at which migrations and audits of the schema work."""
    if cluster is not None:
        return cluster.url(places.DATABASE, places.OWNER_ROLE)
    return os.environ.get("JUBAO_OWNER_DATABASE_URL") or os.environ["JUBAO_DATABASE_URL"]


def _take_own_packs() -> None:
    """Packs in the data folder come before those of the program, here and in every process started from here."""
    folder = places.data_dir() / "packs"
    if folder.is_dir():
        os.environ.setdefault(OWN_PACKS, str(folder))


def _set_django_up() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.site.settings")
    django.setup()


def _bring_up_to_date(cluster: Cluster) -> None:
    _migrate_as(cluster.url(places.DATABASE, places.OWNER_ROLE))


def _migrate_as(url: str) -> None:
    with django_connection(url):
        if stored_digest() == wanted_digest():
            return
        if is_ahead():
            raise CheckFailed(
                "CODE_TOO_OLD", _("数据库由更新版本的程序建立，本程序较旧。"),
                remedy=_("请升级程序，或恢复升级前的备份（jubao restore）。"),
            )  # fmt: skip
        migrate()


def _check(now: datetime, *, is_owner: bool) -> None:
    from django.db import connection
    from django.db.utils import OperationalError

    try:
        with connection.cursor() as cursor:
            refuse_unsafe_server(cursor, now=now, role_matters=not is_owner)
    except OperationalError as error:
        raise OutsideUnavailable(
            "DATABASE_NOT_REACHABLE", _("连不上数据库：{error}").format(error=str(error).splitlines()[0]),
            remedy=_("请检查 JUBAO_DATABASE_URL 和数据库服务。"),
        ) from error  # fmt: skip
    if stored_digest() != wanted_digest() and is_behind():
        raise CheckFailed(
            "DATABASE_TOO_OLD", _("数据库的结构比程序旧。"),
            remedy=_("请先备份，再用表的所有者运行 jubao migrate（设 JUBAO_OWNER_DATABASE_URL）。"),
        )  # fmt: skip


def _connect_for_good(url: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict.update(places.settings_of(url, role=places.OWNER_ROLE))
