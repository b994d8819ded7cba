"""Informing people on the claim-free list: the SMS, nobody twice; by call, visit, WeChat or village notice where none can go.

Worked example: of five people ticked, three get the message (`Notification`, outbox and the step to `notified` are one
transaction each), one was sent before (ALREADY_SENT), one has confirmed at the counter (ALREADY_CONFIRMED): the report names
both with the reason. 张桂芳 without a telephone is visited: means `visit`, and her case counts as notified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from jubao.cases.models import Case
from jubao.claim_free.models import Flag, Notification
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.masks import masked_name
from jubao.kernel.citation import Citation
from jubao.kernel.dates import chinese_date
from jubao.kernel.errors import DomainError, InputRefused
from jubao.kernel.text import _, in_chinese
from jubao.services.cases.checks import CaseRefused, check_place
from jubao.services.cases.deadlines import end_of_day
from jubao.services.cases.engine import advance
from jubao.services.cases.records import case_found
from jubao.services.claim_free.cases import KIND, WAITING
from jubao.services.claim_free.phones import require_mobile
from jubao.services.notices.texts import mobile_of, notice_queue, notice_text, office_values
from jubao.staff.regions import pack_of

PURPOSE = "claim_free_invitation"
MEANS = {"phone": "电话", "visit": "上门", "wechat": "微信", "village_notice": "村（社区）通知"}
MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class Line:
    """What became of one person of a bulk action; `code` is empty where it was done."""

    case_id: UUID
    name: str
    code: str = ""
    message: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the action was carried out for this person."""
        return not self.code


@dataclass(frozen=True)
class Report:
    """One line per person asked for, in the order asked: nobody is left out silently."""

    lines: tuple[Line, ...]

    @property
    def done(self) -> list[Line]:
        """Those for whom it was done."""
        return [line for line in self.lines if line.is_done]

    @property
    def refused(self) -> list[Line]:
        """Those for whom it was refused, each with code and reason."""
        return [line for line in self.lines if not line.is_done]


def sms_send(
    *, actor: Actor, case_ids: Sequence[UUID], today: date, now: datetime, is_rehearsal: bool = False
) -> Report:
    """Put the invitation of each person into the outbox and take the case to `notified`; each person for itself.

    A rehearsal gives the same report and changes nothing.

    Lines carry ALREADY_SENT, ALREADY_CONFIRMED, NOT_VERIFIED, FLAG_OFF, PHONE_NOT_MOBILE or the code of the step.
    Raises InputRefused NOBODY_CHOSEN, TOO_MANY_LINES.
    """

    def send(case: Case) -> None:
        flag = require_may_inform(case, today)
        if Notification.objects.filter(case=case, means="sms").exists():
            raise _refused(
                case, "ALREADY_SENT", _("已经发过短信，不再发送。"), _("需要再次提醒的，请电话或上门。")
            )
        _send(actor, case, flag, today, now)

    return for_each(actor, "sms_send", case_ids, send, is_rehearsal=is_rehearsal)


def for_each(
    actor: Actor,
    command: str,
    case_ids: Sequence[UUID],
    act: Callable[[Case], None],
    *,
    is_rehearsal: bool = False,
) -> Report:
    """A bulk action: each person for itself, whole or not at all, nobody left out of the report."""
    _require_some(case_ids)
    with unit_of_work(actor, command), transaction.atomic():
        lines = tuple(_line(actor, case_id, act) for case_id in dict.fromkeys(case_ids))
        if is_rehearsal:
            transaction.set_rollback(True)
    return Report(lines)


def _require_some(case_ids: Sequence[UUID]) -> None:
    if not case_ids:
        raise InputRefused("NOBODY_CHOSEN", _("没有选中任何人。"), remedy=_("请先勾选名单中的人。"))
    if len(case_ids) > MOST_AT_ONCE:
        raise InputRefused(
            "TOO_MANY_LINES",
            _("一次最多 {limit} 人，现选了 {count} 人。").format(limit=MOST_AT_ONCE, count=len(case_ids)),
            remedy=_("请按镇街或村社分批。"),
        )


def _line(actor: Actor, case_id: UUID, act: Callable[[Case], None]) -> Line:
    name = ""
    try:
        with transaction.atomic():
            case = case_found(case_id)
            name = masked_name(case.person.name) if case.person else ""
            check_place(actor, case.division_path)
            act(case)
        return Line(case_id, name)
    except DomainError as refused:
        return refused_line(case_id, name, refused)


def refused_line(case_id: UUID, name: str, refused: DomainError) -> Line:
    """A refusal as a line of a report: what, under which article, what to do."""
    cited = f"（{refused.citation}）" if refused.citation else ""
    return Line(case_id, name, refused.code, f"{refused.message}{cited}{refused.remedy}")


