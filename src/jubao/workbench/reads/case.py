"""What the page of a case shows: steps across the top, what the officer may do now, opinions, materials seen or not.

Worked example: a suspension in state `proposed` shows 提出 done, 决定 now; a reviewer sees 同意, 不同意, 退回, the handler who
proposed it only 撤回.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseEvent, CaseMaterial
from jubao.database.actor import Actor
from jubao.kernel.errors import NotCovered
from jubao.oversight.models import AccessEvent
from jubao.policy import load_pack
from jubao.services.cases.checks import levels_allowed, posts_words
from jubao.services.cases.kinds import OPEN, CaseKind, Point, Transition, kind_of, level_of, table
from jubao.services.cases.material_words import MATERIALS
from jubao.workbench.reads.people_names import officer_names
from jubao.workbench.templatetags.figures import day

ELSEWHERE = {
    "payment_run": ("check", "send", "fund", "reconcile", "close"),
    "claim_free": (
        "verify", "notify", "revoke", "restore", "accept", "confirm_online", "refuse", "waive", "return_intake", "handle",
        "expire", "cease",
    ),
    "transfer_in": ("receive",),
    "transfer_out": ("letter", "form"),
    "scheme_bridging": ("move", "receive"),
    "transfer_objection": ("contact", "correct"),
}  # fmt: skip
"""Steps that have a page of their own, because more belongs to them than a word of approval."""
DRAWN = ("parts", "monthly_pension_fen", "payout", "interest", "entries", "first_month")
BAD = (
    "undo",
    "reject",
    "return",
    "return_intake",
    "return_village",
    "refuse",
    "waive",
    "revoke",
    "withdraw",
    "reject_second",
    "return_second",
    "void",
)


@dataclass(frozen=True)
class Step:
    """One step across the top."""

    title: str
    state: str
    detail: str = ""


@dataclass(frozen=True)
class Action:
    """A button: what it does, whether it decides, whether it wants a reason, whether it goes against somebody."""

    action: str
    title: str
    is_decision: bool
    needs_reason: bool
    is_bad: bool


@dataclass(frozen=True)
class Opinion:
    """One event as it is read."""

    event: CaseEvent
    title: str
    officer: str


@dataclass(frozen=True)
class Paper:
    """A material of the case and whether this officer has opened it."""

    material: CaseMaterial
    title: str
    is_seen: bool


def rows_of(case: Case, today: date) -> tuple[CaseKind, tuple[Transition, ...]]:
    """The kind and the steps that hold for the region today."""
    kind = kind_of(case.kind)
    return kind, table(kind, load_pack(case.district_code), today)


def actions_of(
    case: Case, rows: tuple[Transition, ...], actor: Actor, *, elsewhere: bool = False
) -> list[Action]:
    """What this officer may do now, on this page (or `elsewhere` too); the service checks it again."""
    if not case.is_open:
        return []
    level, me = level_of(actor.scope), actor.natural_person_id
    made = set(
        CaseEvent.objects.filter(case=case, makes_proposal=True).values_list("natural_person_id", flat=True)
    ) | {case.maker_id}
    found = []
    for one in rows:
        if one.from_state != case.state or one.from_state == OPEN or not actor.posts & one.posts:
            continue
        has_own_page = not elsewhere and one.action in ELSEWHERE.get(case.kind, ())
        if (one.levels and level not in levels_allowed(one, case.division_path)) or has_own_page:
            continue
        if (one.maker_only and case.maker_id != me) or (one.is_decision and me in made):
            continue
        if one.is_second_decision and case.checker_id == me:
            continue
        found.append(Action(one.action, one.title, one.is_decision, one.needs_reason, one.action in BAD))
    return sorted(found, key=lambda one: one.is_bad)


def who_next(case: Case, rows: tuple[Transition, ...]) -> str:
    """The posts that may take the next step, in words."""
    posts = [one.posts for one in rows if one.from_state == case.state and not one.maker_only]
    return posts_words(frozenset().union(*posts)) if posts and case.is_open else ""


def steps_of(case: Case, kind: CaseKind, rows: tuple[Transition, ...], opinions: list[Opinion]) -> list[Step]:
    """The straight way through the table: from opening to the last good step."""
    path, state, seen = [], OPEN, set()
    taken = {one.event.action for one in opinions}
    while state not in seen:
        seen.add(state)
        ahead = [one for one in rows if one.from_state == state and one.action not in BAD]
        step = next((one for one in ahead if one.action in taken), next(iter(ahead), None))
        if step is None:
            break
        path.append(step)
        state = step.to_state
    done = {one.event.action: one for one in opinions}
    reached = (
        [one.from_state for one in path].index(case.state)
        if case.state in [p.from_state for p in path]
        else len(path)
    )
    titles = _pack_titles(case)
    return [_step(n, one, reached, done, case, titles) for n, one in enumerate(path)] + _end(case, kind, path)


def _pack_titles(case: Case) -> dict[str, str]:
    """What the region's workflow calls its steps, up to the first comma."""
    try:
        steps = load_pack(case.district_code).workflow(case.kind).steps
    except NotCovered:
        return {}
    return {step.step: re.split("[，：；（]", step.title)[0] for step in steps}


