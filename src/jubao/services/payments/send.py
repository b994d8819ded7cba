"""Sending: for each line the pending transfers by component and source, into the clearing account of its bank file.

Worked example: a line of 163.02 = 145.00 + 18.02 of somebody whose own payments are down to 6.00 becomes three pending
transfers: 145.00 from the base pension fund, 6.00 from `own_payment`, 12.02 from `subsidy`; when a personal account is
used up, the account pension goes on for life from the base pension fund. Of 20.00 kept back by decision for account pension
paid too much, 20.00 are posted from the base pension fund to the claim and from the claim to the personal account.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.keys import numbered_keys
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.payments.models import PaymentDeduction, PaymentRun
from jubao.services.accounts.postings import fund_account_id, post_selected
from jubao.services.payments.digest import digest_of_lines
from jubao.services.payments.lanes import Span, goes_in_lanes, in_lanes
from jubao.services.payments.pieces import (
    PIECE_SIZE,
    SENDING,
    Done,
    NoProgress,
    Piece,
    Progress,
    in_pieces,
    one_row,
)

FUNDS = ("base_pension_fund", "supplement_fund", "grant_fund")

ALL, MONTHLY = SENDING
_KINDS = ", ".join(f"'{kind}'" for kind in PERSONAL_KINDS)
_ASKED = "(%(kinds)s = 'all' OR (l.kind = 'monthly') = (%(kinds)s = 'monthly'))"
"""In lanes the monthly lines go first, one a person, so that no two pieces draw on one account at the same time."""
TRANSFERS = f"""
WITH files AS MATERIALIZED (
    SELECT * FROM unnest(%(banks)s::text[], %(firsts)s::int[], %(lasts)s::int[], %(clearings)s::bigint[])
        AS file (bank_name, first_line, last_line, clearing)
),
lines AS MATERIALIZED (
    SELECT l.*, b.clearing
    FROM payments_paymentline l
    CROSS JOIN LATERAL (SELECT x.bank_name FROM people_payoutaccount x WHERE x.id = l.payout_account_id OFFSET 0) a
    JOIN files b ON b.bank_name = a.bank_name AND l.line_number BETWEEN b.first_line AND b.last_line
    WHERE l.run_id = %(run)s AND l.is_in_run AND l.line_number > %(after)s AND l.line_number <= %(until)s
      AND {_ASKED}
),
wanted AS (
    SELECT id, enrolment_id, benefit_month, clearing, account_pension_fen AS fen,
           sum(account_pension_fen) OVER (PARTITION BY enrolment_id ORDER BY line_number) AS ends
    FROM lines WHERE account_pension_fen > 0
),
parts AS (
    SELECT w.enrolment_id, a.id, a.fen,
           sum(a.fen) OVER (PARTITION BY w.enrolment_id ORDER BY array_position(ARRAY[{_KINDS}], a.kind::text)) AS ends
    FROM (SELECT DISTINCT enrolment_id FROM wanted) w
    CROSS JOIN LATERAL (SELECT x.id, x.kind FROM ledger_account x WHERE x.enrolment_id = w.enrolment_id
                        AND x.kind IN ({_KINDS}) OFFSET 0) k
    CROSS JOIN LATERAL (SELECT k.id, k.kind, b.balance_fen - b.pending_fen AS fen FROM ledger_balance b
                        WHERE b.account_id = k.id AND b.balance_fen > b.pending_fen OFFSET 0) a
),
drawn AS MATERIALIZED (
    SELECT w.id, p.id AS part, w.benefit_month, w.clearing,
           least(w.ends, p.ends) - greatest(w.ends - w.fen, p.ends - p.fen) AS fen
    FROM wanted w JOIN parts p ON p.enrolment_id = w.enrolment_id
    WHERE least(w.ends, p.ends) > greatest(w.ends - w.fen, p.ends - p.fen)
),
pieces (line_id, debit_account_id, clearing, amount_fen, code, benefit_month) AS (
    SELECT id, part, clearing, fen, 'account_pension', benefit_month FROM drawn
    UNION ALL
    SELECT w.id, %(base_pension_fund)s, w.clearing, w.fen - coalesce(d.fen, 0), 'account_pension', w.benefit_month
    FROM wanted w LEFT JOIN (SELECT id, sum(fen) AS fen FROM drawn GROUP BY id) d ON d.id = w.id
    WHERE w.fen > coalesce(d.fen, 0)
    UNION ALL
    SELECT l.id, CASE v.code WHEN 'base_pension' THEN %(base_pension_fund)s::bigint
                 WHEN 'funeral_grant' THEN %(grant_fund)s::bigint ELSE %(supplement_fund)s::bigint END,
           l.clearing, v.fen, v.code, l.benefit_month
    FROM lines l, LATERAL (VALUES ('base_pension', l.base_pension_fen), ('years_pension', l.years_pension_fen),
        ('only_child_supplement', l.only_child_supplement_fen), ('age_supplement', l.age_supplement_fen),
        ('funeral_grant', l.other_fen)) AS v (code, fen)
    WHERE v.fen > 0
)
SELECT {numbered_keys()} AS id, debit_account_id, clearing AS credit_account_id, amount_fen::bigint AS amount_fen, code,
       'pending' AS phase, %(value_date)s::date AS value_date, benefit_month, %(run)s::uuid AS run_id, line_id,
       %(pack_hash)s AS pack_hash, %(case)s::uuid AS case_id
