"""补缴: the township issues the 《补缴明细表》, the village registers the bank slip, the money is moved to the tax account.

Worked example: 王秀兰 left 2019 and 2020 out. The form BJ-150404-2024-000001 names both years, the sum and the account;
with slip JZ-7 the assistant registers it on 2024-05-20. Issued by the district's hall it is paid at the tax hall instead. The
personal account is credited from the tax list (第十三条).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.contributions.models import CollectionAccount, Contribution, MakeUpPayment
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.collection import unpaid_years
from jubao.forms.amounts import capital_amount
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.policy import Pack
from jubao.services.access.log import require_post
from jubao.services.accounts.statements import yuan
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_once, case_open, material_add
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, level_of, register
from jubao.services.cases.numbers import next_number
from jubao.services.collection.citations import ARTICLE_8
from jubao.services.collection.sheets import amount, sheet_pdf
from jubao.services.contributions.terms import tier_terms
from jubao.services.documents.images import scan_store
from jubao.services.documents.receipts import place_name
from jubao.services.documents.store import document_store
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

KIND, SLIP, FORM = "make_up_contribution", "bank_credit_slip", "make_up_detail_form"
OFFICE, VILLAGE = frozenset({"handler", "intake_clerk"}), frozenset({"village_assistant"})
HALLS = frozenset({"township", "district"})


def collection_account_set(
    *, actor: Actor, kind: str, holder_name: str, bank_name: str, number: str, today: date
) -> CollectionAccount:
    """Say into which account the district collects (指定账户, 税务专户); the former one ends. Equal content changes nothing."""
    given = {"holder_name": holder_name.strip(), "bank_name": bank_name.strip(), "number": number.strip()}
    if not all(given.values()) or kind not in CollectionAccount.Kind.values:
        raise InputRefused("ACCOUNT_INCOMPLETE", _("户名、开户行、账号须填全。"))
    with unit_of_work(actor, "collection_account_set"):
        require_post(actor, "finance_officer", what=_("登记收款账户"))
        district = district_of(actor.scope)
        former = CollectionAccount.objects.filter(district_code=district, kind=kind, until_on=None).first()
        if former is not None:
            if all(getattr(former, name) == value for name, value in given.items()):
                return former
            CollectionAccount.objects.filter(id=former.id).update(until_on=today)
        return CollectionAccount.objects.create(district_code=district, kind=kind, from_on=today, **given)


def collection_account(district_code: str, kind: str) -> CollectionAccount:
    """The account in use. Raises CheckFailed ACCOUNT_MISSING."""
    found = CollectionAccount.objects.filter(district_code=district_code, kind=kind, until_on=None).first()
    if found is None:
        raise CheckFailed(
            "ACCOUNT_MISSING", _("还没有登记{kind}。").format(kind=CollectionAccount.Kind(kind).label),
            remedy=_("请由区财务岗在补缴页面登记账户。"), citation=ARTICLE_8,
        )  # fmt: skip
    return found


def make_up_years(enrolment: Enrolment, today: date) -> list[int]:
    """The years that may be made up: those over without a payment, from the beginning of the scheme or the enrolment."""
    pilot = pack_of(enrolment.division_path).find_setting("claim.pilot_start_month", today)
    began = Month.parse(str(pilot.value)).year if pilot is not None else enrolment.enrolled_on.year
    return unpaid_years(enrolment.id, began, today)


def make_up_issue(
    *,
    actor: Actor,
    enrolment_id: UUID,
    years: Mapping[int, int],
    today: date,
    idempotency_key: str | None = None,
) -> Case:
    """Issue the form for these years (year → tier in fen): paper, number, case. Every fault of the years is named at once.

    Raises CheckFailed MAKE_UP_YEARS_WRONG, ACCOUNT_MISSING; CaseRefused as `case_open`.
    """
    body = {"who": enrolment_id, "years": {str(year): fen for year, fen in sorted(years.items())}}

    def make() -> Case:
        enrolment = Enrolment.objects.select_related("person").get(
            id=enrolment_id, ended_on=None, division_path__startswith=actor.scope
        )
        _refuse_years(enrolment, years, today)
        proposal = _proposal(actor, enrolment, years, today)
        form = document_store(
            actor=actor, content=_form(actor, enrolment, proposal, today), name=f"{proposal['number']}.pdf",
            content_type="application/pdf", document_class=FORM, person_id=enrolment.person_id,
            district_code=district_of(enrolment.division_path), is_encrypted=True,
        )  # fmt: skip
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.id,
            title=chinese("补缴：{name}").format(name=enrolment.person.name), proposal=proposal, today=today,
            materials=[(FORM, form.id)],
        )  # fmt: skip

    with unit_of_work(actor, "make_up_issue"):
        return case_once(idempotency_key, "make_up_issue", body, make)


def make_up_register(
    *, actor: Actor, case_id: UUID, slip_number: str, amount_fen: int, paid_on: date, slip: bytes, today: date,
    now: datetime, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Register the payment with the slip's number and scan.

    Raises InputRefused SLIP_NUMBER_MISSING, PAID_IN_FUTURE; CheckFailed AMOUNT_DIFFERS, SLIP_TAKEN; CaseRefused MATERIAL_MISSING.
    """
    body = {"case": case_id, "slip": slip_number, "fen": amount_fen, "on": paid_on}
    number = slip_number.strip()
    if not number:
        raise InputRefused("SLIP_NUMBER_MISSING", _("没有填写进账单号。"), remedy=_("请照银行进账单填写。"))
    if paid_on > today:
        raise InputRefused("PAID_IN_FUTURE", _("缴款日期在今天之后。"), remedy=_("请核对进账单。"))

    def make() -> Case:
        case = Case.objects.get(id=case_id, kind=KIND, division_path__startswith=actor.scope)
        _refuse_payment(case, number, amount_fen)
        if slip:
            paper = scan_store(
                actor=actor, content=slip, name=f"{number}.jpg", document_class=SLIP, case_id=case.id,
                person_id=case.person_id, district_code=case.district_code,
            )  # fmt: skip
            material_add(actor=actor, case_id=case.id, kind=SLIP, document_id=paper.id)
        assert case.subject_id is not None
        done = advance(
            actor=actor,
            case_id=case.id,
            action="register",
            expected_version=case.version,
            today=today,
            now=now,
        )
        MakeUpPayment.objects.create(
            case_id=case.id, division_path=case.division_path, enrolment_id=case.subject_id, slip_number=number,
            amount_fen=amount_fen, paid_on=paid_on, month=Month.containing(today).index,
        )  # fmt: skip
        return done

    with unit_of_work(actor, "make_up_register", case_id=case_id):
        return case_once(idempotency_key, "make_up_register", body, make)


