"""Crash trials of supervision: a tip with its audit, findings, answers, hand-overs, samples, and what follows from them.

Worked example: `tip_off_take` of a death killed between the tip and its audit leaves neither, nor the sealed informant's row;
repeated with the key of the page there is one tip, one audit and one informant.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from tests.benefits.county import County
from tests.integrity.crash_cases import looked_at, take, trial
from tests.integrity.crash_people import DAY, DISTRICT, of
from tests.integrity.crash_points import Command
from tests.support.papers import papers

SECOND = "second-auditor"


def _someone() -> dict[str, Any]:
    from jubao.people.numbers import numbers_of

    here = County(DISTRICT)
    who = here.someone().person
    return {"number": numbers_of([who.pk])[who.pk], "person": str(who.pk), "path": here.path}


def _take(given: dict[str, Any]) -> Any:
    from jubao.services.supervision.informants import Informant
    from jubao.services.supervision.tip_offs import Told, tip_off_take

    told = Told(
        "phone", "death", "听说已经去世", "王秀兰", given["number"], Informant("钱守信", "13800000021")
    )
    return tip_off_take(actor=of("handler"), told=told, today=DAY, idempotency_key="tip-1")


def _begin(name: str) -> Any:
    """Opening a case of supervision of one kind."""

    def run(given: dict[str, Any]) -> Any:
        from jubao.services.supervision.audits import audit_open
        from jubao.services.supervision.frauds import fraud_open
        from jubao.services.supervision.inspections import falsified_open, inspection_open

        opening, post = {
            "audit": (audit_open, "auditor"),
            "fraud": (fraud_open, "auditor"),
            "inspection": (inspection_open, "bureau_officer"),
            "falsified": (falsified_open, "auditor"),
        }[name]
        return opening(
            actor=of(post), division_path=given["path"], ground="抽查", today=DAY, idempotency_key=name
        )

    return run


def _audit() -> Case:
    """An audit of somebody with its record and one finding about money, two auditors at hand."""
    from jubao.services.cases.engine import material_add
    from jubao.services.supervision.audits import audit_open
    from jubao.services.supervision.findings import finding_add
    from tests.support.cast import an_officer

    given = _someone()
    an_officer("auditor", path=given["path"], username=SECOND)
    auditor = of("auditor")
    case = audit_open(
        actor=auditor, division_path=given["path"], ground="抽查", today=DAY, person_id=UUID(given["person"])
    )
    for kind, document_id in papers(auditor, "audit_record"):
        material_add(actor=auditor, case_id=case.pk, kind=kind, document_id=document_id)
    finding_add(
        actor=auditor,
        case_id=case.pk,
        category="wrong_collection",
        text="死亡后领取三个月",
        amount_fen=48_906,
        today=DAY,
    )
    return case


def _inspected() -> Case:
    case = _audit()
    first = f"{DISTRICT}-auditor"
    return take(looked_at(case, first), "inspect", first)


def _fraud() -> Case:
    from jubao.services.supervision.findings import finding_add
    from jubao.services.supervision.frauds import fraud_open

    given = _someone()
    case = fraud_open(
        actor=of("auditor"),
        division_path=given["path"],
        ground="冒领",
        today=DAY,
        person_id=UUID(given["person"]),
    )
    finding_add(
        actor=of("auditor"),
        case_id=case.pk,
        category="wrong_collection",
        text="三个月",
        amount_fen=48_906,
        today=DAY,
    )
    return case


def _tip_found() -> Case:
    given, auditor = _someone(), f"{DISTRICT}-auditor"
    tip = _take(given)
    with read_scope("%"):
        case = tip.case
    accepted = take(looked_at(case, auditor), "accept", auditor)
    return take(looked_at(accepted, auditor), "found_true", auditor, reason="走访核实")


def _with_finding() -> dict[str, Any]:
    from jubao.services.supervision.findings import finding_add
    from jubao.services.supervision.inspections import inspection_open

    bureau = County(DISTRICT).cast.bureau.actor
    case = inspection_open(actor=bureau, division_path=bureau.scope, ground="年度检查", today=DAY)
    finding = finding_add(actor=bureau, case_id=case.pk, category="late", text="迟报两件", today=DAY)
    ((_kind, paper),) = papers(of("bureau_officer"), "referral_letter")
    return {"case": str(case.pk), "finding": str(finding.pk), "paper": str(paper)}


def _find(given: dict[str, Any]) -> Any:
    from jubao.services.supervision.findings import finding_add

    return finding_add(
        actor=of("bureau_officer"), case_id=UUID(given["case"]), category="procedure", text="缺复核签字", today=DAY,
        idempotency_key="finding-1",
    )  # fmt: skip


def _answer(given: dict[str, Any]) -> Any:
    from jubao.services.supervision.findings import finding_answer

    return finding_answer(
        actor=of("handler"),
        finding_id=UUID(given["finding"]),
        text="已补报",
        today=DAY,
        idempotency_key="answer-1",
    )


def _refer(given: dict[str, Any]) -> Any:
    from jubao.archive.models import Document
    from jubao.services.supervision.findings import referral_add

    return referral_add(
        actor=of("bureau_officer"), case_id=UUID(given["case"]), finding_id=UUID(given["finding"]), body="纪检监察机关",
        referred_on=DAY, document=Document.objects.get(pk=given["paper"]), today=DAY, idempotency_key="referral-1",
    )  # fmt: skip


def _draw(given: dict[str, Any]) -> Any:
    from jubao.services.supervision.samples import sample_draw

    return sample_draw(
        actor=of("auditor"), focus="eligibility", division_path=given["path"], seed=1, size=5, today=DAY
    )


def _decided() -> dict[str, Any]:
    from tests.integrity.crash_decisions import _stop

    reviewer, case = f"{DISTRICT}-reviewer", _stop()
    take(looked_at(case, reviewer), "approve", reviewer)
    return {"case": str(case.pk)}


def _liability(given: dict[str, Any]) -> Any:
    from jubao.services.supervision.liability import liability_open

    return liability_open(
        actor=of("auditor"),
        case_id=UUID(given["case"]),
        ground="认定有误",
        today=DAY,
        idempotency_key="liability-1",
    )


def _administrative(given: dict[str, Any]) -> Any:
    from jubao.services.supervision.administrative import administrative_open

    with read_scope("%"):
        case = Case.objects.get(pk=given["case"])
    return administrative_open(
        actor=of("reviewer"), recovery_case=case, summary={"amount_fen": 48_906}, today=DAY,
        idempotency_key="administrative-1",
    )  # fmt: skip


COMMANDS = {
    "tip_off_take": Command(_someone, _take),
    "audit_open": Command(_someone, _begin("audit")),
    "fraud_open": Command(_someone, _begin("fraud")),
    "inspection_open": Command(_someone, _begin("inspection")),
    "falsified_open": Command(_someone, _begin("falsified")),
    "finding_add": Command(_with_finding, _find),
    "finding_answer": Command(_with_finding, _answer),
    "referral_add": Command(_with_finding, _refer),
    "sample_draw": Command(_someone, _draw),
    "liability_open": Command(_decided, _liability),
    "administrative_open": Command(_decided, _administrative),
    "tip_off_confirm": trial(_tip_found, action="confirm", reason="已答复"),
    "audit_inspect": trial(_audit, action="inspect", by="auditor"),
    "audit_opinion": trial(_inspected, action="opinion", by=SECOND, reason="责令退回"),
    "fraud_investigate": trial(_fraud, action="investigate", by="auditor", reason="调查终结"),
}
