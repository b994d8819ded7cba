"""The account statement (个人账户对账单) and the contribution sheet (缴费查询单): printed at a counter, told once a year.

Worked example: `statement_print` gives the PDF of 2025 with opening, each posting, interest, closing, and records that the
person got it; `statements_deliver` tells everybody who has had none, by SMS where there is a mobile, on paper otherwise.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.facts.statements import AccountStatement, account_statement, without_statement
from jubao.forms.amounts import capital_amount
from jubao.forms.masks import masked_number
from jubao.forms.render import render
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.ledger.models import Account, Statement, Transfer
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.policy import load_pack
from jubao.services.access.district_scope import check_district

CODES = {value: str(label) for value, label in Transfer.Code.choices}
PARTS = {value: str(label) for value, label in Account.Kind.choices}


@in_chinese
def statement_print(
    *, actor: Actor, enrolment_id: UUID, first: date, last: date, today: date, channel: str = "counter"
) -> bytes:
    """The statement as PDF; that it was given is recorded. Raises CheckFailed PERIOD_BACKWARDS, PERIOD_IN_FUTURE."""
    if first > last:
        raise CheckFailed("PERIOD_BACKWARDS", _("起始日期晚于截止日期。"), remedy=_("请核对对账期间。"))
    if first > today:
        raise CheckFailed("PERIOD_IN_FUTURE", _("对账期间在今天之后。"), remedy=_("请核对对账期间。"))
    with unit_of_work(actor, "statement_print"):
        enrolment = _found(actor, enrolment_id)
        found = account_statement(enrolment_id, first, last)
        Statement.objects.create(
            enrolment=enrolment, year=last.year, from_on=first, until_on=min(last, today), channel=channel,
            opening_fen=found.opening_fen, closing_fen=found.closing_fen, delivered_on=today,
        )  # fmt: skip
        data = _statement_data(enrolment, found, today)
    return render("account_statement", data)


@in_chinese
def contribution_sheet_print(*, actor: Actor, enrolment_id: UUID, today: date) -> bytes:
    """One row per year and item for the counter; money that is not transferred yet stands apart (B1)."""
    with read_scope(actor.scope):
        enrolment = _found(actor, enrolment_id)
        data = _sheet_data(enrolment, account_statement(enrolment_id, date(1900, 1, 1), today), today)
    return render("contribution_sheet", data)


@in_chinese
def statements_deliver(*, actor: Actor, district_code: str, year: int, today: date) -> dict[str, int]:
    """Tell everybody of a district who has had no statement for a year; how many by SMS and on paper.

    A second run tells only who joined since. Raises CheckFailed YEAR_NOT_OVER.
    """
    if today <= date(year, 12, 31):
        raise CheckFailed("YEAR_NOT_OVER", _("{year} 年还没有结束，不能批量告知。").format(year=year))
    select, given = without_statement(actor.scope if actor.scope != "%" else "", year)
    about = given | {
        "district": f"%/{district_code}/%", "today": today, "first": date(year, 1, 1), "last": date(year, 12, 31),
        "text": _("您的城乡居民基本养老保险个人账户{year}年对账单已生成，年末储存额{yuan}元。可到镇街社保所免费查询打印。")
        .replace("{year}", str(year)),
    }  # fmt: skip
    with unit_of_work(actor, "statements_deliver"), connection.cursor() as cursor:
        check_district(actor, district_code)
        cursor.execute(_DELIVER.format(select=select), about)
        cursor.execute(_TELL, about)
        cursor.execute(
            "SELECT channel, count(*) FROM told GROUP BY channel",
        )
        return {channel: int(count) for channel, count in cursor.fetchall()}


_DELIVER = """
    DROP TABLE IF EXISTS told;
    CREATE TEMP TABLE told ON COMMIT DROP AS
    SELECT m.enrolment_id, m.person_id, p.number, CASE WHEN p.number IS NULL THEN 'paper' ELSE 'sms' END AS channel,
           coalesce(s.opening, 0)::bigint AS opening, coalesce(s.closing, 0)::bigint AS closing
    FROM ({select}) AS m
    LEFT JOIN people_phone AS p ON p.person_id = m.person_id AND p.is_mobile AND p.from_on <= %(today)s
         AND (p.until_on IS NULL OR p.until_on > %(today)s)
    LEFT JOIN (
        SELECT enrolment_id, sum(fen) AS closing, sum(fen) FILTER (WHERE day < %(first)s) AS opening FROM (
            SELECT a.enrolment_id, t.amount_fen AS fen, t.value_date AS day FROM ledger_account AS a
            JOIN ledger_transfer AS t ON t.credit_account_id = a.id AND t.phase IN ('posted', 'post')
            WHERE a.enrolment_id IS NOT NULL
            UNION ALL
            SELECT a.enrolment_id, -t.amount_fen, t.value_date FROM ledger_account AS a
            JOIN ledger_transfer AS t ON t.debit_account_id = a.id AND t.phase IN ('posted', 'post')
            WHERE a.enrolment_id IS NOT NULL) AS moved
        WHERE day <= %(last)s GROUP BY enrolment_id) AS s ON s.enrolment_id = m.enrolment_id
    WHERE m.division_path LIKE %(district)s;
    INSERT INTO ledger_statement (enrolment_id, year, from_on, until_on, channel, opening_fen, closing_fen, delivered_on)
    SELECT enrolment_id, %(year)s, %(first)s, %(last)s, channel, opening, closing, %(today)s FROM told;
