"""注销登记: somebody who died, lost the nationality or draws another pension leaves the register, by application and decision.

Worked example: 王秀兰 died on 2024-05-31; her son applies at the township with his identity card, the form and a signed promise
instead of the certificate. The 复核岗 of the district agrees: May was the last month due, the enrolment ends, and her
balance of 2504.73 stands in the list of accounts to settle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.facts.overpaid import overpaid_lines
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.ledger.balances import balance_of
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.services.benefits.entitlements import enrolment_status
from jubao.services.benefits.stops import death_made_decisive, pension_ended
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.services.people.identity_documents import presented_check
from jubao.staff.regions import pack_of

KIND = "deregistration"
CAUSES: Mapping[str, tuple[str, str, str]] = {
    "DEATH": ("死亡", "death", "DEATH"),
    "LOST_NATIONALITY": ("丧失国籍", "nationality_lost", "NATIONALITY_LOST"),
    "OTHER_PENSION": ("已享受其他社会养老保障待遇", "other_scheme_benefit", "OTHER_BENEFIT"),
}
"""Cause → title, the pack's word, the reason with which a pension ends."""
RELATIONS = ("本人", "指定受益人", "法定继承人")


@dataclass(frozen=True)
class Presented:
    """Who applies and with which document; `valid_until` is its last day, None: long-term."""

    name: str
    relation: str
    document_kind: str
    number: str
    valid_until: date | None


def causes_of(pack: Pack, on: date) -> dict[str, str]:
    """The causes that the region's text knows, with their titles."""
    known = pack.setting("deregistration.causes", on).value
    return {cause: title for cause, (title, word, _reason) in CAUSES.items() if word in known}