FROM pieces
"""
"""By its own keys, so that a piece of a province costs what a piece of a county costs: a join of whole tables would read
every account once per piece. What the planner guesses of rows just written is far too low, hence the fences (OFFSET 0)."""

_SOURCE = """
coalesce((SELECT t.debit_account_id FROM payments_paymentline p JOIN ledger_transfer t ON t.line_id = p.id
          WHERE p.enrolment_id = l.enrolment_id AND p.benefit_month = c.benefit_month AND t.code = 'account_pension'
            AND t.phase = 'pending' ORDER BY t.amount_fen DESC LIMIT 1), %(base_pension_fund)s)
"""
"""The account that paid the account pension of the month paid too much: its own part goes back there."""
DEDUCTIONS = f"""
WITH kept AS MATERIALIZED (
    SELECT l.id AS line_id, l.benefit_month, c.decided_case_id AS case_id, k.id AS claim, d.amount_fen, d.to_account_fen,
           {_SOURCE} AS source
    FROM payments_paymentdeduction d
    JOIN payments_paymentline l ON l.id = d.line_id AND l.run_id = %(run)s AND l.is_in_run
         AND l.line_number > %(after)s AND l.line_number <= %(until)s AND {_ASKED}
    JOIN benefits_decrease c ON c.id = d.decrease_id
    JOIN ledger_account k ON k.kind = 'recovery_claim' AND k.district_code = %(district)s
         AND k.reference_id = c.decided_case_id
),
moves (line_id, benefit_month, case_id, debit_account_id, credit_account_id, amount_fen, code) AS (
    SELECT line_id, benefit_month, case_id, %(base_pension_fund)s::bigint, claim, amount_fen, 'offset' FROM kept
    UNION ALL
    SELECT line_id, benefit_month, case_id, claim, %(base_pension_fund)s, amount_fen - to_account_fen, 'recovery' FROM kept
    WHERE amount_fen > to_account_fen
    UNION ALL
    SELECT line_id, benefit_month, case_id, claim, source, to_account_fen, 'recovery' FROM kept WHERE to_account_fen > 0
)
SELECT uuidv7() AS id, debit_account_id, credit_account_id, amount_fen, code, 'posted' AS phase,
       %(value_date)s::date AS value_date, benefit_month, %(run)s::uuid AS run_id, line_id, %(pack_hash)s AS pack_hash, case_id
FROM moves
"""
"""What was kept back: owed from the fund to the claim (抵扣), and from the claim back to whoever had paid too much (追缴)."""

_NUMBERS = (
    f"SELECT l.line_number FROM payments_paymentline l WHERE l.run_id = %(run)s AND l.is_in_run AND {_ASKED}"
)
_NEXT = f"""
SELECT count(*), max(line_number) FROM ({_NUMBERS} AND l.line_number > %(after)s ORDER BY 1 LIMIT %(size)s) AS next
"""
_COUNT = f"""
SELECT count(*) FROM ({_NUMBERS} AND l.line_number > %(after)s AND l.line_number <= %(until)s) AS sent
"""
_EVERY = f"""
SELECT max(line_number) FROM (
    SELECT line_number, (row_number() OVER (ORDER BY line_number) - 1) / %(size)s AS piece FROM ({_NUMBERS}) AS found) AS n
