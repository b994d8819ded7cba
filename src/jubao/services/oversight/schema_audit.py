"""The schema against the program: triggers present and on, functions unchanged, constraints valid, owners and rights right (L5).

Worked example: `ALTER TABLE ledger_transfer DISABLE TRIGGER ALL` is reported as
`ledger_transfer  pgtrigger_append_only_transfer_…  触发器已停用`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger.registry
from django.apps import apps
from django.db import connection, models

from jubao.database.invariant import Violation
from jubao.database.protection_faults import protection_faults
from jubao.kernel.text import _


def schema_object_count() -> int:
    """How many triggers and constraints the program expects."""
    return len(pgtrigger.registry.registered()) + sum(len(model._meta.constraints) for model in _models())


def schema_violations() -> Iterator[Violation]:
    """Everything about the schema that is not as the program makes it."""
    yield from _trigger_violations()
    yield from _constraint_violations()
    yield from _owner_violations()
    yield from _right_violations()


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("jubao.")]


def _trigger_violations() -> Iterator[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname, t.tgenabled, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
        )
        present = {(table, name): (enabled, source) for table, name, enabled, source in cursor.fetchall()}
    for model, trigger in pgtrigger.registry.registered():
        table, name = model._meta.db_table, trigger.get_pgid(model)
        enabled, source = present.get((table, name), (None, ""))
        if enabled is None:
            yield Violation("L5", table, name, _("触发器不存在"))
        elif enabled not in ("O", "A"):
            yield Violation("L5", table, name, _("触发器已停用"))
        elif _flat(str(trigger.render_func(model))) not in _flat(source):
            yield Violation("L5", table, name, _("触发器的内容被改过"))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _constraint_violations() -> Iterator[Violation]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, convalidated FROM pg_constraint UNION ALL"
            " SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisunique"
        )
        present = dict(cursor.fetchall())
    for model in _models():
        for constraint in model._meta.constraints:
            table = model._meta.db_table
            if constraint.name not in present:
                yield Violation("L5", table, constraint.name, _("约束不存在"))
            elif not present[constraint.name]:
                yield Violation("L5", table, constraint.name, _("约束没有生效"))


def _owner_violations() -> Iterator[Violation]:
    """One owner for all tables, and never the role the site connects as."""
    tables = [model._meta.db_table for model in _models()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_get_userbyid(relowner), pg_get_userbyid(datdba) FROM pg_class, pg_database"
            " WHERE datname = current_database() AND relname = ANY(%s) AND relkind IN ('r', 'p')",
            [tables],
        )
        for table, owner, database_owner in cursor.fetchall():
            if owner != database_owner:
                yield Violation("L5", table, owner, _("表的归属被改为 {owner}").format(owner=owner))


def _right_violations() -> Iterator[Violation]:
    """Rights of the site's role, row security, functions that run as the owner."""
    with connection.cursor() as cursor:
        for table, what, words in list(protection_faults(cursor)):
            yield Violation("L5", table, what, words)
