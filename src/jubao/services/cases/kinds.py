"""Kinds of cases as tables of transitions: which post may take which step, which step decides, what it needs.

Worked example: kind `suspension` has open → proposed (受理岗, 办理岗), approve proposed → approved (复核岗, a decision, closes).
Where the pack's workflow names the step (松山 `suspend`: district, reviewer), its post, level, deadline and materials
replace those of the code; the code offers only the shape. `docs/workflows/` is drawn from these tables.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Protocol

from jubao.database.actor import PARTICIPANT, Actor
from jubao.kernel.errors import NotCovered, WrongUsage
from jubao.kernel.text import _, chinese
from jubao.policy import Pack
from jubao.policy.schema.feeds import Deadline

OPEN = ""
"""The state before a case exists: a transition from it says who may open one."""

STATE_TITLES = {
    "accepted": "已受理",
    "proposed": "待决定",
    "handled": "待复核",
    "reviewed": "待审批",
    "returned": "已退回",
    "approved": "已同意",
    "rejected": "不同意",
    "withdrawn": "已撤回",
    "done": "已办结",
}

POSTS_OF_PACKS: Mapping[str, frozenset[str]] = {
    "participant": frozenset({"intake_clerk", "handler", PARTICIPANT}),
    "applicant": frozenset({"intake_clerk", "handler", PARTICIPANT}),
    "employer": frozenset({"intake_clerk", "handler"}),
    "township_office": frozenset({"intake_clerk", "handler"}),
    "programme_office": frozenset({"handler"}),
    "supervisor": frozenset({"approver", "township_leader"}),
}
"""Whom the workflows of packs name without being a post: the officer who enters it for them."""


class Effect(Protocol):
    """What a transition does to the records, inside the transition's own transaction."""

    def __call__(self, *, case: Any, actor: Actor, today: date) -> None: ...


class Prepare(Protocol):
    """What a step computes before it is taken: it may fill the proposal in and add materials."""

    def __call__(self, *, case: Any, actor: Actor, today: date) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Transition:
    """One step. `steps` name steps of a pack's workflow, the first one found gives post, level, deadline and materials.

    `reach` "city" lets an office of the whole city take the step (全市通办), not only one above the person's own place.
    `only_with` and `not_with` name a step of the region's workflow that must, or must not, be there for this row to exist.
    """

    action: str
    from_state: str
    to_state: str
    posts: frozenset[str]
    is_decision: bool = False
    closes: bool = False
    needs: tuple[str, ...] = ()
    title: str = ""
    levels: frozenset[str] = frozenset()
    steps: tuple[str, ...] = ()
    outcome: str = ""
    makes_proposal: bool = False
    is_second_decision: bool = False
    needs_reason: bool = False
    maker_only: bool = False
    deadline: Deadline | None = None
    clause: str | None = None
    reach: str = ""
    only_with: str = ""
    not_with: str = ""

    def is_in(self, steps: Mapping[str, Any]) -> bool:
        """Whether a region with these steps has the row."""
        return (not self.only_with or self.only_with in steps) and self.not_with not in steps


@dataclass(frozen=True)
class Point:
    """One point of a step's checklist: what is asked, the answer with which the step may be taken, what to do otherwise."""

    code: str
    words: str
    wanted: bool = True
    otherwise: str = ""


@dataclass(frozen=True)
class CaseKind:
    """A kind of case. `effects` run by action; `states` names states in Chinese beyond the common ones.

    `workflow` is the kind in the pack when it has another name; `needs_of(case, needs)` says which of the materials
    that the step names this case needs; `prepares` computes the proposal of a step when it is taken (办理);
    `checklists` are the points that whoever takes an action answers one by one; `excludes` names kinds of which a person may
    not have one open beside it, whichever came first.
    """

    kind: str
    title: str
    transitions: tuple[Transition, ...]
    effects: Mapping[str, Effect] = field(default_factory=dict, hash=False)
    states: Mapping[str, str] = field(default_factory=dict, hash=False)
    workflow: str = ""
    needs_of: Callable[[Any, tuple[str, ...]], tuple[str, ...]] | None = None
    prepares: Mapping[str, Prepare] = field(default_factory=dict, hash=False)
    checklists: Mapping[str, tuple[Point, ...]] = field(default_factory=dict, hash=False)
    excludes: frozenset[str] = frozenset()

    def state_title(self, state: str) -> str:
        """The state as a clerk reads it."""
        return self.states.get(state) or STATE_TITLES.get(state, state)


_KINDS: dict[str, CaseKind] = {}


def register(kind: CaseKind) -> CaseKind:
    """Add a kind to the register. Raises ValueError when the name is taken or an effect names no action."""
    if kind.kind in _KINDS:
        raise ValueError(f"case kind {kind.kind} is registered twice")
    unknown = set(kind.effects) - {one.action for one in kind.transitions}
    if unknown:
        raise ValueError(f"case kind {kind.kind} has effects of unknown actions {unknown}")
    _KINDS[kind.kind] = kind
    return kind


@cache
def _import_services() -> None:
    """Kinds register when their service module is imported; the first look-up imports them all."""
    import jubao.services as services

    for module in pkgutil.walk_packages(services.__path__, "jubao.services."):
        importlib.import_module(module.name)


def kinds() -> Mapping[str, CaseKind]:
    """Every registered kind by name."""
    _import_services()
    return dict(sorted(_KINDS.items()))


