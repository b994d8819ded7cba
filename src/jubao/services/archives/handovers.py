"""移交: who leaves a post hands over with a signed list; the successor confirms, a third person supervises.

Worked example: 李静 leaves 穆家营子镇; the list has 12 files, one open case and the seal of the counter; 周海燕 confirms, the
township's 分管领导 agrees: YJ-150404-2026-000001. Before that her account is not closed (HANDOVER_MISSING). The successor of
a village assistant takes over the same way, supervised by the township's office.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jubao.archive.models import ArchivedCase, Handover
from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.citation import Citation
from jubao.kernel.errors import InputRefused, NotCovered
from jubao.kernel.text import _
from jubao.services.archives.words import category_name
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import level_of
from jubao.services.cases.numbers import next_number
from jubao.services.people.divisions import district_of
from jubao.staff.models import Grant, Officer
from jubao.staff.regions import pack_of

OFFICER, ASSISTANT = "archive_handover", "assistant_handover"
KINDS = {OFFICER: Handover.Kind.OFFICER, ASSISTANT: Handover.Kind.ASSISTANT}
MOST_LINES, LONGEST_LINE = 100, 200


def handover_propose(
    *, actor: Actor, kind: str, giver: str, receiver: str, division_path: str, other: Sequence[str], today: date,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Make the list of what `giver` (a user name) hands over to `receiver`.

    Raises InputRefused OFFICER_UNKNOWN, SAME_PERSON, LINES_WRONG; CaseRefused as `case_open`.
    """
    with unit_of_work(actor, "handover_propose"):
        return _proposed(actor, kind, giver, receiver, division_path, other, today, idempotency_key)


def _proposed(
    actor: Actor, kind: str, giver: str, receiver: str, division_path: str, other: Sequence[str], today: date,
    idempotency_key: str | None,
) -> Case:  # fmt: skip
    leaving = _officer(giver, kind, division_path)
    if kind == ASSISTANT:
        # The successor works in the same village, and sees no place above it.
        division_path = _village_of(leaving, division_path)
    coming = _officer(receiver, kind, division_path)
    if leaving.natural_person_id == coming.natural_person_id:
        raise InputRefused("SAME_PERSON", _("移交人和接收人是同一个人。"), remedy=_("请选另一位接收人。"))
    lines = [line for text in other if (line := text.strip())]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise InputRefused(
            "LINES_WRONG",
            _("移交清单最多 {count} 行，每行最多 {letters} 个字。").format(
                count=MOST_LINES, letters=LONGEST_LINE
            ),
            remedy=_("请把同类物品并为一行。"),
        )
    proposal = {
        "giver": leaving.natural_person.name, "receiver": coming.natural_person.name,
        "from_person_id": str(leaving.natural_person_id), "to_person_id": str(coming.natural_person_id),
        "lines": [*_own_work(leaving, division_path), *({"title": line, "count": 1} for line in lines)],
    }  # fmt: skip
    title = f"{proposal['giver']}移交给{proposal['receiver']}"
    return case_open(
        actor=actor, kind=kind, district_code=district_of(division_path), division_path=division_path,
        subject_id=leaving.natural_person_id, title=title, proposal=proposal, today=today,
        idempotency_key=idempotency_key,
    )  # fmt: skip


def _officer(username: str, kind: str, place: str) -> Officer:
    """Whoever works at the place under that name; for assistants a 村协办员, otherwise another post."""
    held = Grant.objects.filter(division_path__startswith=place)
    held = (
        held.filter(post_id="village_assistant")
        if kind == ASSISTANT
        else held.exclude(post_id="village_assistant")
    )
    found = Officer.objects.filter(username=username.strip(), id__in=held.values("officer_id"))
    officer = found.select_related("natural_person").first()
    if officer is None:
        raise InputRefused(
            "OFFICER_UNKNOWN",
            _("本乡镇（街道）没有用户名为“{username}”的这类人员。").format(username=username.strip()),
            remedy=_("请从名单中选择。"),
        )
    return officer


def _village_of(officer: Officer, place: str) -> str:
    held = Grant.objects.filter(officer=officer, post_id="village_assistant", division_path__startswith=place)
    return str(held.order_by("-from_on").values_list("division_path", flat=True)[0])


