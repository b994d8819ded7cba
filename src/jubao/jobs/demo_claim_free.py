"""A month of 免申即享 in the demo, by the services themselves: verified, told, confirmed on both ways, handled, reviewed, waived.

Worked example: of 90 people extracted in 2026-10 two are revoked and one of them restored, the others verified and told; of the
first sixteen five confirm on the phone, nine at the counter, one waives; thirteen are completed. The month ends with a dispatch
that was answered, the frozen summary and a published bulletin. In the present month everything stands in the middle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from jubao.cases.models import Case, CaseMaterial
from jubao.claim_free.models import Flag, FlagEvent, Notification
from jubao.database.actor import Actor
from jubao.jobs.demo_officers import officer_actor
from jubao.jobs.demo_residents import account_open, face_shown, picture
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.working_calendar import WorkingCalendar
from jubao.people.models import Phone
from jubao.services.cases.engine import advance, case_view, material_add
from jubao.services.claim_free.acceptance import accept_at_counter, waive
from jubao.services.claim_free.confirmation_forms import form_export, form_signed
from jubao.services.claim_free.flags import flag_restore, flag_revoke
from jubao.services.claim_free.handling import handle
from jubao.services.claim_free.lists import list_verify
from jubao.services.claim_free.notices import inform, sms_send
from jubao.services.claim_free.online_confirmation import (
    agreements_accept,
    confirmation_start,
    data_confirm,
    face_pass,
    images_put,
    make_up_give_up,
    only_child_choose,
)
from jubao.services.claim_free.online_finish import confirmation_finish, notes_open
from jubao.services.claim_free.online_steps import MAKE_UP, first_channel, standing_of
from jubao.services.documents.images import image_store
from jubao.services.residents.accounts import actor_for
from jubao.staff.regions import pack_of

ZONE = ZoneInfo("Asia/Shanghai")
ACCEPTED = {"materials_complete": True, "wants_make_up": False, "rechecked": True}
CHECKED = {
    "conditions_met": True, "exclusions_checked": True, "basic_data_checked": True, "payout_data_checked": True,
}  # fmt: skip
SCANS = (("id_document", "居民身份证"), ("confirmation_form", "信息确认表（签字）"))
CONFIRMED = ("accepted", "handled", "approved")
REVOKED_AT, RESTORED = (3, 11, 24), 1
LISTED = 160
VISITED = 2
WAIVER, ONLINE_ONE_IN = 6, 3


@dataclass
class MonthPlay:
    """One month of one district: who acts, on which days, how many people get how far."""

    code: str
    month: Month
    today: date
    confirmed: int
    handled: int
    reviewed: int
    percent: int
    now: datetime
    refused: Counter[str] = field(default_factory=Counter)

    def actor(self, post: str) -> Actor:
        """The demo officer of a post."""
        return officer_actor(self.code, post, self.today)

    def day(self, number: int) -> date:
        """A working day from that day of the month on, never later than today."""
        first = WorkingCalendar.load().add_working_days(self.month.first_day + timedelta(days=number - 2), 1)
        return min(first, self.today)

    def cases(self) -> list[Case]:
        """The people extracted in the month, in the order of the list."""
        flags = Flag.objects.filter(month=self.month.index, division_path__contains=f"/{self.code}/")
        return [flag.case for flag in flags.select_related("case__person").order_by("case__number")[:LISTED]]

    def attempt(self, run: Callable[..., object], *given: Any, **more: Any) -> bool:
        """Whether the step was taken; somebody against whom something stands is left where the rule leaves them."""
        try:
            run(*given, **more)
        except DomainError as refused:
            self.refused[refused.code] += 1
            return False
        return True

    def at(self, day: date, hour: int = 10) -> datetime:
        """An hour of a day at the office, never later than now."""
        return min(at(day, hour), self.now)


def at(day: date, hour: int = 10) -> datetime:
    """An hour of a day."""
    return datetime.combine(day, time(hour), ZONE)


def tell(month: MonthPlay) -> int:
    """Verify the list, revoke and restore, send the messages; how many people. What was done before a kill is not done twice."""
    cases = month.cases()
    if cases:
        _verify(month, cases)
        _tell(month, cases)
    return len(cases)


def confirm(month: MonthPlay) -> dict[str, Any]:
    """Confirm, handle and review; what came of it, what stood before a kill included."""
    cases = month.cases()
    confirmed = _confirm(month, [case for case in cases if case.pk in _told(cases)])
    handled = [case for case in confirmed[: month.handled] if _taken(month, _handle, case, "accepted")]
    reviewed = [case for case in handled[: month.reviewed] if _taken(month, _review, case, "handled")]
    return {
        "listed": len(cases), "confirmed": len(confirmed), "handled": len(handled), "reviewed": len(reviewed),
        "refused": dict(month.refused),
    }  # fmt: skip


def _taken(month: MonthPlay, run: Callable[[MonthPlay, Case], None], case: Case, state: str) -> bool:
    """Whether a step was taken, now or before the process was killed."""
    return _state(case) != state or month.attempt(run, month, case)


def _told(cases: Sequence[Case]) -> set[UUID]:
    found = Notification.objects.filter(case__in=cases)
    return set(found.values_list("case_id", flat=True))


def _verify(month: MonthPlay, cases: Sequence[Case]) -> None:
    handler, checked = month.actor("handler"), month.day(1)
    when: dict[str, Any] = {"actor": handler, "today": checked, "now": month.at(checked)}
    waiting = [case.pk for case in cases if _state(case) == "extracted"]
    if waiting:
        list_verify(case_ids=waiting, **when)
    for n, case in enumerate(cases[at_] for at_ in REVOKED_AT if at_ < len(cases)):
        events = set(FlagEvent.objects.filter(flag__case=case).values_list("action", flat=True))
        if "revoked" not in events:
            month.attempt(
                flag_revoke, case_id=case.pk, reason_code="IN_TRANSIT_TRANSFER", reason="正在办理养老保险关系转移",
                expected_version=_version(case), **when,
            )  # fmt: skip
        if n == RESTORED and "restored" not in events:
            month.attempt(
                flag_restore,
                case_id=case.pk,
                reason="转移已撤回，符合条件",
                expected_version=_version(case),
                **when,
            )
        if n == RESTORED and _state(case) == "extracted":
            list_verify(case_ids=[case.pk], **when)


def _tell(month: MonthPlay, cases: Sequence[Case]) -> None:
    day, told = month.day(8), _told(cases)
    when: dict[str, Any] = {"actor": month.actor("handler"), "today": day, "now": month.at(day)}
    report = sms_send(case_ids=[case.pk for case in cases], **when)
    without = [line.case_id for line in report.refused if "PHONE" in line.code]
    for case_id in without[: max(0, VISITED - _visited(cases))]:
        if case_id not in told:
            month.attempt(
                inform, case_id=case_id, means="visit", informed_on=day, was_reached=True,
                result="村协办员上门告知，本人知晓", **when,
            )  # fmt: skip


def _visited(cases: Sequence[Case]) -> int:
    return Notification.objects.filter(case__in=cases, means="visit").count()


def _state(case: Case) -> str:
    return str(Case.objects.values_list("state", flat=True).get(pk=case.pk))


def _version(case: Case) -> int:
    return int(Case.objects.values_list("version", flat=True).get(pk=case.pk))


def _confirm(month: MonthPlay, cases: Sequence[Case]) -> list[Case]:
    """On the phone every third, at the counter the others, one of them for the waiver; who waits can be reached by SMS."""
    done, cases = [], sorted(cases, key=lambda case: bool(_mobile(case)))
    for n, case in enumerate(cases[: min(month.confirmed, len(cases) * month.percent // 100)]):
        day = month.day(12 + n % 5)
        state = _state(case)
        if state != "notified":
            done += [case] if state in CONFIRMED else []
            continue
        if n == WAIVER:
            month.attempt(_at_counter, month, case, day, "waiver")
            continue
        is_done = n % ONLINE_ONE_IN == 1 and bool(_mobile(case)) and month.attempt(_online, month, case, day)
        if is_done or month.attempt(_at_counter, month, case, day, "consent"):
            done.append(case)
    return done


def _at_counter(month: MonthPlay, case: Case, day: date, signed: str) -> None:
    intake, now = month.actor("intake_clerk"), month.at(day)
    form = form_export(
        actor=intake, case_id=case.pk, is_only_child=False, make_up_answer="make_up" if signed == "waiver" else "give_up",
        has_paid_recently=False, today=day, now=now,
    )  # fmt: skip
    form_signed(
        actor=intake, form_id=form.pk, signed=signed, signed_on=day, has_thumbprint=True, today=day, now=now
    )
    own = Actor.system("demo", scope=case.division_path)
    there = set(CaseMaterial.objects.filter(case=case).values_list("kind", flat=True))
    for kind, title in SCANS:
        if kind in there:
            continue
        scan = image_store(
            actor=own, content=picture(title), name=f"{title}.jpg", document_class=kind, case_id=case.pk,
            person_id=case.person_id, district_code=case.district_code,
        )  # fmt: skip
        material_add(actor=own, case_id=case.pk, kind=kind, document_id=scan.pk)
    if signed == "waiver":
        waive(actor=intake, form_id=form.pk, reason_code="MAKE_UP_WISH", today=day, now=now)
    else:
        accept_at_counter(actor=intake, form_id=form.pk, checklist=ACCEPTED, today=day, now=now)


def _mobile(case: Case) -> str:
    """The number that the code goes to; none for whoever was visited."""
    assert case.person is not None
    found = Phone.objects.filter(person=case.person, is_mobile=True, until_on__isnull=True)
    return found.values_list("number", flat=True).first() or ""


def _online(month: MonthPlay, case: Case, day: date) -> None:
    """Every step of 本人确认."""
    person, now = case.person, month.at(day, 20) - timedelta(minutes=5)
    assert person is not None
    account, channel = (
        account_open(person, _mobile(case), now=now),
        first_channel(pack_of(case.division_path), day),
    )
    actor = actor_for(account, person)
    when: dict[str, Any] = {"today": day, "now": now}
    online = confirmation_start(
        actor=actor, account_id=account.pk, person_id=person.pk, channel=channel, **when
    )
    known: dict[str, Any] = {"actor": actor, "online_id": online.pk, **when}
    agreements_accept(is_agreed=True, **known)
    face_pass(check_id=face_shown(account, person, case.pk, now=now).pk, **known)
    only_child_choose(is_only_child=False, **known)
    online = data_confirm(**known)
    if MAKE_UP in standing_of(online, **when).steps():
        make_up_give_up(**known)
    sides = {"front": ("front.jpg", picture("身份证人像面")), "back": ("back.jpg", picture("身份证国徽面"))}
    images_put(images=sides, **known)
    notes_open(**known)
    confirmation_finish(
        actor=actor, online_id=online.pk, channel=channel, today=day, now=now + timedelta(seconds=30)
    )


def _handle(month: MonthPlay, case: Case) -> None:
    day = month.day(17)
    assert case.person is not None
    handle(
        actor=month.actor("handler"), case_id=case.pk, entries={"id_card_name": case.person.name, "is_only_child": False},
        checklist=CHECKED, expected_version=_version(case), today=day, now=month.at(day),
    )  # fmt: skip


def _review(month: MonthPlay, case: Case) -> None:
    day, reviewer = month.day(19), month.actor("reviewer")
    seen = case_view(actor=reviewer, case_id=case.pk, now=month.at(day))
    advance(
        actor=reviewer, case_id=case.pk, action="approve", expected_version=seen.version, digest_seen=seen.digest,
        checklist=CHECKED, today=day, now=month.at(day),
    )  # fmt: skip
