"""办理 of a claim-free case beside its papers: what to enter, what differs, the points to answer, the amounts of the form.

Worked example: the form says 独生子女 是, the platform knows nothing, no proof was scanned: the row 独生子女 shows the
difference, and the supplement will be 0 with that reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.database.actor import Actor
from jubao.people.models import Enrolment
from jubao.services.cases.kinds import Point, Transition, kind_of, level_of
from jubao.services.claim_free.cases import KIND, WAITING
from jubao.services.claim_free.confirmation_contents import phone_of
from jubao.services.claim_free.confirmation_forms import standing_form
from jubao.services.claim_free.confirmed import has_material
from jubao.workbench.reads.counter import PARTS, Amount, platform_answer

ANSWERS = {"yes": "是", "no": "否", "not_found": "没有查到", "": "没有查询结果"}


@dataclass(frozen=True)
class Compared:
    """One thing that stands in several places, and whether the places agree."""

    title: str
    places: list[tuple[str, str]]
    differs: bool


@dataclass(frozen=True)
class Handling:
    """What the panel of 办理 is drawn from."""

    form: ConfirmationForm | None
    mobile: str
    compared: list[Compared]
    points: tuple[Point, ...]


def amounts_of(case: Case) -> list[Amount]:
    """The parts of what was determined, the sum first; empty before 办理."""
    parts = case.proposal.get("parts")
    if not isinstance(parts, dict) or "monthly_pension_fen" not in case.proposal:
        return []
    found = [Amount("monthly_pension", "月基本养老金", int(case.proposal["monthly_pension_fen"]))]
    known = [*PARTS, ("age_supplement", "高龄增发养老金")]
    return found + [Amount(rule, title, int(parts.get(f"{rule}_fen", 0))) for rule, title in known]


def handling_of(case: Case, rows: tuple[Transition, ...], actor: Actor, today: date) -> Handling | None:
    """The panel for whoever may handle the case now; None for everybody else."""
    step = next((one for one in rows if one.action == "handle" and one.from_state == case.state), None)
    if case.kind != KIND or step is None or not actor.posts & step.posts or case.person_id is None:
        return None
    if step.levels and level_of(actor.scope) not in step.levels:
        return None
    form = standing_form(case.pk)
    return Handling(
        form=form,
        mobile=phone_of(case.person_id, today),
        compared=compared_of(case, form),
        points=kind_of(KIND).checklists.get("handle", ()),
    )


def compared_of(case: Case, form: ConfirmationForm | None) -> list[Compared]:
    """Name and only child, place by place (指引 办理要点3)."""
    assert case.person is not None and case.subject_id is not None
    entries = case.proposal.get("entries") or {}
    written = str(entries.get("id_card_name") or "")
    recorded = Enrolment.objects.values_list("is_only_child", flat=True).get(id=case.subject_id)
    platform, signed = platform_answer(case), form.is_only_child if form else None
    has_proof = has_material(case.pk, "only_child_material")
    names = [("系统记载", case.person.name), ("确认表", str(form.contents.get("name", "")) if form else "—")]
    if written:
        names.append(("身份证", written))
    child = [("参保登记", _yes(recorded)), ("确认表", _yes(signed)), ("信息共享平台", ANSWERS.get(platform, platform)),
             ("独子材料", "已采集" if has_proof else "没有")]  # fmt: skip
    is_unproved = bool(signed) and platform != "yes" and not has_proof
    contradicts = recorded is not None and signed is not None and recorded != signed
    return [
        Compared("姓名", names, len({name for _place, name in names if name != "—"}) > 1),
        Compared("独生子女", child, is_unproved or contradicts or (bool(signed) and platform == "no")),
    ]


def _yes(value: bool | None) -> str:
    return "没有登记" if value is None else "是" if value else "否"


def waits_for_person(case: Case) -> bool:
    """Whether the case is still at the counter or on the phone."""
    return case.kind == KIND and case.state in (*WAITING, "returned")
