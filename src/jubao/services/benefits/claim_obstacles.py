"""What speaks against a pension before anybody is told to claim it: the records of other schemes, deaths, custody.

Worked example: of four people who turn sixty in 2024-06 the one who draws an employee pension in 赤峰市 since 2023 has the
obstacle DRAWS_OTHER_PENSION with the place; no notice is made for him, and a claim of his is refused with the same words.
An employee relation that is merely open marks him too: it is to be bridged first, but it is no refusal for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.facts.claim_screening import screening_row, screening_rows
from jubao.kernel.citation import Citation
from jubao.kernel.text import _
from jubao.services.cases.checks import CaseRefused

STATE_COUNCIL = Citation("国发〔2014〕8号", "六")
BRIDGING = Citation("人社部发〔2014〕17号", "")


@dataclass(frozen=True)
class Obstacle:
    """One thing found: its code, in words, the article; `is_final` when a claim is refused for it."""

    code: str
    words: str
    citation: Citation
    is_final: bool

    def as_row(self) -> dict[str, str]:
        """As it is kept in the proposal of a case."""
        return {"code": self.code, "reason": self.words, "source": str(self.citation)}


def obstacles_in(row: Mapping[str, Any]) -> tuple[Obstacle, ...]:
    """Every obstacle in one row of `facts.claim_screening`, the weightiest first."""
    found = []
    if row["is_deceased"]:
        words = _("已有死亡信息（{sources}）").format(sources=row["death_sources"])
        found.append(Obstacle("DECEASED", words, STATE_COUNCIL, True))
    draws = row["has_city_benefit"] or row["has_benefit_elsewhere"]
    if draws:
        words = _("已在领取其他基本养老保险待遇{places}").format(places=_places(row))
        found.append(Obstacle("DRAWS_OTHER_PENSION", words, STATE_COUNCIL, True))
    if row["is_in_custody"]:
        words = _("服刑或羁押期间（{days}）").format(days=row["custody_days"])
        found.append(Obstacle("IN_CUSTODY", words, STATE_COUNCIL, False))
    if not draws and (row["has_employee_record"] or row["has_civil_record"]):
        words = _("有未办结的职工养老保险关系{places}，先办理制度衔接").format(places=_places(row))
        found.append(Obstacle("EMPLOYEE_SCHEME_OPEN", words, BRIDGING, False))
    return tuple(found)


def _places(row: Mapping[str, Any]) -> str:
    return f"（{row['places_elsewhere']}）" if row["places_elsewhere"] else ""


def obstacles_of(enrolment_id: UUID, today: date) -> tuple[Obstacle, ...]:
    """The obstacles of one person by the records of today."""
    row = screening_row(enrolment_id, drawn_on=today, excluding_groups=(), any_employee_record=False)
    return obstacles_in(row) if row is not None else ()


def obstacles_of_age(
    prefix: str, born_from: date, born_until: date, today: date
) -> dict[UUID, tuple[Obstacle, ...]]:
    """Everybody below a place born between two days who draws nothing yet, with the obstacles; one query."""
    rows = screening_rows(
        prefix=prefix, drawn_on=today, born_from=born_from, born_until=born_until, excluding_groups=(),
        any_employee_record=False,
    )  # fmt: skip
    return {UUID(row["enrolment_id"]): obstacles_in(row) for row in rows.to_pylist()}


def refuse_for(obstacles: Sequence[Obstacle], *, what: str) -> None:
    """Raises CaseRefused OBSTACLES_FOUND with all of them and their articles."""
    if not obstacles:
        return
    words = "；".join(f"{one.words}（{one.citation}）" for one in obstacles)
    raise CaseRefused(
        "OBSTACLES_FOUND",
        _("不能{what}：{words}。").format(what=what, words=words),
        remedy=_("请先核实；记录有误的请更正后再办。"),
    )
