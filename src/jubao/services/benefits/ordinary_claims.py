"""居保待遇申领 at the counter: the papers stored, the claim opened, the receipt issued, in one step.

Worked example: 李国强 turned sixty last year and has no flag; the clerk scans his identity card and presses 受理: case
500110-2026-000124 waits for the handler, SL-500110-2026-000088 goes home with him.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Enrolment
from jubao.services.benefits.claims import claim_open
from jubao.services.benefits.ordinary_claim_kind import KIND
from jubao.services.cases.engine import case_once
from jubao.services.cases.kinds import OPEN, kind_of, table
from jubao.services.documents.images import scan_store
from jubao.services.documents.receipts import receipt_issue
from jubao.services.people.divisions import district_of
from jubao.services.people.payees import NamedPayee
from jubao.staff.regions import pack_of


def claim_accept(
    *, actor: Actor, enrolment_id: UUID, scans: Sequence[tuple[str, str, bytes]], today: date,
    idempotency_key: str | None = None, payee: NamedPayee | None = None,
) -> Case:  # fmt: skip
    """Take a claim in with its scans (kind, file name, content); a village hands the receipt out when it sends up.

    Raises what `claim_open` raises: USE_CLAIM_FREE, DRAWING_ALREADY, PAYEE_NOT_NAMED, MATERIAL_MISSING,
    CASE_ALREADY_OPEN; InputRefused.
    """
    body: dict[str, object] = {"enrolment": enrolment_id, "kinds": [kind for kind, _name, _content in scans]}
    if payee is not None:
        body["payee"] = payee.as_body()

    def make() -> Case:
        enrolment = Enrolment.objects.get(id=enrolment_id)
        papers = [
            (kind, _stored(actor, enrolment, kind, name, content)) for kind, name, content in scans if content
        ]
        case = claim_open(actor=actor, enrolment_id=enrolment_id, today=today, materials=papers, payee=payee)
        if case.state == "accepted":
            receipt_issue(case, actor=actor, today=today)
        return case

    with unit_of_work(actor, "claim_accept"):
        return case_once(idempotency_key, "claim_accept", body, make)


def _stored(actor: Actor, enrolment: Enrolment, kind: str, name: str, content: bytes) -> UUID:
    return scan_store(
        actor=actor, content=content, name=name, document_class=kind, person_id=enrolment.person_id,
        district_code=district_of(enrolment.division_path),
    ).id  # fmt: skip


def papers_asked(division_path: str, today: date) -> tuple[str, ...]:
    """The kinds of paper the region asks for when a claim is taken in."""
    rows = table(kind_of(KIND), pack_of(division_path), today)
    return next((one.needs for one in rows if one.from_state == OPEN), ())
