"""Opening balances: what the former system certified at the take-over becomes one transfer per source, and nothing else.

Worked example: a participant taken over on 2024-12-31 with 12 000.00 own payments, 1 800.00 subsidy and 940.55 interest gets
three transfers of code `opening` with that day; interest of 2025 counts them for twelve months.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.ledger.moves import INCOME
from jubao.services.accounts.holders import accounts_open_selected, fund_account_id
from jubao.services.accounts.postings import post_selected

FUND_OF = {part: fund for fund, part in INCOME.values()} | {"transferred_in": "transfer_fund"}
"""The fund an opening balance of a part is entered against."""


def opening_post_selected(
    *,
    actor: Actor,
    district_code: str,
    select_sql: str,
    params: Sequence[Any] | dict[str, Any] = (),
    value_date: date,
    case_id: Any = None,
) -> int:
    """Post the opening balances a SELECT gives (enrolment_id, kind, fen), once per part; how many transfers.

    Parts that have movements already are refused: CheckFailed OPENED_BEFORE names how many. Zeros are left out.
    """
    with unit_of_work(actor, "opening_post", case_id=case_id):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS opening_given")
            cursor.execute(
                f"CREATE TEMP TABLE opening_given ON COMMIT DROP AS SELECT * FROM ({select_sql}) AS given WHERE fen > 0",
                params or None,
            )
            cursor.execute("SELECT DISTINCT kind FROM opening_given")
            kinds = sorted(kind for (kind,) in cursor.fetchall())
        _refuse_opened()
        return sum(_post_kind(actor, district_code, kind, value_date, case_id) for kind in kinds)


def _refuse_opened() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM opening_given AS g JOIN ledger_account AS a ON a.enrolment_id = g.enrolment_id"
            " AND a.kind = g.kind WHERE EXISTS (SELECT 1 FROM ledger_transfer AS t WHERE t.credit_account_id = a.id"
            " AND t.phase IN ('posted', 'post'))"
        )
        count = int(cursor.fetchone()[0])
    if count:
        raise CheckFailed(
            "OPENED_BEFORE",
            _("有 {count} 个账户已有发生额，不能再记期初。").format(count=count),
            remedy=_("期初只记一次；差错请办理个人账户更正。"),
        )


def _post_kind(actor: Actor, district: str, kind: str, day: date, case_id: Any) -> int:
    if kind not in FUND_OF:
        raise ValueError(f"not a part of a personal account: {kind}")
    accounts_open_selected(
        actor=actor, kind=kind, district_code=district,
        select_sql="SELECT enrolment_id FROM opening_given WHERE kind = %(kind)s", params={"kind": kind},
    )  # fmt: skip
    return post_selected(
        actor=actor,
        select_sql=(
            "SELECT uuidv7() AS id, %(fund)s::bigint AS debit_account_id, a.id AS credit_account_id,"
            " g.fen::bigint AS amount_fen, 'opening'::text AS code, %(day)s::date AS value_date, %(case)s::uuid AS case_id"
            " FROM opening_given AS g JOIN ledger_account AS a ON a.enrolment_id = g.enrolment_id AND a.kind = g.kind"
            " WHERE g.kind = %(kind)s"
        ),
        params={
            "fund": fund_account_id(FUND_OF[kind], district, actor=actor), "kind": kind, "day": day, "case": case_id,
        },
    )  # fmt: skip
