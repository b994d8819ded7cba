"""Crash trials of the archive: a hand-over signed, township files taken over by the district.

Worked example: `handover_decide` is killed between the event and the signed hand-over; neither is kept; signed again there is
one hand-over with one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integrity.crash_cases import looked_at, take, trial
from tests.integrity.crash_people import DAY, DISTRICT, actor, of

if TYPE_CHECKING:
    from jubao.cases.models import Case

COMING, LEADER = f"{DISTRICT}-successor", f"{DISTRICT}-leader"


def _township() -> str:
    from tests.support.cast import a_cast

    return a_cast(DISTRICT).intake.actor.scope


def _handover() -> Case:
    from jubao.services.archives.handovers import handover_propose
    from tests.support.cast import an_officer

    place = _township()
    an_officer("handler", path=place, username=COMING)
    an_officer("township_leader", path=place, username=LEADER)
    case = handover_propose(
        actor=of("intake_clerk"), kind="archive_handover", giver=f"{DISTRICT}-intake_clerk", receiver=COMING,
        division_path=place, other=["台账"], today=DAY,
    )  # fmt: skip
    return take(looked_at(case, COMING), "receive", COMING)


def _transfer() -> Case:
    from jubao.archive.models import ArchivedCase
    from jubao.cases.models import Case as Cases
    from jubao.database.unit_of_work import unit_of_work
    from jubao.services.archives.transfers import transfer_propose

    place = _township()
    clerk = actor(f"{DISTRICT}-intake_clerk")
    with unit_of_work(clerk, "crash"):
        case = Cases.objects.create(
            number="crash-archive", kind="enrolment", district_code=DISTRICT, division_path=place, state="done",
            is_open=False, outcome="done",
        )  # fmt: skip
        file = ArchivedCase.objects.create(
            case=case, division_path=place, keeper_path=place, number="DA-crash", category="internal_control_material",
            items=[], archived_on=DAY,
        )  # fmt: skip
    return transfer_propose(actor=clerk, file_ids=[file.pk], today=DAY)


def _disposal() -> Case:
    from datetime import UTC, datetime

    from jubao.archive.models import Document
    from jubao.cases.models import Case as Cases
    from jubao.database.unit_of_work import unit_of_work
    from jubao.services.archives.disposal import disposal_propose
    from jubao.services.documents.images import image_store
    from tests.archive.pictures import photo

    _township()
    handler = of("handler")
    with unit_of_work(handler, "crash"):
        case = Cases.objects.create(
            number="crash-picture", kind="investigation", district_code=DISTRICT, division_path=handler.scope,
            state="done", is_open=False, outcome="done",
        )  # fmt: skip
        taken = image_store(
            actor=handler, content=photo(), name="x.jpg", document_class="evidence_media", case_id=case.pk,
            district_code=DISTRICT,
        )  # fmt: skip
        Document.objects.filter(pk=taken.pk).update(added_at=datetime(2020, 1, 1, tzinfo=UTC))
    return disposal_propose(actor=handler, document_ids=[taken.pk], today=DAY)


COMMANDS = {
    "disposal_decide": trial(_disposal, by="approver"),
    "handover_decide": trial(_handover, by=LEADER),
    "archive_transfer_decide": trial(_transfer, by="handler"),
}
