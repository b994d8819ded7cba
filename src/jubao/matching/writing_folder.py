"""The folder a command writes into: it replaces its own earlier run and never touches what somebody else put there.

Example: ``with OutDir(Path("2024-05"), "compare") as folder: write_table(con, sql, folder / "lost.csv")`` — the files appear when
the block ends well. A folder that holds ``照片.jpg`` is refused, because a run replaces everything in it.
"""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from types import TracebackType

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

MARKER = ".jubao-run.json"


class OutDir:
    """A folder that is filled under a temporary name and put in place as a whole.

    Raises WrongUsage if the place is a file, or a folder with files that no earlier run of ours wrote.
    """

    def __init__(self, path: Path, command: str) -> None:
        self.path, self.command = path, command
        self._require_ours()
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        self.work = path.absolute().parent / f".{path.name}.{secrets.token_hex(4)}.part"

    def __truediv__(self, name: str) -> Path:
        return self.work / name

    def __enter__(self) -> OutDir:
        try:
            self.work.mkdir()
        except PermissionError as error:
            message = _("{path} 所在的文件夹不能写。").format(path=self.path)
            raise WrongUsage("OUT_NOT_WRITABLE", message, remedy=_("请换一个位置。")) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._put_in_place()
        finally:
            shutil.rmtree(self.work, ignore_errors=True)

    def _files(self, folder: Path) -> list[str]:
        return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if not file.is_dir())

    def _require_ours(self) -> None:
        if not self.path.exists():
            return
        if not self.path.is_dir():
            message = _("{path} 是文件，不是文件夹。").format(path=self.path)
            raise WrongUsage("OUT_IS_FILE", message, remedy=_("请换一个文件夹名。"))
        present = [name for name in self._files(self.path) if name != MARKER]
        foreign = sorted(set(present) - self._written_before())
        if foreign:
            message = _("文件夹 {path} 里有别的文件：{names}。").format(
                path=self.path, names="、".join(foreign[:3])
            )
            raise WrongUsage(
                "FOLDER_NOT_OURS", message, remedy=_("请换一个新文件夹；结果会整个替换，不能与别的文件混放。")
            )

    def _written_before(self) -> set[str]:
        try:
            marker = json.loads((self.path / MARKER).read_text(encoding="utf-8"))
            return set(marker["files"])
        except (OSError, ValueError, KeyError, TypeError):
            return set()

    def _put_in_place(self) -> None:
        marker = {"program": "jubao", "command": self.command, "files": self._files(self.work)}
        (self.work / MARKER).write_text(json.dumps(marker, ensure_ascii=False, indent=1), encoding="utf-8")
        self._require_ours()
        if not self.path.exists():
            self.work.replace(self.path)
            return
        former = self.work.with_name(self.work.name + ".old")
        self.path.replace(former)
        try:
            self.work.replace(self.path)
        except OSError:
            former.replace(self.path)
            raise
        shutil.rmtree(former, ignore_errors=True)