def _refuse_years(enrolment: Enrolment, years: Mapping[int, int], today: date) -> None:
    pack, month = pack_of(enrolment.division_path), Month.containing(today).index
    open_years = set(make_up_years(enrolment, today))
    faults = [] if years else [_("没有选择补缴的年度")]
    for year, fen in sorted(years.items()):
        if year not in open_years:
            faults.append(_("{year}年已经缴费或不能补缴").format(year=year))
        elif fen not in offered_tiers(pack, year, month):
            faults.append(_("{year}年没有 {tier} 元的档次").format(year=year, tier=yuan(fen)))
    if faults:
        raise CheckFailed(
            "MAKE_UP_YEARS_WRONG",
            "；".join(faults) + "。",
            remedy=_("请核对年度和档次。"),
            citation=ARTICLE_8,
        )


def offered_tiers(pack: Pack, year: int, month: int) -> list[int]:
    """The tiers that everybody may pay for a year in a month."""
    return sorted({term.tier_fen for term in tier_terms(pack, [(year, month)]) if not term.is_hardship})


def _proposal(actor: Actor, enrolment: Enrolment, years: Mapping[int, int], today: date) -> dict[str, Any]:
    """What is issued. The district's hall sends people to the tax hall, the township to the account."""
    district = district_of(enrolment.division_path)
    at_hall = level_of(actor.scope) == "district"
    account = None if at_hall else collection_account(district, "make_up")
    return {
        "number": f"BJ-{next_number(district, today.year, 'make_up')}",
        "years": [{"year": year, "tier_fen": fen} for year, fen in sorted(years.items())],
        "total_fen": sum(years.values()),
        "pay_at": "tax_hall" if at_hall else "account",
        "pay_at_title": "区税务大厅" if at_hall else "指定账户",
        "account": {
            "holder_name": account.holder_name,
            "bank_name": account.bank_name,
            "number": account.number,
        }
        if account
        else {},
    }