def require_may_inform(case: Case, today: date, *, is_verified: bool = True) -> Flag:
    """The flag of a case whose person may still be told. Raises CaseRefused FLAG_OFF, ALREADY_CONFIRMED, NOT_VERIFIED."""
    flag = Flag.objects.filter(case=case).first()
    if case.kind != KIND or flag is None:
        raise CaseRefused("CASE_NOT_FOUND", _("您的辖区内没有这项业务。"), remedy=_("请刷新名单。"))
    if case.state in ("accepted", "handled", "returned", "approved"):
        raise _refused(
            case,
            "ALREADY_CONFIRMED",
            _("本人已经确认信息，不再发送。"),
            _("请在“受理业务进度查询”查看进度。"),
        )
    if flag.state != Flag.State.FLAGGED or case.state not in WAITING:
        raise _refused(
            case, "FLAG_OFF", _("没有免申即享人员标识（{state}）。").format(state=flag.get_state_display()),
            _("确需办理的，先恢复标识并核实。"), "QJ-4-2b",
        )  # fmt: skip
    sent = Notification.objects.filter(case=case, means="sms").exists()
    if is_verified and case.state == "extracted" and not sent:
        raise _refused(
            case, "NOT_VERIFIED", _("名单还没有核实。"), _("请先在“免申即享查询”核实。"), "QJ-4-2b"
        )
    return flag


def _refused(case: Case, code: str, message: str, remedy: str, clause: str = "") -> CaseRefused:
    return CaseRefused(code, message, remedy=remedy, citation=cited(case.division_path, clause))


def cited(division_path: str, clause: str) -> Citation | None:
    """The article of a clause where the region's documents have it."""
    pack = pack_of(division_path)
    return pack.cite(clause) if clause and pack.find_clause(clause) else None


def _send(actor: Actor, case: Case, flag: Flag, today: date, now: datetime) -> None:
    assert case.person_id is not None and case.person is not None
    mobile = mobile_of(case.person_id, case.division_path, today)
    if not mobile:
        phone = case.person.phones.filter(until_on__isnull=True).order_by("-is_mobile").first()
        require_mobile(phone.number if phone else "", case.division_path, today)
    message = notice_queue(
        person_id=case.person_id, case_id=case.id, purpose=PURPOSE, mobile=mobile, once_key=f"{PURPOSE}:{case.id}",
        text=invitation(case, flag, today), send_until=end_of_day(flag.window_until),
    )  # fmt: skip
    Notification.objects.create(
        case=case, means="sms", informed_on=today, message_id=message.id, officer_id=actor.officer_id
    )
    _to_notified(actor, case, today, now)


@in_chinese
def invitation(case: Case, flag: Flag, today: date) -> str:
    """The text of the invitation: the service, its channels, until when."""
    assert case.person is not None
    values = {"name_masked": masked_name(case.person.name), "confirm_until": chinese_date(flag.window_until)}
    return notice_text(
        pack_of(case.division_path), PURPOSE, values | office_values(case.division_path, today)
    )


def _to_notified(actor: Actor, case: Case, today: date, now: datetime) -> None:
    advance(
        actor=actor, case_id=case.id, action="notify", expected_version=case.version, today=today, now=now
    )


def inform(
    *, actor: Actor, case_id: UUID, means: str, informed_on: date, was_reached: bool, result: str, today: date,
    now: datetime,
) -> Notification:  # fmt: skip
    """Record how somebody was told who cannot get an SMS; reached, the case counts as notified (QJ-A1-4-2b).

    Raises InputRefused MEANS_UNKNOWN, INFORMED_IN_FUTURE, RESULT_MISSING; CaseRefused as `sms_send` has them as lines.
    """
    _check_words(means, informed_on, result, today)
    with unit_of_work(actor, "inform", case_id=case_id):
        case = case_found(case_id)
        check_place(actor, case.division_path)
        require_may_inform(case, today)
        notification = Notification.objects.create(
            case=case, means=means, informed_on=informed_on, was_reached=was_reached, result=result.strip()[:200],
            officer_id=actor.officer_id,
        )  # fmt: skip
        if was_reached and case.state == "verified":
            _to_notified(actor, case, today, now)
        return notification


def _check_words(means: str, informed_on: date, result: str, today: date) -> None:
    if means not in MEANS:
        raise InputRefused(
            "MEANS_UNKNOWN",
            _("没有这种告知方式。"),
            remedy=_("请选择：{means}。").format(means="、".join(MEANS.values())),
        )
    if informed_on > today:
        raise InputRefused("INFORMED_IN_FUTURE", _("告知日期在今天之后。"), remedy=_("请核对日期。"))
    if not result.strip():
        raise InputRefused(
            "RESULT_MISSING", _("没有写明告知的结果。"), remedy=_("请写明告知了谁、结果如何。")
        )


__all__ = ["MEANS", "PURPOSE", "Line", "Report", "inform", "invitation", "require_may_inform", "sms_send"]