def _step(
    n: int, one: Transition, reached: int, done: dict[str, Opinion], case: Case, titles: dict[str, str]
) -> Step:
    is_done = n < reached and (case.is_open or one.action in done)
    said = done.get(one.action)
    detail = f"{said.officer} {day(said.event.at)}" if is_done and said else ""
    state = "done" if is_done else "now" if n == reached and case.is_open else "todo"
    title = next((titles[name] for name in one.steps if name in titles), one.title)
    return Step(title, state, detail or (posts_words(one.posts) if state != "done" else ""))


def _end(case: Case, kind: CaseKind, path: list[Transition]) -> list[Step]:
    """A case that left the straight way ends with the state it stands in."""
    usual = {one.to_state for one in path} | {OPEN}
    if case.state in usual:
        return []
    return [Step(kind.state_title(case.state), "now" if case.is_open else "done", day(case.closed_at))]


def opinions_of(case: Case, kind: CaseKind) -> list[Opinion]:
    """All steps taken, in order, without looks."""
    events = list(CaseEvent.objects.filter(case=case).exclude(action="viewed").order_by("sequence"))
    names = officer_names(event.natural_person_id for event in events)
    titles = {one.action: one.title for one in kind.transitions} | {"propose": "修改内容"}
    return [
        Opinion(event, titles.get(event.action, event.action), names.get(event.natural_person_id, ""))
        for event in events
    ]


def papers_of(case: Case, actor: Actor) -> list[Paper]:
    """The materials with whether this officer opened each since it was added."""
    looked = set(
        AccessEvent.objects.filter(
            case_id=case.pk, natural_person_id=actor.natural_person_id, fields__startswith="material:"
        ).values_list("fields", flat=True)
    )
    materials = CaseMaterial.objects.filter(case=case, removed_at__isnull=True).select_related("document")
    return [
        Paper(one, MATERIALS.get(one.kind, one.kind), seen_mark(one.pk) in looked)
        for one in materials.order_by("id")
    ]


def seen_mark(material_id: UUID) -> str:
    """How the access log names a material that was opened."""
    return f"material:{material_id}"


def material_kinds(rows: tuple[Transition, ...]) -> list[tuple[str, str]]:
    """The kinds of papers the region asks for, then the others."""
    asked = list(dict.fromkeys(kind for one in rows for kind in one.needs))
    return [
        (kind, MATERIALS.get(kind, kind))
        for kind in [*asked, *(one for one in MATERIALS if one not in asked)]
    ]


def missing(case: Case, rows: tuple[Transition, ...], papers: list[Paper]) -> list[str]:
    """Papers that the steps ask for and that are not there yet."""
    present = {one.material.kind for one in papers}
    asked = dict.fromkeys(
        kind for one in rows if case.is_open and one.from_state == case.state for kind in one.needs
    )
    return [MATERIALS.get(kind, kind) for kind in asked if kind not in present]


def points_of(kind: CaseKind, actions: list[Action]) -> list[Point]:
    """What the officer answers point by point for the steps offered here."""
    return list(dict.fromkeys(point for one in actions for point in kind.checklists.get(one.action, ())))


def returned_for(case: Case) -> str:
    """Why the reviewer or the handler sent the case back, while it lies there."""
    last = (
        CaseEvent.objects.filter(case=case)
        .exclude(action__in=("viewed", "propose"))
        .order_by("sequence")
        .last()
    )
    return (
        last.reason
        if last and case.is_open and last.action in ("return", "return_intake", "return_village")
        else ""
    )


def shown_proposal(case: Case) -> dict[str, Any]:
    """The proposal without what the page draws by itself: the parts of a pension, the amounts."""
    proposal: dict[str, Any] = case.proposal
    if not isinstance(proposal.get("parts"), dict):
        return proposal
    shown = {name: value for name, value in proposal.items() if name not in DRAWN}
    payout, interest = proposal.get("payout") or {}, proposal.get("interest") or {}
    return {
        **shown,
        **{name: payout[name] for name in ("bank_name", "account_number") if name in payout},
        "is_provisional": bool(interest.get("is_provisional")),
    }


def computed_of(proposal: dict[str, Any]) -> list[dict[str, Any]]:
    """Steps that a proposal carries (`trace`), for 为什么."""
    trace = proposal.get("trace")
    return trace if isinstance(trace, list) else []
