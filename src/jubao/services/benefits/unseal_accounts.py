"""启封: the person or one of the family applies with papers at the channels of the pack; only the named level decides.

Worked example: 何秀兰's son, on record as 子女, applies at the village centre with her letter: a case with channel VILLAGE
before the city's 审批岗. Approved, the account is ACTIVE again, the interest of the sealed years is posted, and the suspension it
rested on remains until a resumption is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.sealed import OPEN_SEAL
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese, translated
from jubao.services.accounts.interest_years import interest_catch_up
from jubao.services.benefits.statuses import status_change
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, level_of, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.services.residents.family import relation_to
from jubao.staff.regions import pack_of

CHANNELS = {
    "COUNTY": "县级经办机构",
    "TOWNSHIP": "镇街党群服务中心",
    "VILLAGE": "村社党群服务中心",
    "BANK": "合作金融机构",
    "ONLINE": "线上",
}
_OF_LEVELS = {"district": "COUNTY", "township": "TOWNSHIP", "village": "VILLAGE"}


@dataclass(frozen=True)
class Applicant:
    """Who applies: name, identity number (checked, not kept), and the outlet of the bank that took the application."""

    name: str
    number: str
    bank_outlet: str = ""


def channel_of(actor: Actor, applicant: Applicant) -> str:
    """Where an application is made; empty where none is taken."""
    if actor.is_participant:
        return "ONLINE"
    if applicant.bank_outlet.strip():
        return "BANK"
    return _OF_LEVELS.get(level_of(actor.scope), "")


def unseal_propose(
    *, actor: Actor, entitlement_id: UUID, applicant: Applicant, ground: str, today: date,
    materials: Sequence[tuple[str, UUID]] = (), idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Apply to reopen a sealed account.

    Raises CaseRefused NOT_SEALED, CHANNEL_NOT_OPEN, APPLICANT_NOT_ENTITLED, MATERIAL_MISSING, POST_REQUIRED, LEVEL_REQUIRED.
    """
    with unit_of_work(actor, "unseal_propose"):
        _entitlement, enrolment = running_entitlement(entitlement_id)
        _sealed(entitlement_id)
        rule = pack_of(enrolment.division_path).setting("seal.unseal_channels", today)
        channel = channel_of(actor, applicant)
        if channel.lower() not in rule.value:
            raise CaseRefused(
                "CHANNEL_NOT_OPEN",
                _("这里不受理启封申请。"),
                remedy=_("请到：{places}。").format(
                    places="、".join(translated(CHANNELS[one.upper()]) for one in rule.value)
                ),
                citation=rule.citation,
            )
        relation = relation_to(enrolment.person_id, applicant.number)
        if not relation or not applicant.name.strip():
            raise CaseRefused(
                "APPLICANT_NOT_ENTITLED",
                _("申请人既不是本人，也不是已登记的家属。"),
                remedy=_("由本人或家属申请；家属没有登记的，请先凭户口簿等材料登记家属关系。"),
                citation=rule.citation,
            )
        return case_open(
            actor=actor, kind="unsealing", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("启封：{name}").format(name=enrolment.person.name), today=today, channel=channel,
            proposal={"entitlement_id": str(entitlement_id), "ground": ground, "applicant": applicant.name.strip()[:30],
                      "relation": relation, "channel": channel, "bank_outlet": applicant.bank_outlet.strip()[:60]},
            materials=materials, idempotency_key=idempotency_key,
        )  # fmt: skip


def _sealed(entitlement_id: UUID) -> PaymentStatus:
    status = PaymentStatus.objects.filter(
        entitlement_id=entitlement_id, kind="sealed", until_month__isnull=True
    ).first()
    if status is None:
        raise CaseRefused("NOT_SEALED", _("没有封存。"), remedy=_("请核对人员。"))
    return status


def _unseal(*, case: Case, actor: Actor, today: date) -> None:
    """The seal goes, the suspension it rested on remains until a resumption is decided; the years between get interest."""
    entitlement_id = UUID(case.proposal["entitlement_id"])
    _entitlement, enrolment = running_entitlement(entitlement_id, lock=True)
    status = _sealed(entitlement_id)
    from_month = max(Month.containing(today).index, status.from_month)
    status_change(
        entitlement_id=entitlement_id, kind="suspended", from_month=from_month, reason=status.reason,
        legal_basis=status.legal_basis, proposed_by=case.maker_id, decided_by=actor.natural_person_id, case_id=case.id,
    )  # fmt: skip
    interest_catch_up(actor=actor, enrolment_id=enrolment.pk, before=today.year, case_id=case.id)


@dataclass(frozen=True)
class SealedAccount:
    """One sealed account and what stands in it; `case_id` is the decision that sealed it."""

    person_id: UUID
    name: str
    division_path: str
    reason: str
    from_month: int
    sealed_on: date
    case_id: UUID
    balance_fen: int


def sealed_accounts(*, scope: str) -> list[SealedAccount]:
    """Every sealed account below a place with its balance, the oldest seal first (S4)."""
    with read_scope(scope), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.name, e.division_path, s.reason, s.from_month, s.recorded_at::date, s.case_id,"
            " coalesce((SELECT sum(b.balance_fen) FROM ledger_account AS a JOIN ledger_balance AS b"
            " ON b.account_id = a.id WHERE a.enrolment_id = e.id), 0)::bigint"
            " FROM benefits_paymentstatus AS s JOIN benefits_entitlement AS t ON t.id = s.entitlement_id"
            " JOIN people_enrolment AS e ON e.id = t.enrolment_id JOIN people_person AS p ON p.id = e.person_id"
            f" WHERE {OPEN_SEAL} AND e.division_path LIKE %s ORDER BY s.from_month, e.division_path, p.id",
            [f"{scope}%"],
        )
        return [SealedAccount(*row) for row in cursor.fetchall()]


UNSEALING = register(
    CaseKind(
        "unsealing",
        "启封",
        propose_and_decide(
            make_steps=("apply", "apply_village"),
            deciders=frozenset({"approver"}),
            decide_steps=("decide",),
            decide_levels=frozenset({"city"}),
        ),
        {"approve": _unseal},
    )
)
