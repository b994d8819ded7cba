"""The draft of a run: lines of the month, of months left out before, of dues by decision, of returned money; then a check.

Worked example: `draft_lines(actor, run, …)` for 2025-06 gives 11 204 lines and 12 omissions; 1 line in 1000 is computed
again by the scalar evaluator, and one fen of difference stops the draft with BATCH_DIFFERS.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.dues import dues_sql
from jubao.kernel.errors import CheckFailed, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import PaymentLine, PaymentRun
from jubao.policy import load_pack
from jubao.rules.evaluate import explain
from jubao.rules.pension_terms import FACTS, PensionTerms, terms
from jubao.services.payments import draft_sql as sql
from jubao.services.payments.lanes import Span, goes_in_lanes, in_lanes
from jubao.services.payments.pieces import PIECE_SIZE, Done, NoProgress, Piece, Progress, in_pieces, one_row

ONE_IN = 1000
SMALL = 1000
"""Up to so many lines every one is computed a second time."""
_UNTIL = """
SELECT count(*), (array_agg(id ORDER BY id DESC))[1] FROM (
    SELECT en.id FROM benefits_entitlement en JOIN people_enrolment enr ON enr.id = en.enrolment_id
    WHERE en.id > %(after)s AND enr.division_path LIKE %(prefix)s ORDER BY en.id LIMIT %(limit)s) AS next
"""
_EVERY = """
SELECT (array_agg(id ORDER BY id DESC))[1] FROM (
    SELECT en.id, (row_number() OVER (ORDER BY en.id) - 1) / %(size)s AS piece
    FROM benefits_entitlement en JOIN people_enrolment enr ON enr.id = en.enrolment_id
    WHERE enr.division_path LIKE %(prefix)s) AS numbered
GROUP BY piece ORDER BY piece
"""
_EARLIER = """
SELECT DISTINCT o.benefit_month FROM payments_paymentomission o JOIN payments_paymentrun r ON r.id = o.run_id
WHERE r.district_code = %(district)s AND r.state <> 'void' AND o.benefit_month <= %(month)s AND r.id <> %(run)s
  AND o.kind IN ('monthly', 'back_pay') ORDER BY 1
"""


def month_terms(district_code: str, month: int) -> PensionTerms:
    """The pack's values of the month. Raises NotCovered where there is no base pension: then nobody can be paid."""
    found = terms(load_pack(district_code), Month.from_index(month))
    if not found.arguments["base_pension_fen_is_known"]:
        raise NotCovered(
            "PARAMETER_MISSING",
            found.refusal_text("BASE_PENSION_MISSING", Month.from_index(month)),
            remedy=_("请先在政策包中补充该月的基础养老金标准。"),
        )
    return found


def draft_lines(
    actor: Actor, run: PaymentRun, progress: Progress | None = None, piece_size: int = PIECE_SIZE
) -> None:
    """Write all lines and omissions of a draft, piece by piece; safe to call again after a kill."""
    shown = progress or NoProgress()
    found = month_terms(run.district_code, run.benefit_month)
    with unit_of_work(actor, "run_draft"):
        people, _last = one_row(_UNTIL, {**_given(run), "after": sql.FIRST, "limit": 10**9})
        is_planned = goes_in_lanes(run.id, "monthly", int(people))
    shown.step("monthly", int(people))
    if is_planned:
        in_lanes(actor, run.id, "monthly", lambda run: _spans(run, piece_size),
                 lambda span: _monthly_span(span, found, piece_size), shown)  # fmt: skip
    else:
        in_pieces(actor, run.id, "monthly", lambda piece: _monthly(piece, found, piece_size), shown)
    shown.step("omitted", 0)
    in_pieces(actor, run.id, "omitted", _omitted, shown)
    shown.step("dues", 0)
    in_pieces(actor, run.id, "dues", lambda piece: _dues(piece, piece_size), shown)
    in_pieces(actor, run.id, "repayments", lambda piece: _repayments(piece, piece_size), shown)
    shown.step("recompute", 0)
    in_pieces(actor, run.id, "recompute", lambda piece: _recomputed(piece, found), shown)


def _given(run: PaymentRun) -> dict[str, Any]:
    return {
        "run": run.id,
        "district": run.district_code,
        "month": run.benefit_month,
        "prefix": f"{run.division_path}%",
        "cut_off": run.cut_off_on,
        "first_day": Month.from_index(run.benefit_month).first_day,
        "deduct_percent": load_pack(run.district_code)
        .setting("recovery.deduction_percent", Month.from_index(run.benefit_month))
        .value,
    }


