"""《申请注销登记告知书》: the district's list goes to the township, the village assistant brings the notice, a deadline runs.

Worked example: three people of 振兴街道 stand in the list of May: three tasks there. 协办员 brings one to the son on 2024-05-06,
who signs: until 2024-06-05 he applies, and on 2024-06-06 the task stands among the overdue ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.masks import masked_name
from jubao.kernel.dates import chinese_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese, in_chinese
from jubao.people.models import DeathReport, Enrolment
from jubao.services.cases.engine import advance, case_open, case_propose, material_add
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.documents.letters import letter_pdf
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import notice_text, office_values
from jubao.services.people.divisions import district_of
from jubao.services.people.payees import payee_of, payee_words
from jubao.services.settlement.applications import NOTICE_KIND
from jubao.staff.regions import pack_of

CLASS = "deregistration_notice"
SENDERS = frozenset({"handler", "data_officer"})
BRINGERS = frozenset({"village_assistant", "handler", "intake_clerk", "field_worker"})
TITLE = "申请注销登记告知书"
BLANK = "＿＿＿＿＿＿"


@dataclass(frozen=True)
class Delivery:
    """How the notice was brought: to whom, when, by whom, signed or why not."""

    on: date
    receiver: str
    by: str
    is_signed: bool
    refusal: str = ""


def notice_candidates(*, scope: str) -> list[DeathReport]:
    """Reported dead, still enrolled, not yet told and no application: what the month's screening found, by place."""
    busy = Case.objects.filter(kind__in=(NOTICE_KIND, "deregistration"), is_open=True).values("person_id")
    found = DeathReport.objects.filter(
        person__enrolments__ended_on__isnull=True, person__enrolments__division_path__startswith=scope
    ).exclude(person_id__in=busy)
    first: dict[UUID, DeathReport] = {}
    for report in found.select_related("person").order_by("died_on", "id"):
        first.setdefault(report.person_id, report)
    return list(first.values())


def notices_send(*, actor: Actor, person_ids: Sequence[UUID], today: date) -> int:
    """Send the ticked people of the list to their townships, one task and one notice each; how many.

    Raises InputRefused NOTHING_CHOSEN; CaseRefused POST_REQUIRED, LEVEL_REQUIRED, OUT_OF_SCOPE.
    """
    with unit_of_work(actor, "deregistration_notices_send"):
        known = {one.person_id: one for one in notice_candidates(scope=actor.scope)}
        chosen = [known[key] for key in dict.fromkeys(person_ids) if key in known]
        if not chosen:
            raise InputRefused(
                "NOTHING_CHOSEN", _("没有选择人员，或已经下发。"), remedy=_("请勾选后再下发。")
            )
        for report in chosen:
            _sent(actor, report, today)
        return len(chosen)


@in_chinese
def _sent(actor: Actor, report: DeathReport, today: date) -> None:
    enrolment = Enrolment.objects.select_related("person").get(
        person_id=report.person_id, ended_on__isnull=True
    )
    days = notice_days(enrolment.division_path, today)
    case = case_open(
        actor=actor, kind=NOTICE_KIND, district_code=district_of(enrolment.division_path),
        division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk,
        title=chinese("申请注销登记告知：{name}").format(name=enrolment.person.name), today=today, channel="month_list",
        proposal={
            "reason": "DEATH", "reason_title": "死亡", "happened_on": report.died_on.isoformat(),
            "source": report.source, "payee": payee_words(payee_of(enrolment.person_id, today)), "days": days,
        },
    )  # fmt: skip
    _letter(actor, case, enrolment, report, days, today)


def notice_days(division_path: str, today: date) -> int:
    """Days from the delivery in which to apply, by the pack."""
    return int(pack_of(division_path).parameter("deregistration_notice_days", Month.containing(today)).value)


def _letter(
    actor: Actor, case: Case, enrolment: Enrolment, report: DeathReport, days: int, today: date
) -> None:
    office = office_values(enrolment.division_path, today)
    values = {
        "addressee": case.proposal["payee"], "name_masked": masked_name(enrolment.person.name), "event": "死亡",
        "event_on": chinese_date(report.died_on), "due_on": _("送达后第{days}日").format(days=days),
        "grant_clause": "，去世前已在领取的同时结算丧葬补助金", "delivered_on": BLANK, "deliverer": BLANK, **office,
    }  # fmt: skip
    contents = {
        "title": TITLE, "number": f"GZ-{case.number}", "made_on": today.isoformat(), "name": enrolment.person.name,
        "id_number": "", "text": notice_text(pack_of(case.division_path), CLASS, values),
        "office_name": office["office_name"],
        "receipt": "本告知书已收到，办理注销登记的有关事项已知悉。",
    }  # fmt: skip
    document = document_store(
        actor=actor, content=letter_pdf(contents), name=f"{TITLE}-{case.number}.pdf", content_type="application/pdf",
        document_class=CLASS, case_id=case.pk, person_id=case.person_id, district_code=case.district_code,
        is_encrypted=True,
    )  # fmt: skip
    material_add(actor=actor, case_id=case.pk, kind=CLASS, document_id=document.pk)


