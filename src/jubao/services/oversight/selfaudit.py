"""The self-audit: every invariant over all rows, every row against its audit event, every seal, the schema itself.

Worked example: `jubao selfaudit` prints `M1  每笔转账为正整数分  402 113 行  0 处  0.4 s` and so on, exits 1 when anything is
broken, and names table, row and kind. Sampling finds nothing systematic, so nothing is sampled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import chain

from django.db import connection, transaction

from jubao.database.invariant import Invariant, Violation
from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.services.archives.filing import archive_violations
from jubao.services.documents.resealing import sealed_violations
from jubao.services.documents.store import document_violations
from jubao.services.oversight.commitments import audited_tables, commitment_violations, row_count
from jubao.services.oversight.schema_audit import schema_object_count, schema_violations
from jubao.services.oversight.sealing import seal_events, seal_violations

FLOORS = (
    "people",
    "staff",
    "ledger",
    "contributions",
    "cases",
    "benefits",
    "certification",
    "payments",
    "recovery",
    "pension_transfers",
    "comparison",
    "oversight",
)


@dataclass
class Line:
    """The result of one invariant."""

    id: str
    title: str
    rows: int
    seconds: float
    violations: list[Violation] = field(default_factory=list)


def invariants() -> list[Invariant]:
    """All invariants the floors declare, in the order of the floors."""
    found: list[Invariant] = []
    for floor in FLOORS:
        if find_spec(f"jubao.{floor}.invariants") is not None:
            found += import_module(f"jubao.{floor}.invariants").INVARIANTS
    return found


def run_selfaudit(
    *, only: Sequence[str] = (), progress: Callable[[Line], None] | None = None, seals: bool = True
) -> list[Line]:
    """Check everything, or the invariants named in `only`; each finished line goes to `progress`.

    Raises WrongUsage for an id nobody declares. Writes nothing but a new seal (`seals=False` writes nothing at all).
    """
    checks = _checks()
    unknown = sorted(set(only) - {id for id, _title, _check in checks})
    if unknown:
        raise WrongUsage(
            "INVARIANT_UNKNOWN",
            _("没有这些不变量：{ids}").format(ids=", ".join(unknown)),
            remedy=_("可用：{ids}").format(ids=", ".join(sorted({id for id, _title, _check in checks}))),
        )
    if seals and (not only or "L2" in only):
        seal_events()
    lines = []
    for id, title, check in checks:
        if only and id not in only:
            continue
        line = _timed(id, title, check)
        lines.append(line)
        if progress:
            progress(line)
    return lines


Check = Callable[[], tuple[int, Iterator[Violation]]]


def _checks() -> list[tuple[str, str, Check]]:
    made: list[tuple[str, str, Check]] = [(one.id, one.title, _by_sql(one)) for one in invariants()]
    made.append(("L1", _("每一行都与最后一次审计事件一致"), _rows))
    made.append(("Q2", _("每份文件都在，内容与登记的校验值一致"), _documents))
    made.append(("L2", _("审计链、封存值和见证文件一致"), _seals))
    made.append(("L5", _("触发器、约束、表的归属和权限与程序一致"), _schema))
    return made


def _timed(id: str, title: str, check: Check) -> Line:
    started = time.perf_counter()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.scope', '%', true)")
            cursor.execute("SET LOCAL timezone = 'UTC'")
        rows, violations = check()
        found = list(violations)
    return Line(id, title, rows, time.perf_counter() - started, found)


def _by_sql(invariant: Invariant) -> Check:
    def check() -> tuple[int, Iterator[Violation]]:
        with connection.cursor() as cursor:
            cursor.execute(invariant.checked)
            rows = int(cursor.fetchone()[0] or 0)
            cursor.execute(invariant.violations)
            found = [
                Violation(invariant.id, str(table), str(row), str(what))
                for table, row, what in cursor.fetchall()
            ]
        return rows, iter(found)

    return check


def _rows() -> tuple[int, Iterator[Violation]]:
    tables = audited_tables()
    return sum(map(row_count, tables)), (one for table in tables for one in commitment_violations(table))


def _documents() -> tuple[int, Iterator[Violation]]:
    rows = row_count("archive_document") + row_count("archive_archivedcase")
    return rows, chain(document_violations(), sealed_violations(), archive_violations())


def _seals() -> tuple[int, Iterator[Violation]]:
    return row_count("oversight_auditevent"), seal_violations()


def _schema() -> tuple[int, Iterator[Violation]]:
    return schema_object_count(), schema_violations()
