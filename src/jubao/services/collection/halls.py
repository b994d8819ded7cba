"""全区通办: a payment taken at another township or at the district's hall; what is registered with an office other than home.

Worked example: 王秀兰 of 振兴街道 pays 2024 at 穆家营子镇: her account is credited once, the ledger of 振兴街道 has the line, and
that of 穆家营子镇 lists it under 本处收取、登记的外镇街人员.
The form of the hall carries the amount due and the number for the tax hall.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q

from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.forms.amounts import capital_amount
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.people.numbers import person_by_number
from jubao.services.access.log import access_record, access_record_many, require_post
from jubao.services.accounts.statements import yuan
from jubao.services.cases.idempotency import once
from jubao.services.collection.citations import ARTICLE_6, ARTICLE_8
from jubao.services.collection.make_ups import offered_tiers
from jubao.services.collection.sheets import sheet_pdf
from jubao.services.contributions.records import contribution_record
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of


def district_path_of(path: str) -> str:
    """The path of the district a place lies in."""
    return path[: path.find(district_of(path)) + 7]


def hall_person(*, actor: Actor, number: str, today: date) -> Enrolment:
    """Somebody of the district, found by number at any hall of it; the look is written down.

    Raises CheckFailed NOT_DISTRICT_WIDE, InputRefused NOT_ENROLLED.
    """
    _refuse_elsewhere(actor, today)
    wide = district_path_of(actor.scope)
    with read_scope(wide):
        person = person_by_number(number)
        found = (
            Enrolment.objects.select_related("person", "division")
            .filter(person=person, ended_on=None, division_path__startswith=wide)
            .first()
            if person
            else None
        )
    if found is None:
        raise InputRefused(
            "NOT_ENROLLED", _("此人未在本区参保。"), remedy=_("请核对证件号码；未参保的先办理参保登记。")
        )
    access_record(actor=actor, person_id=found.person_id, fields=["enrolment"], purpose="全区通办缴费")
    return found


def hall_contribution_record(
    *, actor: Actor, number: str, year: int, amount_fen: int, treasury_on: date, receipt_number: str, means: str,
    today: date, idempotency_key: str | None = None,
) -> Contribution:  # fmt: skip
    """Take a payment of anybody of the district: credited at home, listed at both places. Raises as `contribution_record`."""
    who = hall_person(actor=actor, number=number, today=today)
    wide = replace(actor, scope=district_path_of(actor.scope))
    body = {"who": who.id, "year": year, "fen": amount_fen, "on": treasury_on, "receipt": receipt_number}

    def run() -> dict[str, Any]:
        paid = contribution_record(
            actor=wide, enrolment_id=who.id, year=year, tier_fen=amount_fen, amount_fen=amount_fen, treasury_on=treasury_on,
            receipt_number=receipt_number, means=means, today=today,
        )  # fmt: skip
        if not who.division_path.startswith(actor.scope):
            Contribution.objects.filter(id=paid.id, paid_at_path="").update(paid_at_path=actor.scope)
        return {"id": str(paid.id)}

    with unit_of_work(wide, "hall_contribution_record"):
        require_post(actor, "intake_clerk", "handler", "finance_officer", what=_("通办缴费"))
        answer = once(idempotency_key, "hall_contribution_record", body, run)
        return Contribution.objects.get(id=answer["id"])


def elsewhere_payments(*, actor: Actor, month: Month) -> list[Contribution]:
    """The payments of a month by people of other places that this office took or that are registered with it."""
    if not district_of(actor.scope):
        return []
    here = Q(paid_at_path__startswith=actor.scope) | Q(registered_path__startswith=actor.scope)
    with read_scope(district_path_of(actor.scope)):
        found = Contribution.objects.select_related("enrolment__person").filter(
            here,
            ~Q(paid_at_path="") | ~Q(registered_path=""),
            is_live=True,
            treasury_on__range=(month.first_day, month.last_day),
        )
        rows = list(
            found.exclude(enrolment__division_path__startswith=actor.scope).order_by("treasury_on", "id")
        )
    if rows:
        people = {one.enrolment.person_id for one in rows}
        access_record_many(actor=actor, person_ids=people, fields=["contributions"], purpose="缴费明细台账")
    return rows


def tax_hall_form(*, actor: Actor, case_number: str, tier_fen: int, today: date) -> bytes:
    """《参保登记表》 of an enrolment at the district's hall, with the amount due and the reference for the tax hall.

    Raises InputRefused CASE_UNKNOWN, CheckFailed TIER_NOT_OFFERED.
    """
    with read_scope(actor.scope):
        case = Case.objects.filter(
            kind="enrolment", number=case_number.strip(), division_path__startswith=actor.scope
        ).first()
        if case is None:
            raise InputRefused("CASE_UNKNOWN", _("没有这一编号的参保登记。"), remedy=_("请核对业务编号。"))
        tiers = offered_tiers(pack_of(case.division_path), today.year, Month.containing(today).index)
        if tier_fen not in tiers:
            raise CheckFailed(
                "TIER_NOT_OFFERED", _("{year}年没有 {tier} 元的档次。").format(year=today.year, tier=yuan(tier_fen)),
                remedy=_("请选择：{tiers}。").format(tiers="、".join(map(yuan, tiers))), citation=ARTICLE_8,
            )  # fmt: skip
        about = case.proposal
        return sheet_pdf(
            actor=actor, title="城乡居民基本养老保险参保登记表", number=case.number,
            fields=[("姓名", about["name"]), ("证件号码", about["number"]), ("出生日期", about["birth_date"]),
                    ("联系电话", about["mobile"]), ("户籍地址", about["address"]), ("登记日期", about["accepted_on"]),
                    ("缴费年度", str(today.year)), ("应缴金额（元）", yuan(tier_fen)),
                    ("缴费凭据号", case.number), ("缴费地点", "区税务大厅")],
            heads=(), rows=(),
            notes=[f"应缴金额（大写）：{capital_amount(tier_fen)}", "请持本表到区税务大厅缴费，缴费时出示缴费凭据号。"],
            today=today,
        )  # fmt: skip


def _refuse_elsewhere(actor: Actor, today: date) -> None:
    if pack_of(actor.scope).setting("contribution.enrol_place", today).value != "district_wide":
        raise CheckFailed(
            "NOT_DISTRICT_WIDE",
            _("本地区没有全区通办缴费。"),
            remedy=_("请到登记地办理。"),
            citation=ARTICLE_6,
        )
