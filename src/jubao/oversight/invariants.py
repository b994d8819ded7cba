"""What must hold of the audit's own tables.

Worked example: an event whose time lies before the event with the next smaller number by more than the longest
transaction betrays a forged clock (A9).
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

LONGEST_TRANSACTION = "1 hour"

INVARIANTS = [
    Invariant(
        "A9",
        "审计事件的时间随序号不倒退，也不在将来",
        "SELECT count(*) FROM oversight_auditevent",
        f"""
        SELECT 'oversight_auditevent', sequence::text, '时间 ' || at || ' 与前后事件或现在不符'
        FROM (SELECT sequence, at, max(at) OVER (ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
              FROM oversight_auditevent) AS e
        WHERE at < latest - interval '{LONGEST_TRANSACTION}' OR at > clock_timestamp() + interval '5 minutes'
        """,
    ),
    Invariant(
        "X4",
        "每次导出都写明用途、行数和校验值",
        "SELECT count(*) FROM oversight_export",
        "SELECT 'oversight_export', id::text, '缺少用途或校验值' FROM oversight_export"
        " WHERE purpose = '' OR sha256 = '' OR row_count < 0",
    ),
]
