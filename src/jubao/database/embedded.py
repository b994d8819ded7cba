"""Control of the embedded PostgreSQL: one cluster in a data folder, listening on a socket only. Needs nothing but Python.

Worked example::

    cluster = Cluster(Path("/var/lib/jubao"))
    cluster.start()                            # makes it on the first call; survives kill -9
    psycopg.connect(cluster.dsn("jubao", "jubao_app"))

No account is created, no permission outside the folders `pg` and `pg.s` is changed, readiness is an answering server (a
pid file proves nothing), and a lock lets one starter at a time work.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from jubao.database.programs import Programs, may_enter
from jubao.kernel.errors import OutsideUnavailable, WrongUsage
from jubao.kernel.text import _

SUPERUSER = "postgres"
PORT = 5432
LONGEST_SOCKET_FOLDER = 80  # the system allows 107 bytes with the name of the socket
START_ATTEMPTS = 40
LARGEST_LOG = 10 * 2**20
INITDB = (
    "-U", SUPERUSER, "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
    "--data-checksums", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions",
)  # fmt: skip
# Failing statements stay out of the log with their values: they are people's data.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "Asia/Shanghai",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FOR_TESTS = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "128MB",
}  # fmt: skip


def socket_folder(folder: Path) -> Path:
    """`folder/pg.s`, or a short one when the path would not fit into a socket address."""
    beside = folder / "pg.s"
    if len(str(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    return Path("/tmp") / f"jubao-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


class Cluster:
    """The cluster under `folder`. `durable=False` is for tests: nothing waits for the disk."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "pg"
        self.socket = socket_folder(self.folder)
        self.log = self.folder / "pg.log"
        self.durable = durable
        self._found: Programs | None = None

    @property
    def programs(self) -> Programs:
        """Found once, when first needed."""
        if self._found is None:
            self._found = Programs.find(self.folder)
        return self._found

    def dsn(self, database: str = "postgres", role: str = SUPERUSER) -> str:
        """Connects to `database` as `role`."""
        return f"host={self.socket} port={PORT} user={role} dbname={database}"

    def url(self, database: str, role: str) -> str:
        """The same as an address, as `JUBAO_DATABASE_URL` takes it."""
        return f"postgresql://{role}@/{database}?host={self.socket}&port={PORT}"

    def is_ready(self) -> bool:
        """A server answers on our socket."""
        return self._run("pg_isready", "-q", "-h", self.socket, "-p", PORT, "-t", "2") == 0

    def start(self) -> bool:
        """Make the cluster if there is none and start it; False when it runs already."""
        with self._lock():
            self._check_entry()
            self.programs.own(self.data, 0o700)
            self.programs.own(self.socket, 0o700)
            if self.is_ready():
                return False
            if (self.data / "PG_VERSION").exists():
                self._check_version()
            else:
                self._make()
            self._let_in_only_us()
            self._start()
            return True

    def stop(self, *, mode: str = "fast") -> None:
        """End the server; `immediate` leaves recovery to the next start."""
        with self._lock():
            self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", mode, "stop")

    def postmaster(self) -> int:
        """The process id of the running server."""
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def kill(self) -> None:
        """kill -9 of the postmaster, for tests of faults."""
        os.kill(self.postmaster(), signal.SIGKILL)

    def _make(self) -> None:
        quick = () if self.durable else ("--no-sync",)
        if self._run("initdb", "-D", self.data, *INITDB, *quick):
            raise self._failure(_("建立数据库失败。"))

    def _start(self) -> None:
        """After kill -9 the dead server's children may hold its shared memory for a moment: try again until it is free."""
        settings = SETTINGS if self.durable else SETTINGS | FOR_TESTS
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        if self.programs.account:
            os.chown(self.log, self.programs.account.pw_uid, self.programs.account.pw_gid)
        for _attempt in range(START_ATTEMPTS):
            self._run(
                "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log,
                "-o", f"-k {self.socket} -p {PORT} {options}", "start",
            )  # fmt: skip
            if self.is_ready():
                return
            time.sleep(0.25)
        raise self._failure(_("数据库没有启动。"))

    def _let_in_only_us(self) -> None:
        """Only the system user who started the server (and the one it runs as) may be one of its roles."""
        try:
            users = {pwd.getpwuid(os.geteuid()).pw_name}
        except KeyError:
            return  # a user without a name: the folder of the socket (0700) keeps the others out
        if self.programs.account:
            users.add(self.programs.account.pw_name)
        rows = [f"jubao {user} /^(postgres|jubao_owner|jubao_app)$" for user in sorted(users)]
        (self.data / "pg_ident.conf").write_text("\n".join(rows) + "\n", encoding="utf-8")
        (self.data / "pg_hba.conf").write_text("local all all peer map=jubao\n", encoding="utf-8")

    def _check_entry(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        account = self.programs.account
        if account and not may_enter(self.folder, account):
            raise WrongUsage(
                "DATA_FOLDER_CLOSED",
                _("用户 {user} 不能进入数据文件夹 {folder}。").format(user=account.pw_name, folder=self.folder),
                remedy=_("请用 JUBAO_DATA_DIR 指定一个不在 0700 主目录内的文件夹，例如 /var/lib/jubao。"),
            )  # fmt: skip

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text(encoding="utf-8"))
        if made_by != self.programs.major_version:
            raise WrongUsage(
                "POSTGRESQL_VERSION",
                _("{folder} 由 PostgreSQL {old} 建立，现有程序是 {new}。").format(
                    folder=self.data, old=made_by, new=self.programs.major_version
                ),
                remedy=_("请用旧程序备份（jubao backup）后在新文件夹恢复，或用 JUBAO_PG_BIN 指定旧程序。"),
            )

    def _run(self, program: str, *arguments: object) -> int:
        return self.programs.run(program, *arguments, output=self.folder / f"pg.{program}.out")

    def _failure(self, message: str) -> OutsideUnavailable:
        lines: list[str] = []
        for file in (self.folder / "pg.initdb.out", self.folder / "pg.pg_ctl.out", self.log):
            if file.exists():
                lines += file.read_text(encoding="utf-8", errors="replace").splitlines()[-6:]
        return OutsideUnavailable(
            "POSTGRESQL_NOT_STARTED", f"{message} {' | '.join(lines)}",
            remedy=_("详情见 {log}。").format(log=self.log),
        )  # fmt: skip

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "pg.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
