"""Crash trials of moving rights: the letter, the form with its interest, money sent, money and years booked, the office changed.

Worked example: 同意划转 killed between the payment and the end of the enrolment leaves neither; repeated, one payment waits and
the account is closed once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.people.models import Enrolment
from tests.benefits.county import County, at_ten
from tests.integrity.crash_cases import looked_at, take, trial
from tests.integrity.crash_people import DAY, DISTRICT
from tests.integrity.crash_points import Command
from tests.support.cast import an_officer
from tests.support.residents import an_enrolment, some_villages, system

NO_POSTING = ("M7",)
"""The contribution of 2025 was made without its transfer."""
HANDLER, INTAKE, REVIEWER = (f"{DISTRICT}-{post}" for post in ("handler", "intake_clerk", "reviewer"))


def _contributor(here: County, *, paid: bool = False) -> Enrolment:
    """Somebody who pays in, with 3200.00 in the account; `paid`: and the year 2025 besides."""
    from jubao.contributions.models import Contribution
    from jubao.ledger.models import Account, Transfer

    who = an_enrolment(village=here.village, birth=date(1984, 5, 5))
    with unit_of_work(system(), "test"):
        fund, _new = Account.objects.get_or_create(
            kind="transfer_fund", district_code=DISTRICT, enrolment=None
        )
        for kind, fen in (("own_payment", 280_000), ("subsidy", 40_000)):
            part = Account.objects.create(kind=kind, district_code=DISTRICT, enrolment=who)
            Transfer.objects.create(
                debit_account=fund,
                credit_account=part,
                amount_fen=fen,
                code="transfer_in",
                value_date=date(2025, 1, 6),
            )
        if paid:
            Contribution.objects.create(
                enrolment=who, year=2025, tier_fen=40_000, amount_fen=40_000, treasury_on=date(2025, 3, 12),
                receipt_number="T2025-17",
            )  # fmt: skip
    return who


def _papers(here: County, *kinds: str) -> list[tuple[str, UUID]]:
    from jubao.services.documents.store import document_store

    clerk = here.cast.handler.actor
    return [
        (kind, document_store(
            actor=clerk, content=kind.encode(), name=kind, content_type="image/png", document_class=kind
        ).id)
        for kind in kinds
    ]  # fmt: skip


def _step(case: Case, action: str, username: str, reason: str = "") -> Case:
    return take(looked_at(case, username), action, username, reason=reason)


def _in_checked() -> Case:
    from jubao.services.transfers.transfer_in import transfer_in_apply

    here = County(DISTRICT)
    case = transfer_in_apply(
        actor=here.cast.intake.actor, enrolment_id=_contributor(here).pk, from_place="松山", from_agency="松山社保",
        draws_elsewhere=False, today=DAY, now=at_ten(DAY),
        materials=_papers(here, "id_document", "household_booklet", "transfer_in_form"),
    )  # fmt: skip
    return _step(case, "check", INTAKE)


def _record(enrolment_id: UUID) -> dict[str, Any]:
    from jubao.services.transfers.incoming import Arrived
    from jubao.services.transfers.rights_records import record_read

    record = record_read({"own_payment": "3200"}, years="2012-2019", latest=2025, enrolment_id=enrolment_id)
    return {"record": record, "arrived": Arrived(320_000, DAY, "17")}


def _given(case: Case, here_handler: Any) -> dict[str, Any]:
    with read_scope("%"):
        case.refresh_from_db()
    return {
        "actor": here_handler,
        "case_id": case.pk,
        "expected_version": case.version,
        "today": DAY,
        "now": at_ten(DAY),
    }


def _handler() -> Any:
    from tests.integrity.crash_people import actor

    return actor(HANDLER)


def _in_received() -> Case:
    from jubao.services.transfers.transfer_in import transfer_in_receive

    case = _step(_in_checked(), "letter", HANDLER)
    assert case.subject_id is not None
    return transfer_in_receive(**_record(case.subject_id), **_given(case, _handler()))


def _out_lettered() -> Case:
    from jubao.services.transfers.transfer_out import transfer_out_apply, transfer_out_letter

    here = County(DISTRICT)
    case = transfer_out_apply(
        actor=here.cast.handler.actor,
        enrolment_id=_contributor(here).pk,
        to_place="松山",
        is_register_moved=True,
        today=DAY,
    )
    (paper,) = _papers(here, "transfer_acceptance_letter")
    case = transfer_out_letter(letter=_letter(), material=paper, **_given(case, _handler()))
    with unit_of_work(system(), "test"):
        rate = {"given_rate_ppm": 15_000, "given_rate_source": "测试公布文件"}
        Case.objects.filter(pk=case.pk).update(proposal=case.proposal | rate)
        return Case.objects.get(pk=case.pk)


def _letter() -> Any:
    from jubao.services.transfers.transfer_out import AcceptanceLetter

    return AcceptanceLetter("JS-118", DAY, "松山社保中心", "某某银行", "6217003760000001181")


def _out_formed() -> Case:
    return _step(_out_lettered(), "form", HANDLER)


def _bridging(direction: str, months: int) -> Case:
    from jubao.services.transfers.bridging import EmployeeRights, bridging_apply

    here = County(DISTRICT)
    clerk = an_officer("intake_clerk", path=here.path, username=f"{DISTRICT}-counter")
    return bridging_apply(
        actor=clerk.actor, enrolment_id=_contributor(here, paid=True).pk, direction=direction, other_place="渝北",
        other_agency="渝北社保", employee=EmployeeRights(months, True), today=DAY,
        materials=_papers(here, "bridging_application", "contact_letter"),
    )  # fmt: skip


def _overlap() -> Any:
    from jubao.services.transfers.bridging_steps import Overlap

    return Overlap({2025: 5}, "某某银行", "6217003760000002222")


def _bridging_moved() -> Case:
    from jubao.services.accounts.interest_years import GivenRate
    from jubao.services.transfers.bridging_steps import bridging_move

    case = _bridging("to_employee", 192)
    return bridging_move(
        letter=_letter(), material=None, overlap=_overlap(), given_rate=GivenRate(15_000, "测试公布文件"),
        **_given(case, _handler()),
    )  # fmt: skip


def _bridging_received() -> Case:
    from jubao.services.transfers.bridging_steps import bridging_receive

    case = _step(_bridging("to_resident", 96), "letter", HANDLER)
    assert case.subject_id is not None
    return bridging_receive(overlap=_overlap(), **_record(case.subject_id), **_given(case, _handler()))


def _objection() -> Case:
    """Contacted already: an answer or a correction is the next step."""
    from jubao.pension_transfers.models import PensionTransfer
    from jubao.services.documents.store import document_store
    from jubao.services.transfers.objections import correspondence_add, transfer_objection_open

    booked = _step(_in_received(), "approve", REVIEWER)
    handler = _handler()
    with read_scope("%"):
        moved = PensionTransfer.objects.get(case=booked)
    paper = document_store(
        actor=handler, content=b"e", name="e", content_type="image/png", document_class="evidence"
    )
    case = transfer_objection_open(
        actor=handler, transfer_id=moved.pk, asked="2011年也缴过",
        materials=[("evidence", paper.id)], today=DAY,
    )  # fmt: skip
    correspondence_add(
        actor=handler,
        case_id=case.pk,
        happened_on=DAY,
        way="phone",
        with_whom="松山",
        said="漏转",
        today=DAY,
        now=at_ten(DAY),
    )
    with read_scope("%"):
        return Case.objects.get(pk=case.pk)


def _objection_corrected() -> Case:
    from jubao.services.transfers.objections import objection_correct

    case = _objection()
    return objection_correct(
        parts={"own_payment": 10_000}, months=12, money_on=DAY, ground="漏转", **_given(case, _handler())
    )


def _register_move() -> Case:
    from jubao.services.transfers.register_moves import register_move_propose

    here = County(DISTRICT)
    who = _contributor(here)
    other = next(one for one in some_villages(DISTRICT) if one.parent_id != here.village.parent_id)
    return register_move_propose(
        actor=here.cast.handler.actor, enrolment_id=who.pk, village_code=other.code, moved_on=DAY, today=DAY,
        materials=_papers(here, "household_booklet"),
    )  # fmt: skip


COMMANDS: dict[str, Command] = {
    "transfer_in_letter": trial(_in_checked, action="letter", by="handler"),
    "transfer_in_decide": trial(_in_received),
    "transfer_out_form": trial(_out_lettered, action="form", by="handler"),
    "transfer_out_decide": trial(_out_formed),
    "bridging_letter": trial(
        lambda: _bridging("to_resident", 96), action="letter", by="handler", overlooked=NO_POSTING
    ),
    "bridging_decide": trial(_bridging_moved, overlooked=NO_POSTING),
    "bridging_book": trial(_bridging_received, action="book", overlooked=NO_POSTING),
    "transfer_objection_explain": trial(_objection, action="explain", by="handler", reason="记录无误"),
    "transfer_objection_decide": trial(_objection_corrected),
    "register_move_decide": trial(_register_move),
}
