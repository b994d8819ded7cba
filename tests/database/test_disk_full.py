"""A full disk: the statement fails, the whole command is undone, reads go on, and with space work goes on.

Where mounting is allowed the business tables lie on a tmpfs of 24 MiB; elsewhere a limit on the size of files stands in,
which the server inherits. The name of the test says which it was.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from jubao.database.embedded import Cluster

ROWS = 2000
SMALL_DISK = "24m"
SMALL_FILE = 18 * 2**20  # more than a segment of the log, less than the table will need


def may_mount() -> bool:
    """Whether this machine lets us mount a small disk."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False
        )
        if done.returncode == 0:
            subprocess.run(["umount", place], check=True)
        return done.returncode == 0


WAY = "tmpfs" if may_mount() else "file-size-limit"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="jubao-disk-"))
    folder.chmod(0o755)
    made = Cluster(folder, durable=False)
    made.start()
    yield made
    made.stop(mode="immediate")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def small_disk(cluster: Cluster) -> Iterator[str]:
    """Where the table is made: a tablespace on a tmpfs, or the usual one under a limit. Leaving it makes room."""
    if WAY == "file-size-limit":
        yield ""
        return
    place = cluster.folder / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(place)], check=True)
    try:
        cluster.programs.own(place, 0o700)
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        yield "TABLESPACE small"
        cluster.stop(mode="immediate")
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def make_room(cluster: Cluster) -> None:
    """More disk, as an administrator would give."""
    if WAY == "tmpfs":
        subprocess.run(["mount", "-o", "remount,size=96m", str(cluster.folder / "small")], check=True)
    else:
        cluster.stop()
        cluster.start()


def limit_files(cluster: Cluster) -> None:
    """Start the server again so that it inherits a limit on the size of files."""
    cluster.stop()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE, hard))
    try:
        cluster.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def command(connection: psycopg.Connection, number: int) -> None:
    """One command of two statements: a case and its rows; both or neither."""
    with connection.transaction():
        connection.execute("INSERT INTO command VALUES (%s)", [number])
        connection.execute(
            "INSERT INTO line SELECT %s, repeat('x', 900) FROM generate_series(1, %s)", [number, ROWS]
        )


@pytest.mark.parametrize("way", [WAY])
def test_nothing_is_half_done_and_reads_go_on(cluster: Cluster, way: str) -> None:
    with small_disk(cluster) as tablespace:
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            connection.execute("CREATE TABLE command (number int PRIMARY KEY)")
            connection.execute(f"CREATE TABLE line (command int, content text) {tablespace}")
        if way == "file-size-limit":
            limit_files(cluster)
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            done = fill(connection)
            assert done > 2
            assert counted(connection) == (
                done,
                done * ROWS,
            )  # read on the full disk, by the session that failed
        make_room(cluster)
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            command(connection, done)
            assert counted(connection) == (done + 1, (done + 1) * ROWS)


def fill(connection: psycopg.Connection) -> int:
    """Commands until the disk is full; how many were acknowledged."""
    for number in range(100):
        try:
            command(connection, number)
        except (psycopg.errors.DiskFull, psycopg.errors.InternalError_):
            return number
    raise AssertionError("the disk was never full")


def counted(connection: psycopg.Connection) -> tuple[int, int] | None:
    """Commands, and lines of commands."""
    return connection.execute("SELECT (SELECT count(*) FROM command), (SELECT count(*) FROM line)").fetchone()
