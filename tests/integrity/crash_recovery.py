"""Crash trials of 追缴: opened, found, confirmed, cleared, noticed, delivered, given back, handed over, written off.

Worked example: 入账 of a slip killed between the transfer and the claim leaves neither; repeated, 500.00 came back once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.certification.models import CertificationEvent
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from tests.benefits.county import County, at_ten
from tests.integrity.crash_cases import trial
from tests.integrity.crash_people import actor
from tests.integrity.crash_points import Command
from tests.recovery.world import DAY, SONGSHAN, a_claim, paid
from tests.support.residents import system

MARCH, LATE = date(2026, 3, 10), DAY + timedelta(days=60)


def _here() -> County:
    return County(SONGSHAN, next_county="500110")


def of(post: str) -> Any:
    """An officer of the district."""
    return actor(f"{SONGSHAN}-{post}")


def _presence(on: date = DAY) -> Any:
    from jubao.services.recovery.presence import File, Presence

    people = [of(post).natural_person_id for post in ("field_worker", "intake_clerk")]
    return Presence(on, people, File("film.mp4", "video/mp4", b"film"), "答应月底退还")


def _paid() -> dict[str, Any]:
    """Somebody paid for two months who should not have been."""
    here = _here()
    someone = here.someone(start_month=Month(2024, 4).index, birth=date(1964, 3, 5))
    with unit_of_work(system(), "test"):
        CertificationEvent.objects.create(
            enrolment=someone.enrolment, certified_on=date(2026, 1, 10), channel="on_site"
        )
    paid(here, Month(2024, 4), Month(2024, 5), today=MARCH)
    return {"enrolment": str(someone.enrolment.pk)}


def _open(given: dict[str, Any]) -> Case:
    from jubao.services.recovery.opening import recovery_open

    return recovery_open(
        actor=of("handler"), enrolment_id=UUID(given["enrolment"]), ground="lost", first_month=Month(2024, 4).index,
        happened_on=None, today=MARCH, idempotency_key="open",
    )  # fmt: skip


def _opened() -> dict[str, Any]:
    from jubao.facts.wrongly_paid import wrongly_paid

    given = _paid()
    case = _open(given)
    with unit_of_work(system(), "test"):
        lines = wrongly_paid(UUID(given["enrolment"]), Month(2024, 4).index)
    months = [[one.benefit_month, str(one.line_id), one.amount_fen] for one in lines]
    return {"case": str(case.pk), "version": case.version, "months": months}


def _find(given: dict[str, Any]) -> Case:
    from jubao.services.recovery.finding import finding_report
    from jubao.services.recovery.postings import Wrong

    months = [Wrong(month, UUID(line), fen) for month, line, fen in given["months"]]
    return finding_report(
        actor=of("field_worker"), case_id=UUID(given["case"]), facts="儿子用卡领取", fault="family", months=months,
        presence=_presence(MARCH), expected_version=given["version"], today=MARCH, now=at_ten(MARCH), idempotency_key="find",
    )  # fmt: skip


def _found() -> Case:
    return _find(_opened())


def _claimed(state: str = "confirmed", **more: Any) -> Case:
    """A claim of 700.00 in a state, with nothing else around it."""
    here = _here()
    claim = a_claim(here, here.someone(), fen=70_000, is_confirmed=state != "found", **more)
    return claim.case


def _given(case: Case) -> dict[str, Any]:
    return {"case": str(case.pk), "version": case.version}


def _notify(given: dict[str, Any]) -> Case:
    from jubao.services.recovery.notices import Asked, notice_issue

    asked = Asked([("王小军", "法定继承人")], "社保中心 05990101", of("field_worker").natural_person_id, DAY)
    return notice_issue(
        actor=of("handler"), case_id=UUID(given["case"]), asked=asked, expected_version=given["version"], today=DAY,
        now=at_ten(DAY), idempotency_key="notify",
    )  # fmt: skip


def _noticed() -> dict[str, Any]:
    from jubao.recovery.models import Recipient

    case = _notify(_given(_claimed()))
    with unit_of_work(system(), "test"):
        return _given(case) | {"recipient": str(Recipient.objects.get(notice__claim__case=case).pk)}


def _deliver(given: dict[str, Any]) -> Case:
    from jubao.services.recovery.delivery import Proof, notice_deliver
    from jubao.services.recovery.presence import File

    return notice_deliver(
        actor=of("field_worker"), case_id=UUID(given["case"]), recipient_id=UUID(given["recipient"]),
        proof=Proof(File("receipt.jpg", "image/jpeg", b"receipt")), presence=_presence(),
        expected_version=given["version"], today=DAY, now=at_ten(DAY), idempotency_key="deliver",
    )  # fmt: skip


def _delivered() -> dict[str, Any]:
    return _given(_deliver(_noticed()))


def _register(given: dict[str, Any]) -> Any:
    from jubao.services.recovery.deposits import deposit_register
    from jubao.services.recovery.presence import File

    return deposit_register(
        actor=of("handler"), case_id=UUID(given["case"]), slip_number="S1", amount_fen=given.get("fen", 50_000), paid_on=DAY,
        slip=File("slip.jpg", "image/jpeg", b"slip"), today=DAY,
    )  # fmt: skip


def _registered(fen: int = 50_000) -> dict[str, Any]:
    given = _given(_claimed()) | {"fen": fen}
    return given | {"deposit": str(_register(given).pk)}


def _book(given: dict[str, Any]) -> Any:
    from jubao.services.recovery.deposits import deposit_book

    return deposit_book(actor=of("finance_officer"), deposit_id=UUID(given["deposit"]), today=DAY)


def _undo(given: dict[str, Any]) -> Any:
    from jubao.services.recovery.deposits import deposit_undo

    return deposit_undo(actor=of("handler"), deposit_id=UUID(given["deposit"]), reason="录错", today=DAY)


def _whole() -> Case:
    """Everything came back."""
    given = _registered(70_000)
    _book(given)
    with unit_of_work(system(), "test"):
        return Case.objects.get(pk=given["case"])


def _plan(given: dict[str, Any]) -> Any:
    from jubao.services.recovery.deposits import instalments_agree

    parts = [(DAY + timedelta(days=30), 30_000), (DAY + timedelta(days=60), 40_000)]
    return instalments_agree(actor=of("handler"), case_id=UUID(given["case"]), parts=parts, today=DAY)


def _refer(given: dict[str, Any]) -> Case:
    from jubao.services.recovery.referral import recovery_refer

    return recovery_refer(
        actor=of("reviewer"), case_id=UUID(given["case"]), department="公安机关", note="拒不退还",
        expected_version=given["version"], today=LATE, now=at_ten(LATE), idempotency_key="refer",
    )  # fmt: skip


def _assign(given: dict[str, Any]) -> Any:
    from jubao.services.recovery.help import assign

    return assign(
        actor=of("handler"), case_id=UUID(given["case"]), division_path=of("field_worker").scope, today=DAY
    )


def _contact(given: dict[str, Any]) -> Any:
    from jubao.services.recovery.help import contact_log

    return contact_log(
        actor=of("field_worker"), case_id=UUID(given["case"]), kind="visit", presence=_presence(), today=DAY
    )


def _hand_up(given: dict[str, Any]) -> Case:
    from jubao.services.recovery.help import hand_up
    from jubao.services.recovery.presence import File

    return hand_up(
        actor=of("village_assistant"), case_id=UUID(given["case"]), paper=File("p.jpg", "image/jpeg", b"paper"), note="已告知",
        expected_version=given["version"], today=DAY, now=at_ten(DAY), idempotency_key="up",
    )  # fmt: skip


def _clear(given: dict[str, Any]) -> Any:
    from jubao.recovery.models import Claim
    from jubao.services.recovery.clearing import cleared

    who = of("handler")
    with unit_of_work(who, "settle"):
        claim = Claim.objects.get(case_id=given["case"])
        return cleared(
            actor=who, case_id=claim.case_id, enrolment_id=claim.enrolment_id, available={"grant_fund": 100_000}, today=DAY
        )  # fmt: skip


def _on_claim(run: Callable[[dict[str, Any]], Any], state: str = "confirmed") -> Command:
    return Command(lambda: _given(_claimed(state)), run)


COMMANDS = {
    "recovery_open": Command(_paid, _open),
    "recovery_find": Command(_opened, _find),
    "recovery_confirm": trial(_found, action="confirm", day=MARCH, district=SONGSHAN),
    "recovery_reject": trial(_found, action="reject", day=MARCH, district=SONGSHAN, reason="名单有误"),
    "recovery_clear": _on_claim(_clear),
    "recovery_notify": _on_claim(_notify),
    "recovery_deliver": Command(_noticed, _deliver),
    "recovery_register": _on_claim(_register),
    "recovery_undo": Command(_registered, _undo),
    "recovery_book": Command(_registered, _book),
    "recovery_plan": _on_claim(_plan),
    "recovery_refer": Command(_delivered, _refer),
    "recovery_assign": _on_claim(_assign),
    "recovery_contact": _on_claim(_contact),
    "recovery_hand_up": _on_claim(_hand_up, "found"),
    "recovery_write_off": trial(_whole, action="write_off", by="finance_officer", day=DAY, district=SONGSHAN),
}