def notice_deliver(
    *, actor: Actor, case_id: UUID, delivery: Delivery, receipt_id: UUID, expected_version: int, today: date, now: datetime,
) -> Case:  # fmt: skip
    """Keep how the notice was brought, with the receipt signed or the note of the refusal; the deadline begins.

    Raises InputRefused DELIVERY_UNCLEAR; CaseRefused POST_REQUIRED, MATERIAL_MISSING, CASE_MOVED.
    """
    if (
        not delivery.receiver.strip()
        or not delivery.by.strip()
        or not (delivery.is_signed or delivery.refusal.strip())
    ):
        raise InputRefused(
            "DELIVERY_UNCLEAR", _("送达人、签收人没有填全，或没有签收又没有写明拒收原因。"), remedy=_("请按送达回执填写。")
        )  # fmt: skip
    with unit_of_work(actor, "deregistration_notice_deliver", case_id=case_id):
        case = Case.objects.get(id=case_id, kind=NOTICE_KIND)
        if not date.fromisoformat(case.proposal["happened_on"]) <= delivery.on <= today:
            raise InputRefused(
                "DAY_IMPOSSIBLE", _("送达日期早于死亡日期或在今天之后。"), remedy=_("请核对日期。")
            )
        until = delivery.on + timedelta(days=int(case.proposal["days"]))
        about = {
            "delivered_on": delivery.on.isoformat(), "receiver": delivery.receiver.strip(), "deliverer": delivery.by.strip(),
            "is_signed": delivery.is_signed, "refusal": delivery.refusal.strip(), "due_on": until.isoformat(),
        }  # fmt: skip
        case = case_propose(
            actor=actor,
            case_id=case_id,
            proposal={**case.proposal, **about},
            expected_version=expected_version,
            today=today,
        )
        material_add(actor=actor, case_id=case_id, kind="delivery_receipt", document_id=receipt_id)
        return advance(
            actor=actor,
            case_id=case_id,
            action="deliver",
            expected_version=case.version,
            today=today,
            now=now,
        )


def _delivered(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the case is due on the last day for the application."""
    Case.objects.filter(pk=case.pk).update(due_on=date.fromisoformat(case.proposal["due_on"]))


def notice_applied(*, actor: Actor, enrolment_id: UUID, application: str, today: date) -> None:
    """The application came: the task is done. Called with the application, in its transaction."""
    at = datetime.combine(today, time(), UTC)
    for case in Case.objects.filter(kind=NOTICE_KIND, subject_id=enrolment_id, is_open=True):
        advance(
            actor=actor, case_id=case.pk, action="applied", reason=application, expected_version=case.version, today=today,
            now=at,
        )  # fmt: skip


def notices_in(scope: str) -> QuerySet[Case]:
    """The open tasks below a place, the most urgent first."""
    found = Case.objects.filter(kind=NOTICE_KIND, is_open=True, division_path__startswith=scope)
    return found.select_related("person").order_by("due_on", "number")


def overdue_notices(*, scope: str, today: date) -> list[Case]:
    """Brought, and the last day went by without an application."""
    return list(notices_in(scope).filter(state="delivered", due_on__lt=today))


def _end(action: str, state: str, title: str, outcome: str) -> Transition:
    return Transition(action, state, "withdrawn" if action == "set_aside" else "done", BRINGERS, closes=True, title=title,
                      outcome=outcome, needs_reason=True)  # fmt: skip


register(
    CaseKind(
        NOTICE_KIND,
        "申请注销登记告知",
        (
            Transition("open", OPEN, "issued", SENDERS, title="下发镇街", steps=("screen",)),
            Transition("deliver", "issued", "delivered", BRINGERS, title="送达登记", needs=(CLASS, "delivery_receipt"),
                       makes_proposal=True),
            *(_end("applied", state, "已申请", "applied") for state in ("issued", "delivered")),
            *(_end("set_aside", state, "不需要注销", "set_aside") for state in ("issued", "delivered")),
        ),
        effects={"deliver": _delivered},
        states={"issued": "待送达", "delivered": "已送达，等申请"}, workflow="deregistration",
    )
)  # fmt: skip