def kind_of(name: str) -> CaseKind:
    """The kind of that name. Raises WrongUsage CASE_KIND_UNKNOWN."""
    if name not in _KINDS:
        _import_services()
    if name not in _KINDS:
        raise WrongUsage(
            "CASE_KIND_UNKNOWN",
            _("没有名为 {name} 的业务种类。").format(name=name),
            remedy=_("请从业务目录中选择。"),
        )
    return _KINDS[name]


@cache
def table(kind: CaseKind, pack: Pack, on: date) -> tuple[Transition, ...]:
    """The transitions of a kind in a region on a day: posts, levels, deadlines, materials from the pack's steps."""
    try:
        steps = {step.step: step for step in pack.workflow(kind.workflow or kind.kind, on).steps}
    except NotCovered:
        steps = {}
    return tuple(_with_step(one, steps) for one in kind.transitions if one.is_in(steps))


def _with_step(transition: Transition, steps: Mapping[str, Any]) -> Transition:
    step = next((steps[name] for name in transition.steps if name in steps), None)
    if step is None:
        return transition
    named = [steps[name] for name in transition.steps if name in steps]
    posts = frozenset().union(*(POSTS_OF_PACKS.get(one.post, frozenset({one.post})) for one in named))
    levels = frozenset().union(*(_levels(level) for one in named for level in (one.level, *one.also_levels)))
    if posts <= {"system"}:
        # What the program starts by itself may also be entered by hand.
        posts |= transition.posts
    if transition.is_decision:
        posts, levels = POSTS_OF_PACKS.get(step.post, frozenset({step.post})), _levels(step.level)
    return replace(
        transition,
        posts=posts,
        levels=levels,
        needs=transition.needs
        or (() if transition.is_decision or transition.maker_only else tuple(step.materials)),
        deadline=transition.deadline or step.deadline,
        clause=transition.clause or step.clause,
    )


def _levels(level: str) -> frozenset[str]:
    """County and district are one level; what a person does is entered at the counter of any level below the city."""
    if level in ("person", "bank"):
        return frozenset({"district", "township", "village"})
    return frozenset({"district" if level == "county" else level})


def level_of(path: str) -> str:
    """The level of a place by the last code of its path; the empty path is the nation.

    Six digits are a province (…0000), a city (…00) or a district, nine a township, twelve a village.
    """
    code = path.rstrip("/").rpartition("/")[2]
    if len(code) == 6:
        return "province" if code.endswith("0000") else "city" if code.endswith("00") else "district"
    return {0: "nation", 9: "township", 12: "village"}.get(len(code), "district")


def may_open(actor: Actor, name: str, pack: Pack, on: date) -> bool:
    """Whether the actor's post and level may open a case of a kind; what a page offers. The service checks it again."""
    opening = next((one for one in table(kind_of(name), pack, on) if one.from_state == OPEN), None)
    if opening is None or not actor.posts & opening.posts:
        return False
    return not opening.levels or level_of(actor.scope) in opening.levels


def propose_and_decide(
    *,
    makers: frozenset[str] = frozenset({"intake_clerk", "handler"}),
    make_steps: tuple[str, ...],
    deciders: frozenset[str] = frozenset({"reviewer"}),
    decide_steps: tuple[str, ...],
    decide_levels: frozenset[str] = frozenset({"district"}),
    needs: tuple[str, ...] = (),
    second: frozenset[str] = frozenset(),
    second_steps: tuple[str, ...] = (),
) -> tuple[Transition, ...]:
    """The common shape: somebody proposes, another decides (and a third where `second` names posts).

    A returned proposal may be changed and sent again; the maker may withdraw it until it is decided.
    """
    decided = "reviewed" if second else "approved"

    def decision(action: str, state: str, title: str, **more: Any) -> Transition:
        return Transition(action, "proposed", state, deciders, True, state != "reviewed" and state != "returned",
                          title=title, levels=decide_levels, steps=decide_steps, **more)  # fmt: skip

    rows = [
        Transition("open", OPEN, "proposed", makers, title=chinese("提出"), steps=make_steps, needs=needs, makes_proposal=True),
        decision("approve", decided, _("同意"), outcome="" if second else "approved"),
        decision("reject", "rejected", _("不同意"), outcome="rejected", needs_reason=True),
        decision("return", "returned", _("退回"), needs_reason=True),
        Transition("resubmit", "returned", "proposed", makers, title=chinese("重新提交"), steps=make_steps, makes_proposal=True),
        *(
            Transition("withdraw", state, "withdrawn", makers, closes=True, title=chinese("撤回"), outcome="withdrawn",
                       steps=make_steps, maker_only=True, needs_reason=True)
            for state in ("proposed", "returned")
        ),
    ]  # fmt: skip
    if second:
        rows += [
            Transition(action, "reviewed", state, second, True, state != "returned", title=title, levels=decide_levels,
                       steps=second_steps, is_second_decision=True, outcome=outcome, needs_reason=action != "approve_second")
            for action, state, title, outcome in (
                ("approve_second", "approved", _("二级审批同意"), "approved"),
                ("reject_second", "rejected", _("二级审批不同意"), "rejected"),
                ("return_second", "returned", _("二级审批退回"), ""),
            )
        ]  # fmt: skip
    return tuple(rows)