def _form(actor: Actor, enrolment: Enrolment, proposal: dict[str, Any], today: date) -> bytes:
    person, total = enrolment.person, int(proposal["total_fen"])
    account = proposal["account"]
    where = (
        [("收款户名", account["holder_name"]), ("开户行", account["bank_name"]), ("账号", account["number"])]
        if account
        else [("缴费地点", "区税务大厅"), ("缴费凭据", proposal["number"])]
    )
    return sheet_pdf(
        actor=actor, title="城乡居民基本养老保险补缴明细表", number=proposal["number"],
        fields=[("姓名", person.name), ("身份证号码", numbers_of([person.id]).get(person.id, "")),
                ("个人编号", person.personal_number), ("参保地", place_name(enrolment.division_path)), *where],
        heads=("补缴年度", "缴费档次（元）", "补缴金额（元）"),
        rows=[*([str(one["year"]), *[amount(one["tier_fen"])] * 2] for one in proposal["years"]), ["合计", "", amount(total)]],
        notes=[f"合计（大写）：{capital_amount(total)}",
               "缴款后请凭银行进账单到村（居）协办员处登记确认。" if account else "请持本表到区税务大厅缴费。"],
        today=today,
    )  # fmt: skip


def _refuse_payment(case: Case, slip_number: str, amount_fen: int) -> None:
    due = int(case.proposal["total_fen"])
    if amount_fen != due:
        raise CheckFailed(
            "AMOUNT_DIFFERS", _("进账单 {paid} 元，补缴明细表 {due} 元。").format(paid=yuan(amount_fen), due=yuan(due)),
            remedy=_("请核对进账单；金额不符的请重新出具明细表。"), citation=ARTICLE_8,
        )  # fmt: skip
    if MakeUpPayment.objects.filter(slip_number=slip_number).exists():
        raise CheckFailed("SLIP_TAKEN", _("进账单 {number} 已经登记过。").format(number=slip_number))


def _paid_at_hall(*, case: Any, actor: Actor, today: date) -> None:
    """Every year of the form is booked from the tax list. Raises CaseRefused YEARS_NOT_PAID."""
    wanted = {int(one["year"]) for one in case.proposal["years"]}
    paid = Contribution.objects.filter(enrolment_id=case.subject_id, year__in=wanted, is_live=True)
    missing = sorted(wanted - set(paid.values_list("year", flat=True)))
    if missing:
        raise CaseRefused(
            "YEARS_NOT_PAID", _("税务清单里还没有这些年度：{years}。").format(years="、".join(map(str, missing))),
            remedy=_("请待税务清单导入入账后再办结。"), citation=ARTICLE_8,
        )  # fmt: skip


register(
    CaseKind(
        KIND,
        "补缴",
        (
            Transition("open", OPEN, "issued", OFFICE, title="出具补缴明细表", steps=("issue",), levels=HALLS),
            Transition("register", "issued", "registered", VILLAGE, title="凭进账单登记", steps=("register",)),
            Transition("move", "registered", "moved", OFFICE, title="划转税务专户", closes=True, outcome="moved",
                       steps=("move",)),
            Transition("settle", "issued", "settled", OFFICE, title="税务大厅已缴", closes=True, outcome="settled",
                       levels=HALLS),
            Transition("withdraw", "issued", "withdrawn", OFFICE, title="作废", closes=True, outcome="withdrawn",
                       needs_reason=True, levels=HALLS),
        ),
        effects={"settle": _paid_at_hall},
        states={"issued": "待缴款", "registered": "待划转", "moved": "已划转", "settled": "已缴"},
    )
)  # fmt: skip
