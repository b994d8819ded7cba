"""What people tell the agency from the portal (须知第5条): a death, a sentence, a pension elsewhere, a complaint; a case each.

Worked example: the son reports on 2026-11-18 that 张桂芳 died on 11-15: case `resident_report` (待核实) in her district, with
reporter, relation and date. It is a suspicion: 办理岗 checks it; only when confirmed does it stand in her records, a death
among the sources of deaths, custody and a pension elsewhere as `report_records` keeps them. Who comes to the counter instead
is taken down by the clerk: `report_take`.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import PARTICIPANT, Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.masks import masked_phone
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Enrolment, Person
from jubao.residents.models import Account
from jubao.services.benefits.death_reports import check_day, death_report
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.people.divisions import district_of
from jubao.services.residents.report_records import custody_keep, elsewhere_keep

KIND = "resident_report"
DEATH, CUSTODY, ELSEWHERE, COMPLAINT = WHATS = ("death", "custody", "benefit_elsewhere", "complaint")
TITLES = {
    DEATH: "参保人去世",
    CUSTODY: "参保人服刑或被羁押",
    ELSEWHERE: "在别处领取养老待遇",
    COMPLAINT: "投诉举报",
}
RELATIONS = ("本人", "配偶", "子女", "父母", "其他亲属", "邻居", "村（社区）工作人员", "其他")
LONGEST_NOTE = 500


def report_submit(
    *, actor: Actor, account: Account, what: str, person_id: UUID, relation: str, happened_on: date | None,
    note: str = "", today: date,
) -> Case:  # fmt: skip
    """Open the case in the district of the person concerned; `actor.scope` is that district.

    Raises InputRefused REPORT_KIND, RELATION_MISSING, DATE_MISSING, NOTE_MISSING, NOTE_TOO_LONG; DeathRefused for an impossible
    day; CaseRefused CASE_ALREADY_OPEN when a report about the person is being checked.
    """
    with unit_of_work(actor, "report_submit"):
        reporter = {
            "reporter": account.name,
            "reporter_phone": masked_phone(account.phone),
            "reporter_account_id": str(account.pk),
        }
        return _open(actor, what, person_id, relation, happened_on, note, reporter, "portal", today)


def report_take(
    *, actor: Actor, what: str, person_id: UUID, reporter: str, phone: str, relation: str, happened_on: date | None,
    note: str = "", today: date, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """The same told at the counter or in the village and taken down by an officer. Raises as above, and REPORTER_MISSING."""
    if not reporter.strip():
        raise InputRefused("REPORTER_MISSING", _("没有写明报告人。"), remedy=_("请填写报告人的姓名。"))
    with unit_of_work(actor, "report_take"):
        told_by = {"reporter": reporter.strip()[:60], "reporter_phone": masked_phone(phone.strip()[:20])}
        return _open(
            actor, what, person_id, relation, happened_on, note, told_by, "counter", today, idempotency_key
        )


def _open(
    actor: Actor, what: str, person_id: UUID, relation: str, happened_on: date | None, note: str,
    reporter: dict[str, str], channel: str, today: date, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    _check(what, relation, happened_on, note, today)
    person = Person.objects.get(id=person_id)
    if happened_on is not None and what == DEATH:
        check_day(person, happened_on, today)
    enrolment = Enrolment.objects.filter(person=person).order_by("-enrolled_on").first()
    if enrolment is None:
        raise InputRefused("NOT_ENROLLED", _("没有参保记录。"), remedy=_("请到社保窗口反映。"))
    return case_open(
        actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
        division_path=enrolment.division_path, person_id=person.pk, subject_id=enrolment.pk,
        title=f"{TITLES[what]}：{person.name}", channel=channel, today=today,
        proposal={
            "what": what,
            "what_title": TITLES[what],
            "happened_on": happened_on.isoformat() if happened_on else "",
            **reporter,
            "relation": relation,
            "reported_on": today.isoformat(),
            "note": note.strip(),
        },
        idempotency_key=idempotency_key,
    )  # fmt: skip


def _check(what: str, relation: str, happened_on: date | None, note: str, today: date) -> None:
    if what not in WHATS:
        raise InputRefused("REPORT_KIND", _("没有选择要报告的事情。"), remedy=_("请选择一项。"))
    if relation not in RELATIONS:
        raise InputRefused("RELATION_MISSING", _("没有选择您与当事人的关系。"), remedy=_("请选择一项。"))
    if what == COMPLAINT and not note.strip():
        raise InputRefused("NOTE_MISSING", _("没有写明情况。"), remedy=_("请写明时间、地点和经过。"))
    if what != COMPLAINT and happened_on is None:
        raise InputRefused(
            "DATE_MISSING", _("没有填写日期。"), remedy=_("请填写发生的日期；不清楚的填大约日期。")
        )
    if happened_on is not None and happened_on > today:
        raise InputRefused("DATE_IN_FUTURE", _("日期在今天之后。"), remedy=_("请核对日期。"))
    if len(note) > LONGEST_NOTE:
        raise InputRefused(
            "NOTE_TOO_LONG",
            _("情况说明超过 {most} 字。").format(most=LONGEST_NOTE),
            remedy=_("请写得短一些。"),
        )


def _confirmed(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: what was confirmed stands in the records beside other sources; what follows is decided where they are read."""
    about: dict[str, Any] = case.proposal
    if about["what"] == CUSTODY:
        custody_keep(case, today)
    if about["what"] == ELSEWHERE:
        elsewhere_keep(case, today)
    if about["what"] == DEATH and case.person_id is not None:
        death_report(
            actor=actor, person_id=case.person_id, died_on=date.fromisoformat(about["happened_on"]),
            source="家属报告", source_row=case.number, today=today, case_id=case.id,
        )  # fmt: skip


_CHECKERS = frozenset({"handler", "certification_officer"})
register(
    CaseKind(
        KIND,
        "情况报告",
        (
            Transition("open", OPEN, "reported", frozenset({PARTICIPANT, "intake_clerk", "handler"}), title="报告"),
            Transition("confirm", "reported", "confirmed", _CHECKERS, closes=True, outcome="done", title="核实属实",
                       needs_reason=True),
            Transition("dismiss", "reported", "dismissed", _CHECKERS, closes=True, outcome="rejected",
                       title="核实不属实", needs_reason=True),
        ),
        effects={"confirm": _confirmed},
        states={"reported": "待核实", "confirmed": "属实", "dismissed": "不属实"},
    )
)  # fmt: skip
