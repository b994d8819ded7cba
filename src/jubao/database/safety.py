"""What must be true of a server before the system works on it: nothing acknowledged may be lost, nothing may be bypassed.

Worked example: a server with `fsync = off` → `refuse_unsafe_server` raises UNSAFE_SETTING, which names the setting, what
it risks and the line to change. All findings are named at once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jubao.kernel.errors import CheckFailed, DomainError
from jubao.kernel.text import _

OLDEST_MAJOR = 18  # uuidv7()
MOST_CLOCK_DIFFERENCE = timedelta(minutes=5)
FOR_TESTS_ONLY = "JUBAO_DATABASE_FOR_TESTS"
"""Set to 1 by the tests alone, whose servers wait for no disk and hold nobody's data."""

REQUIRED = {
    "fsync": _("断电会损坏数据"),
    "full_page_writes": _("断电会损坏数据"),
    "synchronous_commit": _("断电会丢失已确认的业务"),
    "data_checksums": _("磁盘损坏不会被发现"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a server and what to do about it."""

    code: str
    message: str
    remedy: str


def unsafe_settings(cursor: Any) -> list[Finding]:
    """Settings under which acknowledged work may be lost."""
    if os.environ.get(FOR_TESTS_ONLY) == "1":
        return []
    found = []
    for name, risk in REQUIRED.items():
        if _value(cursor, f"SELECT current_setting('{name}')") == "off":
            remedy = _("请在 postgresql.conf 中设 {name} = on 并重启数据库。").format(name=name)
            if name == "data_checksums":
                remedy = _("请停库后运行 pg_checksums --enable -D 数据目录，再启动。")
            found.append(
                Finding(
                    "UNSAFE_SETTING",
                    _("数据库设置 {name} = off：{risk}。").format(name=name, risk=risk),
                    remedy,
                )
            )
    return found


def wrong_version(cursor: Any) -> list[Finding]:
    """A server too old for the keys that the tables use."""
    major = int(_value(cursor, "SELECT current_setting('server_version_num')")) // 10000
    if major >= OLDEST_MAJOR:
        return []
    message = _("数据库是 PostgreSQL {major}，至少需要 {oldest}。").format(major=major, oldest=OLDEST_MAJOR)
    return [
        Finding("POSTGRESQL_VERSION", message, _("请升级服务器，或不设 JUBAO_DATABASE_URL 而用内置数据库。"))
    ]


def too_mighty_role(cursor: Any) -> list[Finding]:
    """The site's role must not get past row security, nor own what it writes to."""
    cursor.execute(
        "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public'"
        " AND tableowner = current_user), current_user FROM pg_roles WHERE rolname = current_user"
    )
    is_mighty, role = cursor.fetchone()
    if not is_mighty:
        return []
    message = _("数据库用户 {role} 拥有数据表或能绕过行级权限。").format(role=role)
    return [Finding("ROLE_TOO_MIGHTY", message, _("请让 JUBAO_DATABASE_URL 使用 jubao_app。"))]


def different_clocks(cursor: Any, now: datetime) -> list[Finding]:
    """The clocks of this machine and of the server may differ by five minutes (F42)."""
    difference = abs(_value(cursor, "SELECT clock_timestamp()") - now)
    if difference <= MOST_CLOCK_DIFFERENCE:
        return []
    message = _("本机与数据库的时钟相差 {seconds} 秒。").format(seconds=round(difference.total_seconds()))
    return [Finding("CLOCKS_DIFFER", message, _("请校准两台机器的时间（NTP），再启动。"))]


def refuse_unsafe_server(cursor: Any, *, now: datetime, role_matters: bool = True) -> None:
    """Raise with every finding; a cursor of any role will do."""
    found = [*wrong_version(cursor), *unsafe_settings(cursor), *different_clocks(cursor, now)]
    if role_matters:
        found += too_mighty_role(cursor)
    if found:
        raise _refusal(found)


def _refusal(found: list[Finding]) -> DomainError:
    return CheckFailed(
        found[0].code,
        _("拒绝启动：") + " ".join(f"{one.message}{one.remedy}" for one in found),
    )


def _value(cursor: Any, query: str) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]
