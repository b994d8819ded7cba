"""Crash trials of decisions about pensions: held, stopped, sealed, claimed, put right, found out.

Worked example: 同意 of a claim killed between the entitlement and its awards leaves neither; repeated, the pension begins once
and every month that passed is owed once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from tests.benefits.county import County
from tests.integrity.crash_cases import looked_at, take, trial
from tests.integrity.crash_people import DAY, DISTRICT, of
from tests.integrity.crash_points import Command
from tests.support.residents import system

SEAL_DISTRICT, SEAL_DAY, UNSEAL_DAY = "440523", date(2025, 9, 1), date(2025, 9, 8)
HOLD_DAY, EXPIRED_ON = date(2025, 4, 10), date(2025, 6, 10)
CLAIM_DAY, CORRECTION_DAY, RATE_DAY = date(2024, 3, 11), date(2024, 11, 11), date(2024, 7, 8)


def _hold() -> Case:
    from jubao.services.payments.holds import hold_propose

    here = County(DISTRICT)
    return hold_propose(
        actor=here.cast.handler.actor, entitlement_id=here.someone().entitlement_id, reason="DEATH_SUSPECTED",
        evidence={"sources": ["火化"]}, today=HOLD_DAY,
    )  # fmt: skip


def _held() -> dict[str, Any]:
    reviewer = f"{DISTRICT}-reviewer"
    take(looked_at(_hold(), reviewer, HOLD_DAY), "approve", reviewer, HOLD_DAY)
    return {}


def _expire(given: dict[str, Any]) -> None:
    from jubao.database.actor import Actor
    from jubao.services.payments.holds import holds_expire

    holds_expire(actor=Actor.system("nightly", scope=of("handler").scope), today=EXPIRED_ON)


def _stop() -> Case:
    from jubao.services.benefits.stops import stop_propose

    here = County(DISTRICT)
    return stop_propose(
        actor=here.cast.handler.actor, entitlement_id=here.someone().entitlement_id, reason="DEATH",
        happened_on=date(2025, 5, 31), source="火化名单", evidence={"row": 17}, today=DAY,
    )  # fmt: skip


def _deregistration() -> Case:
    from jubao.services.documents.store import document_store
    from jubao.services.payments.one_off import Payee
    from jubao.services.settlement.account import SettlementTerms
    from jubao.services.settlement.applications import Informed
    from jubao.services.settlement.deregistrations import Presented, deregistration_propose
    from jubao.services.settlement.grant import GivenGrant
    from tests.recovery.world import money
    from tests.support.residents import number_of

    here = County(DISTRICT)
    someone = here.someone()
    money(here, someone, 250_473)
    payee = Payee("王小军", None, "农商行", "6217000000000000017")
    terms = SettlementTerms(
        payee, {2025: 24_000}, "渝人社发〔2025〕1号", GivenGrant(100_000, "綦江府发〔2025〕1号")
    )
    son = Presented("王小军", "法定继承人", "id_card", number_of(509904, date(1988, 2, 3), 31), None)
    clerk = here.cast.handler.actor
    papers = [
        (
            kind,
            document_store(
                actor=clerk, content=kind.encode(), name=kind, content_type="image/png", document_class=kind
            ).id,
        )
        for kind in ("id_document", "deregistration_form", "promise")
    ]
    return deregistration_propose(
        actor=here.cast.handler.actor, enrolment_id=someone.enrolment.pk, cause="DEATH", informed=Informed(DAY, "林晓"),
        happened_on=date(2025, 5, 31), applicant=son, is_promised=True, materials=papers, source="家属申请", today=DAY,
        terms=terms,
    )  # fmt: skip


def _batch() -> Case:
    from jubao.people.models import DeathReport
    from jubao.services.benefits.suspensions import suspension_batch_propose

    here = County(DISTRICT)
    people = [here.someone(), here.someone()]
    with unit_of_work(system(), "test"):
        for one in people:
            DeathReport.objects.create(person=one.person, died_on=date(2025, 6, 20), source="CREMATION")
    return suspension_batch_propose(
        actor=here.cast.handler.actor, division_path=here.path, reason="DEATH_REPORTED", source="CREMATION", today=DAY,
        entitlement_ids=[one.entitlement_id for one in people],
    )  # fmt: skip


def _investigation() -> Case:
    """What the suspension of somebody makes where the region suspends first and asks then."""
    from jubao.benefits.models import Entitlement
    from jubao.services.benefits.investigations import investigation_open

    here = County(DISTRICT)
    someone = here.someone()
    suspended = here.suspended(someone, Month(2025, 3))
    with unit_of_work(system(), "test"):
        case = investigation_open(
            entitlement=Entitlement.objects.get(id=someone.entitlement_id), enrolment=someone.enrolment,
            suspension=Case.objects.get(id=suspended), today=DAY, reason="NOT_CERTIFIED",
        )  # fmt: skip
    assert case is not None
    return case


def _contact() -> Case:
    from jubao.services.people.contacts import contact_record, contact_task_open

    here = County(DISTRICT)
    someone = here.someone()
    actor = here.cast.handler.actor
    case = contact_task_open(actor=actor, entitlement_id=someone.entitlement_id, today=DAY)
    for means in ("phone", "home_visit", "relative"):
        contact_record(
            actor=actor, person_id=someone.person.id, means=means, attempted_on=DAY, was_reached=False, today=DAY
        )  # fmt: skip
    return case


def _claim() -> Case:
    from tests.benefits.test_claims import opened, saver

    here = County(DISTRICT)
    return opened(here, saver(here))


def _claim_handled() -> Case:
    handler = f"{DISTRICT}-handler"
    return take(looked_at(_claim(), handler, CLAIM_DAY), "handle", handler, CLAIM_DAY)


def _amount() -> Case:
    from jubao.services.benefits.recalculation import amount_correction_propose
    from tests.benefits.test_recalculation import given

    here = County(DISTRICT)
    someone = here.someone(start_month=Month(2024, 1).index, birth=date(1963, 12, 5))
    given(here, someone, *[Month(2024, 1) + number for number in range(3)])
    return amount_correction_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, ground="核查申请", today=CORRECTION_DAY,
        changed={"account_balance_fen": 250478 + 27800},
    )  # fmt: skip


def _recalculation() -> Case:
    from tests.benefits.test_recalculation import given, propose, provisional_claim

    here = County(DISTRICT)
    given(here, provisional_claim(here, 750_000), Month(2024, 4), Month(2024, 5))
    return propose(here)


def _sealing() -> Case:
    from jubao.services.benefits.seal_accounts import seal_propose

    here = County(SEAL_DISTRICT, next_county=DISTRICT)
    someone = here.someone()
    here.suspended(someone, Month(2023, 9))
    return seal_propose(actor=here.cast.data.actor, entitlement_id=someone.entitlement_id, today=SEAL_DAY)


def _unsealing() -> Case:
    from jubao.people.numbers import numbers_of
    from jubao.services.benefits.unseal_accounts import Applicant, unseal_propose
    from jubao.services.documents.store import document_store
    from tests.support.cast import an_officer

    sealing, reviewer = _sealing(), f"{SEAL_DISTRICT}-reviewer"
    take(looked_at(sealing, reviewer, SEAL_DAY), "approve", reviewer, SEAL_DAY)
    city = of_seal("system_keeper").scope
    an_officer("approver", path=city, username="city-approver")
    clerk = of_seal("intake_clerk")
    paper = document_store(
        actor=clerk, content=b"scan", name="proof", content_type="image/png", document_class="proof_documents"
    )
    assert sealing.person is not None
    oneself = Applicant(sealing.person.name, numbers_of([sealing.person.pk])[sealing.person.pk])
    return unseal_propose(
        applicant=oneself, actor=clerk, entitlement_id=UUID(str(sealing.subject_id)), ground="本人申请", today=UNSEAL_DAY,
        materials=[("proof_documents", paper.id)],
    )  # fmt: skip


def of_seal(post: str) -> Any:
    """An officer of the district that seals."""
    from tests.integrity.crash_people import actor

    return actor(f"{SEAL_DISTRICT}-{post}")


COMMANDS = {
    "hold_decide_case": trial(_hold, day=HOLD_DAY, overlooked=("Q8",)),
    "holds_expire": Command(_held, _expire),
    "stop_decide": trial(_stop),
    "deregistration_decide": trial(_deregistration),
    "suspension_batch_decide": trial(_batch),
    "investigation_eligible": trial(_investigation, action="eligible", by="handler", reason="本人在家"),
    "investigation_lost": trial(_investigation, action="lost", by="handler", reason="已在外省领取"),
    "contact_close": trial(_contact, action="close", by="handler"),
    "claim_handle": trial(_claim, action="handle", by="handler", day=CLAIM_DAY),
    "claim_decide": trial(_claim_handled, day=CLAIM_DAY),
    "amount_correction_decide": trial(_amount, day=CORRECTION_DAY),
    "recalculation_decide": trial(_recalculation, day=RATE_DAY, overlooked=("M6",)),
    "sealing_decide": trial(_sealing, day=SEAL_DAY, district=SEAL_DISTRICT),
    "unsealing_decide": trial(_unsealing, by="city-approver", day=UNSEAL_DAY),
}