def _own_work(officer: Officer, place: str) -> list[dict[str, Any]]:
    """What the system knows that somebody leaves behind: files made by category, open cases last worked on."""
    counts: dict[str, int] = {}
    filed = ArchivedCase.objects.filter(officer_id=officer.pk, division_path__startswith=place)
    for category in filed.values_list("category", flat=True):
        counts[category] = counts.get(category, 0) + 1
    lines: list[dict[str, Any]] = [
        {"title": f"档案（{category_name(category)}）", "count": count}
        for category, count in sorted(counts.items())
    ]
    worked_on = CaseEvent.objects.filter(officer_id=officer.pk).exclude(action="viewed").values("case_id")
    cases = Case.objects.filter(is_open=True, division_path__startswith=place, id__in=worked_on).order_by(
        "number"
    )
    for number in cases.values_list("number", flat=True)[:MOST_LINES]:
        lines.append({"title": f"在办业务 {number}", "count": 1})
    return lines


def handover_received(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of 确认接收: only the successor named confirms. Raises CaseRefused NOT_THE_RECEIVER."""
    if str(actor.natural_person_id) != case.proposal["to_person_id"]:
        raise CaseRefused(
            "NOT_THE_RECEIVER",
            _("这份清单由接收人{receiver}本人确认。").format(receiver=case.proposal["receiver"]),
            remedy=_("请由接收人登录确认；接收人换了的，请撤回后重新提交。"),
        )


def handover_signed(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of 监交同意: the signed hand-over stands. Raises CaseRefused SUPERVISOR_IS_PARTY."""
    about = case.proposal
    if str(actor.natural_person_id) in (about["from_person_id"], about["to_person_id"]):
        raise CaseRefused(
            "SUPERVISOR_IS_PARTY", _("移交人、接收人不能监督自己的移交。"), remedy=_("请由第三人监督。")
        )
    Handover.objects.create(
        case=case, kind=KINDS[case.kind], division_path=case.division_path, to_path=case.division_path,
        number=f"YJ-{next_number(case.district_code, today.year, 'handover')}", lines=about["lines"],
        from_person_id=UUID(about["from_person_id"]), from_name=about["giver"],
        to_person_id=UUID(about["to_person_id"]), to_name=about["receiver"],
        supervisor_id=actor.natural_person_id, supervisor_name=actor.name, signed_on=today,
    )  # fmt: skip


def require_handed_over(officer: Officer, today: date) -> None:
    """Raises CaseRefused HANDOVER_MISSING where the region's text wants a hand-over and this officer has signed none."""
    grants = Grant.objects.filter(
        natural_person_id=officer.natural_person_id, state__in=(Grant.State.ACTIVE, Grant.State.ENDED), from_on__lte=today
    ).order_by("-from_on")  # fmt: skip
    for grant in grants:
        kind = ASSISTANT if grant.post_id == "village_assistant" else OFFICER
        if not _is_asked_for(grant.division_path, kind, today):
            continue
        signed = Handover.objects.filter(
            from_person_id=officer.natural_person_id, kind=KINDS[kind], signed_on__gte=grant.from_on
        )
        if signed.exists():
            return
        raise CaseRefused(
            "HANDOVER_MISSING",
            _("{name}还没有经监督签字的业务档案移交，不能停用账号。").format(
                name=officer.natural_person.name
            ),
            remedy=_("请先在“业务移交”中办完移交；账号被盗用的，请立即解除手机绑定并重置密码。"),
            citation=_citation(grant.division_path, kind, today),
        )


def _is_asked_for(path: str, kind: str, today: date) -> bool:
    """Whether the region's text has this hand-over for staff at this place."""
    if level_of(path) not in ("township", "village"):
        return False
    try:
        pack_of(path).workflow(kind, today)
    except NotCovered:
        return False
    return True


def _citation(path: str, kind: str, today: date) -> Citation | None:
    clause = pack_of(path).workflow(kind, today).clause
    return pack_of(path).cite(clause) if clause else None


def handovers_of(scope: str) -> QuerySet[Handover]:
    """The signed hand-overs of a place, the newest first."""
    return Handover.objects.filter(division_path__startswith=scope.rstrip("%")).order_by("-id")
