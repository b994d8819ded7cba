"""Back payments as people ask about them: why, for which months, how much a month; equal neighbours as one period (D8).

>>> periods_text([(2020 * 12 + i, 10300) for i in range(6)] + [(2020 * 12 + 7, 10800)])
'202001-202006:103.00|202008:108.00'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.kernel.fen import Fen
from jubao.kernel.month import Month

CAUSES = {
    "CERTIFICATION": "认证后续发",
    "RESUMPTION": "恢复后补发",
    "FIRST_PAYMENT": "核定补发",
    "MISSED": "漏发补发",
    "ACCOUNT_BOUND": "绑卡后补发",
    "HOLD_RELEASED": "核查后照发",
    "PARAMETER_SUPPLIED": "标准补充后补发",
    "RECALCULATION": "重新核定差额",
    "ADJUSTMENT": "调整补发",
    "CORRECTION": "更正补发",
}

_BACK_PAY = """
SELECT t.name AS township, v.name AS village, n.person_id, p.name, p.gender, l.cause, l.kind, l.benefit_month, l.amount_fen
FROM payments_paymentline l JOIN people_enrolment n ON n.id = l.enrolment_id JOIN people_person p ON p.id = n.person_id
LEFT JOIN people_division v ON v.path = l.division_path AND v.valid_until IS NULL
LEFT JOIN people_division t ON t.id = v.parent_id
WHERE l.run_id = %(run)s AND l.is_in_run AND l.kind IN ('back_pay', 'difference') AND l.division_path LIKE %(prefix)s
ORDER BY l.division_path COLLATE "C", p.name_key, l.enrolment_id, l.kind, l.cause, l.benefit_month
"""


def periods_text(months: Iterable[tuple[int, int]]) -> str:
    """(month, fen) in order of months as `202001-202006:103.00|202007:108.00`; a jump or a gap begins a new period."""
    periods: list[tuple[int, int, int]] = []
    for month, fen in months:
        if periods and periods[-1][1] == month - 1 and periods[-1][2] == fen:
            periods[-1] = (periods[-1][0], month, fen)
        else:
            periods.append((month, month, fen))
    return "|".join(f"{_span(first, last)}:{Fen(fen).yuan}" for first, last, fen in periods)


def cause_title(cause: str) -> str:
    """Why, in words; the year and number of a recalculation stand behind its word.

    >>> cause_title("RECALCULATION_2024.3")
    '重新核定差额 2024'
    """
    word, _mark, about = cause.partition("_")
    if word not in CAUSES or not about[:4].isdigit():
        return CAUSES.get(cause.partition(".")[0], cause)
    return f"{CAUSES[word]} {about[:4]}"


def _span(first: int, last: int) -> str:
    texts = [
        f"{Month.from_index(month).year:04d}{Month.from_index(month).month:02d}" for month in (first, last)
    ]
    return texts[0] if first == last else "-".join(texts)


def back_payments(run_id: UUID, scope: str) -> list[dict[str, Any]]:
    """One row per person, kind and cause of a run: months as periods, how many, sum."""
    with connection.cursor() as cursor:
        cursor.execute(_BACK_PAY, {"run": run_id, "prefix": f"{scope}%"})
        names = [column.name for column in cursor.description]
        lines = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    grouped: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for line in lines:
        grouped.setdefault((line["person_id"], line["kind"], line["cause"]), []).append(line)
    return [
        {
            **same[0],
            "cause_title": cause_title(same[0]["cause"]),
            "periods": periods_text((line["benefit_month"], line["amount_fen"]) for line in same),
            "months": len(same),
            "amount_fen": sum(line["amount_fen"] for line in same),
        }
        for same in grouped.values()
    ]