def deregistration_propose(
    *, actor: Actor, enrolment_id: UUID, cause: str, happened_on: date | None, applicant: Presented, is_promised: bool,
    materials: Sequence[tuple[str, UUID]], today: date, source: str = "", idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Take an application.

    Raises InputRefused CAUSE_UNKNOWN, DAY_MISSING, DAY_IMPOSSIBLE, APPLICANT_MISSING, RELATION_MISSING; CaseRefused
    PROMISE_MISSING, ENDED_ALREADY, MATERIAL_MISSING; DocumentRefused of the document presented.
    """
    with unit_of_work(actor, "deregistration_propose"):
        enrolment = Enrolment.objects.select_related("person").get(id=enrolment_id)
        pack = pack_of(enrolment.division_path)
        _check(pack, enrolment, cause, happened_on, applicant, is_promised, today)
        presented_check(
            pack=pack, kind=applicant.document_kind, number=applicant.number, valid_until=applicant.valid_until,
            today=today,
        )  # fmt: skip
        proposal = _proposal(pack, enrolment, cause, happened_on, applicant, today, source)
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk,
            title=_("注销登记：{cause}").format(cause=CAUSES[cause][0]), proposal=proposal, today=today,
            materials=materials, idempotency_key=idempotency_key,
        )  # fmt: skip


def _check(
    pack: Pack, enrolment: Enrolment, cause: str, happened_on: date | None, applicant: Presented, is_promised: bool,
    today: date,
) -> None:  # fmt: skip
    causes = causes_of(pack, today)
    rule = pack.setting("deregistration.causes", today)
    if cause not in causes:
        raise InputRefused(
            "CAUSE_UNKNOWN",
            _("不能以这个原因注销。"),
            remedy=_("可以注销的情形：{causes}。").format(causes="、".join(causes.values())),
            citation=rule.citation,
        )
    if happened_on is None:
        raise InputRefused("DAY_MISSING", _("没有填写发生日期。"), remedy=_("请填写日期。"))
    if not enrolment.person.birth_date <= happened_on <= today:
        raise InputRefused("DAY_IMPOSSIBLE", _("日期早于出生日期或在今天之后。"), remedy=_("请核对日期。"))
    if not applicant.name.strip() or not applicant.number.strip():
        raise InputRefused(
            "APPLICANT_MISSING", _("没有申请人的姓名或证件号码。"), remedy=_("申请人须凭有效身份证件申请。")
        )
    if applicant.relation not in RELATIONS or (cause == "DEATH") == (applicant.relation == RELATIONS[0]):
        raise InputRefused(
            "RELATION_MISSING",
            _("申请人的身份不对。"),
            remedy=_("死亡的由指定受益人或法定继承人申请，其他情形由本人申请。"),
            citation=rule.citation,
        )
    promise = pack.setting("deregistration.promise", today)
    if promise.value and not is_promised:
        raise CaseRefused(
            "PROMISE_MISSING",
            _("申请人没有承诺材料真实并承担责任。"),
            remedy=_("请告知有关事项，由申请人签署承诺书。"),
            citation=promise.citation,
        )
    if enrolment.ended_on is not None:
        raise CaseRefused("ENDED_ALREADY", _("已经注销。"), remedy=_("请在个人页面查看。"))


def _proposal(
    pack: Pack, enrolment: Enrolment, cause: str, happened_on: date | None, applicant: Presented, today: date, source: str
) -> dict[str, Any]:  # fmt: skip
    assert happened_on is not None
    title, _word, reason = CAUSES[cause]
    rule = pack.setting("deregistration.causes", today)
    end = Month.containing(happened_on).index + 1
    entitlement = Entitlement.objects.filter(enrolment=enrolment, end_month__isnull=True).first()
    return {
        "cause": cause, "reason": reason, "reason_title": title, "happened_on": str(happened_on), "source": source,
        "applicant": applicant.name.strip(), "relation": applicant.relation, "document_kind": applicant.document_kind,
        "end_month": end, "first_unpaid_month": str(Month.from_index(end)), "is_drawing": entitlement is not None,
        "entitlement_id": str(entitlement.pk) if entitlement else "",
        "overpaid": overpaid_lines(entitlement.pk, end) if entitlement else [],
        "balance_fen": sum(balance_of(enrolment.pk).values()), "legal_basis": str(rule.citation or rule.source)[:120],
    }  # fmt: skip


def _deregister(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: a death becomes decisive, a pension ends, the enrolment ends; the balance waits to be settled."""
    about = case.proposal
    assert case.subject_id is not None
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(id=case.subject_id)
    if enrolment.ended_on is not None:
        raise CaseRefused("ENDED_ALREADY", _("已经注销。"), remedy=_("请在个人页面查看。"))
    if about["cause"] == "DEATH":
        death_made_decisive(case, enrolment)
    running = Entitlement.objects.filter(enrolment=enrolment, end_month__isnull=True).first()
    if running is not None:
        entitlement, _same = running_entitlement(running.pk, lock=True)
        pension_ended(case, actor, entitlement, enrolment, about["end_month"], about["reason"])
    else:
        enrolment_status(enrolment.pk, "ended", about["end_month"], about["reason"], case.pk)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=today)


@dataclass(frozen=True)
class ToSettle:
    """A deregistered person whose account still holds money."""

    person_id: UUID
    name: str
    division_path: str
    ended_on: date
    balance_fen: int


def accounts_to_settle(*, scope: str) -> list[ToSettle]:
    """Deregistered people below a place with a balance owed to them or their heirs, the oldest first (C16)."""
    with read_scope(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.name, e.division_path, e.ended_on, sum(b.balance_fen)::bigint"
            " FROM people_enrolment AS e JOIN people_person AS p ON p.id = e.person_id"
            " JOIN ledger_account AS a ON a.enrolment_id = e.id JOIN ledger_balance AS b ON b.account_id = a.id"
            " WHERE e.ended_on IS NOT NULL AND e.division_path LIKE %s AND EXISTS (SELECT 1 FROM cases_case AS c"
            f" WHERE c.subject_id = e.id AND c.kind = '{KIND}' AND c.outcome = 'approved')"
            " GROUP BY p.id, p.name, e.division_path, e.ended_on HAVING sum(b.balance_fen) > 0"
            " ORDER BY e.ended_on, e.division_path, p.id",
            [f"{scope}%"],
        )
        return [ToSettle(*row) for row in cursor.fetchall()]


DEREGISTRATION = register(
    CaseKind(
        KIND,
        "注销登记",
        propose_and_decide(make_steps=("submit", "check"), decide_steps=("settle",)),
        {"approve": _deregister},
    )
)
