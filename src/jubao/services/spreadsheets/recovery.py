"""Trial run of a list of deaths: months paid after death, what to recover and from where, the account, the grant, the net sum.

Worked example: died 2026-04, paid 163.02 for 2026-05 to 2026-08: 4 months, 652.08 to recover (base 580.00, account part 72.08),
account 2 504.78, offset 652.08 from the account. Nothing is written but the line of the export log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.facts.person_state import asked_people
from jubao.kernel.errors import NotCovered
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.matching.spreadsheet_checking import read_death
from jubao.matching.spreadsheet_filling import fill, filled_name
from jubao.matching.spreadsheet_numbers import number_in
from jubao.matching.spreadsheet_reading import AskedFile, AskedRow, read_asked
from jubao.people.numbers import people_by_numbers
from jubao.policy import Pack, load_pack
from jubao.rules.funeral import funeral_grant_fen
from jubao.rules.recovery import offset_from_account_fen, offset_from_grant_fen
from jubao.services.spreadsheets.exports import export_record
from jubao.services.spreadsheets.fill import Filled
from jubao.services.spreadsheets.uploads import uploaded

TITLES = (
    "死亡年月", "多发月数", "应追回", "其中基础养老金", "其中个人账户", "其中其他", "个人账户余额", "丧葬补助金",
    "账户抵扣", "丧葬金抵扣", "净应追回", "说明",
)  # fmt: skip
_OVERPAID = """
    SELECT a.person_id, l.benefit_month, sum(l.amount_fen)::bigint, sum(l.base_pension_fen)::bigint,
           sum(l.account_pension_fen)::bigint
    FROM asked a JOIN payments_paymentline l ON l.enrolment_id = a.enrolment_id
    JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last AND o.state = 'paid'
    WHERE l.kind IN ('monthly', 'back_pay', 'difference', 'repayment')
    GROUP BY a.person_id, l.benefit_month"""
_STANDING = """
    SELECT a.person_id, a.entitlement_id IS NOT NULL, coalesce(sum(b.balance_fen), 0)::bigint,
           coalesce(max(d.monthly_pension_fen), 0)::bigint, coalesce(max(d.base_pension_fen), 0)::bigint
    FROM asked a
    LEFT JOIN ledger_account c ON c.enrolment_id = a.enrolment_id AND c.kind = ANY(%s)
    LEFT JOIN ledger_balance b ON b.account_id = c.id
    LEFT JOIN LATERAL (SELECT monthly_pension_fen, base_pension_fen FROM benefits_determination x
                       WHERE x.entitlement_id = a.entitlement_id ORDER BY x.sequence DESC LIMIT 1) AS d ON true
    GROUP BY a.person_id, a.entitlement_id"""


@dataclass(frozen=True)
class Standing:
    """What belongs to a person: drawing or not, account, last pension and base part."""

    is_drawing: bool
    balance_fen: int
    pension_fen: int
    base_fen: int


def spreadsheet_recovery(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    today: date,
    purpose: str,
    district_code: str,
    mapping: Mapping[str, str] | None = None,
) -> Filled:
    """Fill the trial run into a list with numbers and months of death; `counts` has rows, persons and the sums in fen."""
    pack = load_pack(district_code)
    with uploaded(actor, "spreadsheet_recovery", content, name, purpose) as source:
        aliases = dict(pack.header_aliases())
        aliases["death"] = ("死亡年月", "死亡日期", "死亡时间", *aliases.get("event_on", ()))
        aliases["event_on"] = ()
        asked = read_asked(source, aliases=aliases, extra=["death"], mapping=mapping)
        answers, counts = _computed(actor, asked, pack, today)
        target = source.parent / filled_name(f"out-{source.name}", _("试算"))
        titles = [translated(title) for title in TITLES]
        fill(asked, target, titles=titles, answers=answers)
        made = target.read_bytes()
        export = export_record(
            actor=actor, what="spreadsheet_recovery", purpose=purpose, filters={"file": name},
            row_count=counts["rows"], content=made,
        )  # fmt: skip
    return Filled(filled_name(name, _("试算") + f"{today:%Y%m%d}"), made, dict(counts), export)


def _computed(
    actor: Actor, asked: AskedFile, pack: Pack, today: date
) -> tuple[dict[str, dict[int, list[Any]]], Counter[str]]:
    rows = [(sheet, row, number_in(row.cells["id_number"])) for sheet in asked.sheets for row in sheet.rows]
    people = people_by_numbers({number.number for _sheet, _row, number in rows if not number.problem})
    paid: dict[UUID, list[tuple[int, int, int, int]]] = {}
    with asked_people(set(people.values()), scope=actor.scope), connection.cursor() as cursor:
        cursor.execute(_OVERPAID)
        for person, *line in cursor.fetchall():
            paid.setdefault(person, []).append(tuple(line))
        cursor.execute(_STANDING, [list(PERSONAL_KINDS)])
        standing = {row[0]: Standing(*row[1:]) for row in cursor.fetchall()}
    counts: Counter[str] = Counter()
    answers: dict[str, dict[int, list[Any]]] = {}
    for sheet, row, number in rows:
        person = people.get(number.number)
        counts["rows"] += 1
        own = standing.get(person) if person else None
        cells = _row(row, number.message, own, paid.get(person, []) if person else [], pack, today, counts)
        answers.setdefault(sheet.name, {})[row.row] = cells
    return answers, counts


def _row(
    row: AskedRow, problem: str, own: Standing | None, paid: list[tuple[int, int, int, int]], pack: Pack, today: date,
    counts: Counter[str],
) -> list[Any]:  # fmt: skip
    death, death_problem = read_death(row.get("death"))
    blank: list[Any] = [""] * (len(TITLES) - 1)
    if problem or death_problem or death is None:
        return [*blank, problem or death_problem or _("没有死亡年月。")]
    if own is None:
        return [str(death), *blank[1:], _("未在本辖区参保")]
    if death > Month.containing(today):
        return [str(death), *blank[1:], _("死亡年月在今天之后，无效。")]
    after = [line for line in paid if line[0] > death.index]
    months = len({line[0] for line in after if line[2] > 0})
    total, base, account = (sum(line[place] for line in after) for place in (1, 2, 3))
    grant, note = funeral_grant_of(pack, own, death)
    order = pack.setting("recovery.offset_order_death", death.last_day).value
    known = (
        total, own.balance_fen, grant, "account_balance" in order, "funeral_grant" in order,
        order[:1] == ["account_balance"],
    )  # fmt: skip
    from_account, from_grant = int(offset_from_account_fen(*known)), int(offset_from_grant_fen(*known))
    net = total - from_account - from_grant
    counts["persons"] += bool(total)
    counts["overpaid_fen"] += total
    counts["net_fen"] += net
    money = (
        total,
        base,
        account,
        total - base - account,
        own.balance_fen,
        grant,
        from_account,
        from_grant,
        net,
    )
    words = note or ("" if total else _("没有多发；有个人账户可清退") if own.balance_fen else _("没有多发"))
    return [str(death), months, *(float(Fen(fen).yuan) for fen in money), words]


def funeral_grant_of(pack: Pack, own: Standing, death: Month) -> tuple[int, str]:
    """The grant of somebody who drew, 0 with a remark where the region's amount is not known: never a silent zero."""
    if not own.is_drawing:
        return 0, ""
    kind = pack.setting("funeral.kind", death.last_day).value
    if kind in ("none", "unknown"):
        return 0, _("丧葬补助金标准未提供，未计入。") if kind == "unknown" else ""
    needed = "funeral_grant_fixed_fen" if kind == "fixed" else "funeral_grant_months"
    try:
        value = int(pack.parameter(needed, death).value)
    except NotCovered:
        return 0, _("丧葬补助金标准未提供，未计入。")
    fixed, months = (value, 0) if kind == "fixed" else (0, value)
    return int(funeral_grant_fen(True, kind, fixed, months, own.pension_fen, own.base_fen)), ""