def _next_number(run_id: UUID) -> int:
    last = (
        PaymentLine.objects.filter(run_id=run_id)
        .order_by("-line_number")
        .values_list("line_number", flat=True)
    )
    return last.first() or 0


def _monthly(piece: Piece, found: PensionTerms, size: int) -> Done:
    run = piece.run
    given = {**_given(run), "after": piece.after}
    count, until = one_row(_UNTIL, {**given, "limit": size})
    if not count:
        return Done(piece.after, 0, True)
    asked = {**given, "until": until, "from_number": _next_number(run.id)}
    one_row(sql.monthly_piece(found), asked)
    return Done(str(until), int(count), count < size)


def _spans(run: PaymentRun, size: int) -> list[str]:
    """The last entitlement of each piece; the last piece is open, so that whoever is determined meanwhile is in it."""
    with connection.cursor() as cursor:
        cursor.execute(_EVERY, {**_given(run), "size": size})
        return [*[str(until) for (until,) in cursor.fetchall()][:-1], sql.LAST]


def _monthly_span(span: Span, found: PensionTerms, size: int) -> int:
    """A piece numbers its lines from its own first number on: who is left out leaves a gap, and no lane waits for another."""
    asked = {
        **_given(span.run), "after": span.after, "until": span.until, "from_number": span.number * size,
    }  # fmt: skip
    lines, omissions = one_row(sql.monthly_piece(found), asked)
    return int(lines) + int(omissions)


def _omitted(piece: Piece) -> Done:
    """One piece per earlier month in which an earlier run left somebody out."""
    run = piece.run
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, _given(run))
        months = [row[0] for row in cursor.fetchall()]
    waiting = [month for month in months if piece.number == 0 or month > int(piece.after)]
    if not waiting:
        return Done("0" if piece.number == 0 else piece.after, 0, True)
    month = waiting[0]
    asked = {
        **_given(run), "month": month, "first_day": Month.from_index(month).first_day, "after": sql.FIRST,
        "until": sql.LAST, "from_number": _next_number(run.id),
    }  # fmt: skip
    lines, omissions = one_row(
        sql.monthly_piece(month_terms(run.district_code, month), omitted_before=True), asked
    )
    return Done(str(month), int(lines) + int(omissions), len(waiting) == 1)


def _dues(piece: Piece, size: int) -> Done:
    run = piece.run
    asked = {**_given(run), "limit": size, "from_number": _next_number(run.id)}
    lines, omissions = one_row(sql.dues_piece(dues_sql(month=run.benefit_month)), asked)
    return Done(str(piece.number), int(lines) + int(omissions), lines + omissions < size)


def _repayments(piece: Piece, size: int) -> Done:
    run = piece.run
    lines, _none = one_row(
        sql.REPAYMENTS, {**_given(run), "limit": size, "from_number": _next_number(run.id)}
    )
    return Done(str(piece.number), int(lines), lines < size)


def _recomputed(piece: Piece, found: PensionTerms) -> Done:
    """Compute the lines chosen by hash again, one by one. Raises CheckFailed BATCH_DIFFERS."""
    run = piece.run
    total = PaymentLine.objects.filter(run=run, kind="monthly").count()
    given = {**_given(run), "one_in": 1 if total <= SMALL else ONE_IN}
    with connection.cursor() as cursor:
        cursor.execute(sql.CHOSEN, given)
        chosen = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(sql.FACTS_OF, {**given, "chosen": list(chosen)})
        facts = {row[0]: row[1:] for row in cursor.fetchall()}
    rows = [(line[0], facts[entitlement], line[1:]) for entitlement, line in chosen.items()]
    return Done("", compare_with_scalar(rows, found), True)


def compare_with_scalar(
    rows: Iterable[tuple[int, tuple[Any, ...], tuple[Any, ...]]], found: PensionTerms
) -> int:
    """How many rows (line number, facts, stored parts with their sum) were compared. Raises CheckFailed BATCH_DIFFERS."""
    checked = 0
    for line_number, facts, stored in rows:
        trace = explain(sql.TARGETS, {**found.arguments, **dict(zip(FACTS, facts, strict=True))})
        expected = tuple(trace[part] for part in (*sql.PARTS, "monthly_pension"))
        if stored != expected:
            message = _("第 {line} 笔两次计算不一致：成批 {batch}，逐人 {scalar}。").format(
                line=line_number, batch=stored, scalar=expected
            )
            raise CheckFailed("BATCH_DIFFERS", message, remedy=_("本批不能继续；请把批次号交给维护人员。"))
        checked += 1
    return checked
