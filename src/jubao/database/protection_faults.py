"""What of the protections is not as `protections.py` makes it: rights too many, row security off, functions replaced.

Worked example: after `ALTER TABLE people_enrolment DISABLE ROW LEVEL SECURITY` by an administrator, `protection_faults`
yields (`people_enrolment`, `row security`, 行级权限已关闭); the self-audit reports it under L5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jubao.database.places import APP_ROLE
from jubao.database.protections import TABLES, TRIGGER_FUNCTIONS, expected_policies, rights
from jubao.kernel.text import _

ALL_RIGHTS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
IGNORER = "SELECT prosrc FROM pg_proc WHERE proname = '_pgtrigger_should_ignore'"

Fault = tuple[str, str, str]
"""Table (or function), what about it, in words."""


def protection_faults(cursor: Any) -> Iterator[Fault]:
    """Everything found; any role may ask."""
    cursor.execute(TABLES)
    quals: dict[str, set[str]] = {}
    for table, is_append_only, is_audited, has_path, is_secured in cursor.fetchall():
        yield from _rights_too_many(cursor, table, rights(table, is_append_only, is_audited))
        policies = expected_policies(table, has_path)
        if policies and not is_secured:
            yield table, "row security", _("行级权限已关闭")
        yield from _wrong_policies(cursor, table, policies, quals)
    for name, texts in quals.items():
        if len(texts) > 1:
            yield name, "policy", _("同名的行级权限内容不一致，有的被改过")
    cursor.execute(TRIGGER_FUNCTIONS)
    for (function,) in cursor.fetchall():
        yield function, "security definer", _("审计触发器的函数不再以所有者身份运行")
    cursor.execute(IGNORER)
    if cursor.fetchall() != [("SELECT false",)]:
        yield "_pgtrigger_should_ignore", "function", _("触发器可以被会话关闭")


def _rights_too_many(cursor: Any, table: str, expected: str) -> Iterator[Fault]:
    cursor.execute(
        "SELECT one FROM unnest(%s::text[]) AS one WHERE has_table_privilege(%s, quote_ident(%s), one)",
        [[one for one in ALL_RIGHTS if one not in expected.split(", ")], APP_ROLE, table],
    )
    for (right,) in cursor.fetchall():
        yield table, right, _("应用角色不应有的权限")


def _wrong_policies(
    cursor: Any, table: str, expected: dict[str, str], quals: dict[str, set[str]]
) -> Iterator[Fault]:
    cursor.execute(
        "SELECT policyname, coalesce(qual, '') || ' CHECK ' || coalesce(with_check, '') FROM pg_policies"
        " WHERE schemaname = 'public' AND tablename = %s",
        [table],
    )
    present = dict(cursor.fetchall())
    for name in sorted(set(present) ^ set(expected)):
        yield table, name, _("行级权限多了或少了一条")
    for name, text in present.items():
        quals.setdefault(name, set()).add(text)
        if name.startswith("scope_") and text.count("app.scope") + text.count("app_sees_district") < 2:
            yield table, name, _("行级权限的内容被改过")
