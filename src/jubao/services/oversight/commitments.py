"""Every row of an audited table against the digest its last audit event holds (L1).

Worked example: somebody with the rights of the server sets `amount_fen = 100000` on a transfer with triggers off; the
digest of the row is no longer the one committed: `ledger_transfer 0198… 内容与最后一次审计事件不一致`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger.registry
from django.db import connection

from jubao.database.invariant import Violation
from jubao.kernel.text import _

_COMPARE = """
WITH touched AS (
    SELECT u.row_id, u.digest, e.operation, e.sequence
    FROM oversight_auditevent e, unnest(e.row_ids, e.row_digests) AS u(row_id, digest)
    WHERE e.table_name = %s
), committed AS (
    SELECT DISTINCT ON (row_id) row_id, digest, operation FROM touched ORDER BY row_id, sequence DESC
), present AS (
    SELECT t.id::text AS row_id, sha256(convert_to(t::text, 'UTF8')) AS digest FROM {table} AS t
)
SELECT coalesce(p.row_id, c.row_id),
       CASE WHEN c.row_id IS NULL THEN 'inserted'
            WHEN p.row_id IS NULL THEN 'deleted'
            WHEN c.operation = 'D' THEN 'revived'
            ELSE 'changed' END
FROM present p FULL JOIN committed c ON c.row_id = p.row_id
WHERE c.row_id IS NULL OR (p.row_id IS NULL AND c.operation <> 'D')
   OR (p.row_id IS NOT NULL AND (c.operation = 'D' OR c.digest <> p.digest))
ORDER BY 1
"""


def _words(kind: str) -> str:
    return {
        "inserted": _("没有审计事件的行：绕过系统插入"),
        "deleted": _("审计事件中有、表中没有的行：绕过系统删除"),
        "revived": _("已删除的行又出现"),
        "changed": _("内容与最后一次审计事件不一致：绕过系统修改，或换回了旧版本"),
    }[kind]


def audited_tables() -> list[str]:
    """Tables that carry audit triggers, by the program's own registry, not by what the database says."""
    return sorted(
        {
            model._meta.db_table
            for model, trigger in pgtrigger.registry.registered()
            if str(trigger.name).startswith("audit_i_")
        }
    )


def row_count(table: str) -> int:
    """All rows of a table of ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        return int(cursor.fetchone()[0])


def commitment_violations(table: str) -> Iterator[Violation]:
    """Rows inserted, deleted, revived or changed without the system."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE.format(table=connection.ops.quote_name(table)), [table])
        found = cursor.fetchall()
    return (Violation("L1", table, row, _words(kind)) for row, kind in found)