GROUP BY piece ORDER BY piece
"""


def write_transfers(
    actor: Actor,
    run_id: UUID,
    value_date: date,
    progress: Progress | None = None,
    piece_size: int = PIECE_SIZE,
) -> None:
    """Post the pending transfers of a funded run, piece by piece. Raises CheckFailed NOT_FUNDED, LINES_CHANGED."""
    shown = progress or NoProgress()
    with unit_of_work(actor, "run_send"):
        run = PaymentRun.objects.select_for_update().get(id=run_id)
        if run.state != "funded":
            raise CheckFailed("NOT_FUNDED", _("资金没有到账，不能发放。"), remedy=_("请先登记资金到账。"))
        if (
            not run.steps.filter(step__in=SENDING).exists()
            and digest_of_lines(run).digest != run.approved_digest
        ):
            raise CheckFailed("LINES_CHANGED", _("发放明细与审批时不一致。"), remedy=_("请报告稽核人员。"))
        about: dict[str, Any] = {
            kind: fund_account_id(kind, run.district_code, actor=actor) for kind in FUNDS
        }
        files = list(run.bank_files.order_by("bank_name", "sequence"))
        about["banks"] = [one.bank_name for one in files]
        about["firsts"] = [one.first_line for one in files]
        about["lasts"] = [one.last_line for one in files]
        about["clearings"] = [
            fund_account_id("bank_file", run.district_code, one.id, actor=actor) for one in files
        ]
        is_planned = goes_in_lanes(run_id, MONTHLY, run.line_count, begun_as=SENDING)
    shown.step(ALL, run.line_count)
    if is_planned:
        in_lanes(actor, run_id, MONTHLY, lambda run: _spans(run, piece_size),
                 lambda span: _span(span, actor, value_date, {**about, "kinds": "monthly"}), shown)  # fmt: skip
    about["kinds"] = "others" if is_planned else "all"
    in_pieces(actor, run_id, ALL, lambda piece: _piece(piece, actor, value_date, about, piece_size), shown)


def _piece(piece: Piece, actor: Actor, value_date: date, about: dict[str, Any], size: int) -> Done:
    after = int(piece.after) if piece.number else 0
    given = {"run": piece.run.id, "after": after, "size": size, **about}
    count, until = one_row(_NEXT, given)
    if not count:
        return Done(str(after), 0, True)
    _send(piece.run, actor, {**given, "until": until, "value_date": value_date})
    return Done(str(until), int(count), count < size)


def _spans(run: PaymentRun, size: int) -> list[str]:
    """The last number of each piece of the monthly lines."""
    with connection.cursor() as cursor:
        cursor.execute(_EVERY, {"run": run.id, "size": size, "kinds": "monthly"})
        return [str(until) for (until,) in cursor.fetchall()]


def _span(span: Span, actor: Actor, value_date: date, about: dict[str, Any]) -> int:
    after = int(span.after) if span.number else 0
    given = {"run": span.run.id, "after": after, "until": int(span.until), "value_date": value_date, **about}
    _send(span.run, actor, given)
    return int(one_row(_COUNT, given)[0])


def _send(run: PaymentRun, actor: Actor, given: dict[str, Any]) -> None:
    given = {**given, "district": run.district_code, "pack_hash": run.pack_hash, "case": run.case_id}
    with connection.cursor() as cursor:
        # The estimates of rows just written are far too low, and a nested loop over them would never end.
        cursor.execute("SET LOCAL enable_nestloop = off")
    post_selected(actor=actor, select_sql=TRANSFERS, params=given)
    if PaymentDeduction.objects.filter(line__run=run).exists():
        post_selected(actor=actor, select_sql=DEDUCTIONS, params=given)