"""
_TELL = """
    INSERT INTO notices_outboxmessage (channel, recipient, body, purpose, once_key, person_id, state, created_at)
    SELECT 'sms', number, replace(%(text)s, '{yuan}', to_char(closing / 100.0, 'FM999999990.00')), 'account_statement',
           'statement-' || %(year)s || '-' || enrolment_id, person_id, 'waiting', statement_timestamp()
    FROM told WHERE channel = 'sms' ON CONFLICT (once_key) DO NOTHING
"""


def _found(actor: Actor, enrolment_id: UUID) -> Enrolment:
    return Enrolment.objects.select_related("person", "division").get(
        id=enrolment_id, division_path__startswith=actor.scope if actor.scope != "%" else ""
    )


def _about(enrolment: Enrolment, today: date) -> dict[str, Any]:
    person = enrolment.person
    number = numbers_of([person.id]).get(person.id, "")
    return {
        "name": person.name,
        "number": masked_number(number) if number else "",
        "personal_number": person.personal_number,
        "village": enrolment.division.name,
        "enrolled_on": enrolment.enrolled_on.isoformat(),
        "agency": load_pack(enrolment.division.code[:6]).title,
        "made_on": today.isoformat(),
    }


def _statement_data(enrolment: Enrolment, found: AccountStatement, today: date) -> dict[str, Any]:
    return _about(enrolment, today) | {
        "title": _("城乡居民基本养老保险个人账户对账单"),
        "period": f"{found.first.isoformat()} — {found.last.isoformat()}",
        "opening": yuan(found.opening_fen),
        "closing": yuan(found.closing_fen),
        "capital": capital_amount(found.closing_fen),
        "sources": [
            [
                PARTS[one.part],
                yuan(one.opening_fen),
                yuan(one.in_fen),
                yuan(one.out_fen),
                yuan(one.closing_fen),
            ]
            for one in found.sources
        ],
        "entries": [
            [
                one.value_date.isoformat(),
                CODES[one.code] + (_("（冲正）") if one.is_reversal else ""),
                PARTS[one.part],
                yuan(one.in_fen) if one.in_fen else "",
                yuan(one.out_fen) if one.out_fen else "",
                yuan(one.balance_fen),
                one.reason or (str(Month.from_index(one.benefit_month)) if one.benefit_month else ""),
            ]
            for one in found.entries
        ],
        "years": [_year(one) for one in found.years],
        "footer": _("对记录有异议的，可向镇街社保所申请核查。"),
    }


def _sheet_data(enrolment: Enrolment, found: AccountStatement, today: date) -> dict[str, Any]:
    return _about(enrolment, today) | {
        "title": _("城乡居民基本养老保险缴费查询单"),
        "years": [_year(one) for one in found.years],
        "waiting": [f"{one.year}" for one in found.years if one.waits],
        "totals": [
            yuan(sum(getattr(one, name) for one in found.years))
            for name in ("own_fen", "on_behalf_fen", "collective_fen", "sponsor_fen", "subsidy_fen", "interest_fen", "total_fen")
        ],
        "balance": yuan(found.closing_fen),
        "footer": "",
    }  # fmt: skip


def _year(one: Any) -> list[str]:
    return [
        str(one.year), yuan(one.own_fen), yuan(one.on_behalf_fen), yuan(one.collective_fen), yuan(one.sponsor_fen),
        _("未拨付") if one.waits else yuan(one.subsidy_fen), yuan(one.interest_fen), yuan(one.total_fen),
    ]  # fmt: skip


def yuan(fen: int) -> str:
    """Fen as yuan with two places: 7000 is 70.00."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
