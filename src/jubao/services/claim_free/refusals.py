"""不予受理: the refusal with every reason found and the clerk's own, and the 《不予受理通知书》 that the person takes home.

Worked example: the live check finds SERVING_SENTENCE; the clerk writes 参保人服刑中; the flag is off, the notice names both
with their clauses and says how the ordinary claim is made.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseMaterial
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.people.numbers import numbers_of
from jubao.services.access.log import require_post
from jubao.services.cases.checks import city_wide
from jubao.services.cases.numbers import next_number
from jubao.services.cases.records import case_found
from jubao.services.claim_free.acceptance import refuse
from jubao.services.claim_free.check import Obstacle, check
from jubao.services.claim_free.forms import refusal_notice_pdf
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import office_values
from jubao.staff.regions import pack_of


def refuse_with_notice(
    *, actor: Actor, case_id: UUID, reason: str, expected_version: int, today: date, now: datetime
) -> Case:
    """Refuse at the counter and make the notice. Raises CaseRefused REASON_REQUIRED, CASE_MOVED, STEP_NOT_POSSIBLE."""
    require_post(actor, "intake_clerk", what=_("不予受理"))
    with unit_of_work(city_wide(actor), "claim_free_refuse", case_id=case_id):
        found = _obstacles(case_found(case_id), today)
        case = refuse(
            actor=actor,
            case_id=case_id,
            reason=reason,
            expected_version=expected_version,
            today=today,
            now=now,
        )
        notice_add(city_wide(actor), case, reason, found, today)
        return case


def _obstacles(case: Case, today: date) -> tuple[Obstacle, ...]:
    assert case.subject_id is not None
    return check(case.subject_id, on=today, stage="accept").obstacles


def notice_add(
    actor: Actor, case: Case, reason: str, obstacles: tuple[Obstacle, ...], today: date
) -> CaseMaterial:
    """Make the notice and join it to the papers of the case."""
    number = f"BYSL-{next_number(case.district_code, today.year, 'refusal_notice')}"
    document = document_store(
        actor=actor, content=refusal_notice_pdf(_contents(actor, case, number, reason, obstacles, today)),
        name=f"{number}.pdf", content_type="application/pdf", document_class="refusal_notice", case_id=case.id,
        person_id=case.person_id, district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip
    return CaseMaterial.objects.create(case=case, kind="refusal_notice", document=document)


def _contents(
    actor: Actor, case: Case, number: str, reason: str, obstacles: tuple[Obstacle, ...], today: date
) -> dict[str, Any]:
    """Every field of the notice."""
    assert case.person is not None
    documents = pack_of(case.division_path).setting("claim.documents", today).value
    reasons = [
        {"words": f"{one.words}{f'（{one.detail}）' if one.detail else ''}", "citation": str(one.citation)}
        for one in obstacles
    ]
    return {
        "number": number,
        "made_on": today.isoformat(),
        "name": case.person.name,
        "id_number": numbers_of([case.person.id]).get(case.person.id, ""),
        "reasons": [*reasons, {"words": reason, "citation": ""}],
        "how_to_claim": _("按居保待遇申领办理，请带：{documents}。").format(documents="、".join(documents)),
        **office_values(case.division_path, today),
    }
