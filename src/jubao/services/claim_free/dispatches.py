"""调度: the programme office asks a township to act by a day; it stands in the township's inbox until it has answered.

Worked example: on the 15th the office tells 古南街道 that 5 people of 2024-03 have not confirmed and wants an answer by the 18th;
its clerk answers “已逐户联系”, which is kept with time and user, and closes the case (QJ-1-2).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.facts.claim_free_figures import figures_total
from jubao.kernel.dates import chinese_date
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese, in_chinese
from jubao.people.models import Division
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, level_of, register
from jubao.services.claim_free.programme import require_office
from jubao.staff.regions import pack_code_of, pack_of

KIND = "claim_free_dispatch"
LONGEST = 500
"""As long as the reply of an event may be."""


def _set_due(*, case: Case, actor: Actor, today: date) -> None:
    """The day that the office named is the deadline of the case."""
    case.due_on = date.fromisoformat(case.proposal["due_on"])
    case.save(update_fields=["due_on"])


DISPATCH = register(
    CaseKind(
        KIND,
        "免申即享调度",
        (
            Transition("open", OPEN, "sent", frozenset({"handler"}), title="发出调度", steps=("send",)),
            Transition("reply", "sent", "replied", frozenset({"intake_clerk", "handler"}), title="回复", closes=True,
                       outcome="replied", needs_reason=True, steps=("reply",)),
        ),
        {"open": _set_due},
        states={"sent": "待镇街回复", "replied": "已回复"},
    )
)  # fmt: skip


@in_chinese
def dispatch_words(*, township: str, month: int, due_on: date, today: date) -> str:
    """The text of a dispatch by the pack's wording, with how many have not confirmed today."""
    place = _township(township)
    at = Month.from_index(month)
    words = pack_of(township).notice("dispatch").words
    agency = Division.objects.get(code=pack_code_of(township), valid_until__isnull=True).name
    filled = words.format(
        township=place.name,
        as_of=chinese_date(today),
        month=f"{at.year}年{at.month}月",
        open_count=figures_total(township, month, month).waiting,
        due_on=f"{due_on.month}月{due_on.day}日",
        agency_name=_("{place}免申即享领导小组办公室").format(place=agency),
    )
    return "\n".join(line for line in filled.splitlines() if line)


def _township(path: str) -> Division:
    found = Division.objects.filter(path=path, valid_until__isnull=True).first()
    if found is None or level_of(path) != "township":
        raise InputRefused("TOWNSHIP_UNKNOWN", _("请选择一个镇街。"), remedy=_("调度只发给镇街。"))
    return found


def dispatch_send(
    *, actor: Actor, township: str, month: int, due_on: date, words: str = "", today: date,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Send it. Raises InputRefused TOWNSHIP_UNKNOWN, DUE_IN_THE_PAST, WORDS_TOO_LONG; CaseRefused PROGRAMME_OFFICE_ONLY
    and those of `case_open`; CheckFailed OUT_OF_SCOPE."""
    place = _township(township)
    if not township.startswith(actor.scope.rstrip("%")):
        raise CheckFailed("OUT_OF_SCOPE", _("这个镇街不在您的辖区内。"), remedy=_("请选本区的镇街。"))
    require_office(actor, today)
    if due_on < today:
        raise InputRefused("DUE_IN_THE_PAST", _("回复期限早于今天。"), remedy=_("请改为今天或以后的日期。"))
    text = words.strip() or dispatch_words(township=township, month=month, due_on=due_on, today=today)
    if len(text) > LONGEST:
        raise InputRefused("WORDS_TOO_LONG", _("调度内容超过 500 字。"), remedy=_("请写短一些。"))
    proposal: dict[str, Any] = {
        "month": month,
        "due_on": due_on.isoformat(),
        "words": text,
        "waiting": figures_total(township, month, month).waiting,
    }
    return case_open(
        actor=actor, kind=KIND, district_code=pack_code_of(township), division_path=township,
        title=chinese("{township}免申即享调度").format(township=place.name), proposal=proposal, today=today,
        idempotency_key=idempotency_key,
    )  # fmt: skip
