"""A database that knows less than the witness has been put back to an earlier day; it does no business until somebody signs.

Worked example: seals up to event 9 120 lie under `heads/`, the database's last one is 8 004: `refuse_rolled_back()` raises
DATABASE_ROLLED_BACK. `sign_incident("按批准恢复昨日备份", now=now)` keeps the later seals as evidence and lets work go on.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jubao.database.places import data_dir
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.site.backup import last_seal

INCIDENTS = "incidents"


def refuse_rolled_back() -> None:
    """Raise when a witness file is later than every seal of the database."""
    later = _later_seals()
    if later:
        raise CheckFailed(
            "DATABASE_ROLLED_BACK",
            _("数据库被退回到更早的时间：见证文件已有到第 {number} 号事件的封存，数据库没有。").format(
                number=int(later[-1].stem)
            ),
            remedy=_(
                "请恢复最新的备份；确系按批准恢复旧备份的，用 jubao restore 或 serve 的 --incident 写明情况。"
            ),
        )


def sign_incident(text: str, *, now: datetime) -> Path | None:
    """Set the later seals aside with the explanation; the folder they went to, or None when there was nothing to sign."""
    later = _later_seals()
    if not later:
        return None
    folder = data_dir() / INCIDENTS / now.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    (folder / "incident.txt").write_text(f"{now.isoformat()}\n{text}\n{last_seal()}\n", encoding="utf-8")
    for file in later:
        file.rename(folder / file.name)
    return folder


def _later_seals() -> list[Path]:
    known = last_seal().get("until") or 0
    return [file for file in sorted((data_dir() / "heads").glob("*.leaves")) if int(file.stem) > known]
