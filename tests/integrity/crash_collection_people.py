"""Crash trials of what is collected for one person: make-up form, slip and move, payment on behalf.

Worked example: 登记进账单 killed after the scan was stored leaves the form 待缴款; repeated, one payment stands there.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope, unit_of_work
from tests.integrity.crash_cases import looked_at, take, trial
from tests.integrity.crash_collection import ASSISTANT, AT, DAY, DISTRICT, FINANCE, OFFICE, SONGSHAN, world
from tests.integrity.crash_people import EVERYWHERE, actor
from tests.integrity.crash_points import Command


def _set_account(given: dict[str, Any]) -> None:
    from jubao.services.collection.make_ups import collection_account_set

    for kind in ("make_up", "tax"):
        collection_account_set(
            actor=actor(FINANCE),
            kind=kind,
            holder_name="区社保局",
            bank_name="农业银行",
            number=f"06-{kind}",
            today=DAY,
        )


def _accounts() -> dict[str, Any]:
    given = world()
    _set_account(given)
    return given


def _issue(given: dict[str, Any], by: str = OFFICE) -> Case:
    from jubao.services.collection.make_ups import make_up_issue

    return make_up_issue(
        actor=actor(by),
        enrolment_id=UUID(given["who"]),
        years={2020: 50000},
        today=DAY,
        idempotency_key="form-1",
    )


def _issue_silently(given: dict[str, Any]) -> None:
    _issue(given)


def _issued() -> dict[str, Any]:
    given = _accounts()
    return given | {"case": str(_issue(given).id)}


def _register(given: dict[str, Any]) -> None:
    from jubao.services.collection.make_ups import make_up_register
    from tests.support.claim_free_desk import a_scan

    make_up_register(
        actor=actor(ASSISTANT), case_id=UUID(given["case"]), slip_number="JZ-7", amount_fen=50000, paid_on=DAY,
        slip=a_scan("进账单")["buffer"], today=DAY, now=AT, idempotency_key="slip-1",
    )  # fmt: skip


def _registered() -> dict[str, Any]:
    from jubao.contributions.models import MakeUpPayment

    given = _issued()
    _register(given)
    with read_scope("%"):
        return given | {"payment": str(MakeUpPayment.objects.get().id)}


def _move(given: dict[str, Any]) -> None:
    from jubao.services.collection.moves import make_up_move

    make_up_move(
        actor=actor(OFFICE), payment_ids=[UUID(given["payment"])], moved_on=DAY, voucher_number="HZ-12", today=DAY, now=AT,
        idempotency_key="move-1",
    )  # fmt: skip


def _paid_at_hall() -> Case:
    from jubao.services.contributions.records import contribution_record

    given = world()
    case = _issue(given, DISTRICT)
    contribution_record(
        actor=EVERYWHERE, enrolment_id=UUID(given["who"]), year=2020, tier_fen=50000, amount_fen=50000,
        treasury_on=DAY, receipt_number="N2020", today=DAY,
    )  # fmt: skip
    return case


def _collect(given: dict[str, Any]) -> Case:
    from jubao.services.collection.on_behalf import on_behalf_collect

    made: Case = on_behalf_collect(
        actor=actor(ASSISTANT), enrolment_id=UUID(given["who"]), year=2024,
        materials=[("proof_documents", UUID(given["paper"]))], today=DAY, idempotency_key="behalf-1",
    )  # fmt: skip
    return made


def _collect_silently(given: dict[str, Any]) -> None:
    _collect(given)


def _marked() -> dict[str, Any]:
    from jubao.people.models import Enrolment, SpecialGroupPeriod
    from tests.support.papers import papers

    given = world()
    with read_scope("%"):
        who = Enrolment.objects.get(id=given["who"])
    with unit_of_work(EVERYWHERE, "crash"):
        SpecialGroupPeriod.objects.create(
            person_id=who.person_id, group_code="severely_disabled", from_month=2023 * 12
        )
    ((_kind, paper),) = papers(actor(ASSISTANT), "proof_documents")
    return given | {"paper": str(paper)}


def _behalf_sent() -> Case:
    return _collect(_marked())


def _behalf_confirmed() -> Case:
    return take(looked_at(_behalf_sent(), OFFICE, DAY), "confirm", OFFICE, DAY)


def _pay_at_hall(given: dict[str, Any]) -> None:
    from jubao.people.numbers import numbers_of
    from jubao.services.collection.halls import hall_contribution_record

    hall_contribution_record(
        actor=actor(DISTRICT), number=numbers_of([UUID(given["person"])])[UUID(given["person"])], year=2024, amount_fen=50000,
        treasury_on=DAY, receipt_number="N1", means="tax_hall", today=DAY, idempotency_key="hall-1",
    )  # fmt: skip


def _payer() -> dict[str, Any]:
    from jubao.people.models import Enrolment

    given = world()
    with read_scope("%"):
        return given | {"person": str(Enrolment.objects.get(id=given["who"]).person_id)}


def _verified() -> dict[str, Any]:
    from jubao.contributions.models import TaxRecord
    from jubao.services.contributions.records import contribution_record

    given = world()
    contribution_record(
        actor=EVERYWHERE, enrolment_id=UUID(given["who"]), year=2024, tier_fen=50000, amount_fen=50000,
        treasury_on=DAY, receipt_number="R1", today=DAY,
    )  # fmt: skip
    with unit_of_work(EVERYWHERE, "crash"):
        TaxRecord.objects.create(
            district_code=SONGSHAN, month=2024 * 12 + 4, receipt_number="R1", enrolment_id=given["who"], year=2024,
            amount_fen=50000, treasury_on=DAY,
        )  # fmt: skip
    return given


def _prove(given: dict[str, Any]) -> None:
    from jubao.services.collection.proofs import contribution_proof_issue

    contribution_proof_issue(
        actor=actor(OFFICE), enrolment_id=UUID(given["who"]), today=DAY, idempotency_key="proof-1"
    )


def _office_asked() -> Case:
    from jubao.people.models import Division
    from jubao.services.collection.offices import registering_office_propose

    given = world()
    with read_scope("%"):
        other = Division.objects.filter(level="township", path__contains=f"/{SONGSHAN}/").exclude(
            path=given["village"][:-13]
        )
        path = other.order_by("path")[0].path
    return registering_office_propose(
        actor=actor(OFFICE), enrolment_id=UUID(given["who"]), office_path=path, today=DAY
    )


COMMANDS = {
    "hall_contribution_record": Command(_payer, _pay_at_hall),
    "contribution_proof_issue": Command(_verified, _prove),
    "registering_office_decide": trial(_office_asked, day=DAY, district=SONGSHAN),
    "collection_account_set": Command(world, _set_account),
    "make_up_issue": Command(_accounts, _issue_silently),
    "make_up_register": Command(_issued, _register),
    "make_up_move": Command(_registered, _move),
    "make_up_settle": trial(_paid_at_hall, action="settle", by="handler", day=DAY, district=SONGSHAN),
    "on_behalf_collect": Command(_marked, _collect_silently),
    "on_behalf_confirm": trial(_behalf_sent, action="confirm", by=OFFICE, day=DAY, district=SONGSHAN),
    "on_behalf_decide": trial(_behalf_confirmed, day=DAY, district=SONGSHAN),
}
