"""`sources.yaml`, `workflows.yaml`, `calendar.yaml`: the feeds a region compares with, its steps and its month.

Worked example: `TRAIN: {title: 火车出行记录, evidence: life, window: period, columns: {required: [id_number]}, …}` says that
a train journey inside the certification period proves life.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from jubao.policy.schema.common import Confidence, Dated, Strict

Evidence = Literal["life", "loss", "none"]
Nature = Literal["death", "custody", "benefit", "status", "presence", "mark", "money", "query"]
Window = Literal["period", "calendar_year", "window", "none"]


class SourceColumns(Strict):
    """Canonical columns of a feed. `any_of` lists groups of which one must be there."""

    required: list[str] = Field(default_factory=list)
    any_of: list[list[str]] = Field(default_factory=list)
    optional: list[str] = Field(default_factory=list)


class CountsWhen(Strict):
    """Which rows of a feed are evidence at all; no condition means that every row is."""

    min_age_years: int | None = None
    critical: bool | None = None
    reason: list[str] | None = None
    mark: list[Literal["dead", "missing", "in_prison"]] | None = None
    custody_table: bool | None = None
    relations: list[str] | None = None
    register_status: list[Literal["alive", "dead", "cancelled", "moved_out"]] | None = None
    mark_by_scheme: dict[str, list[Literal["dead", "missing", "in_prison"]]] | None = None
    after_benefit_start: bool | None = None


class Source(Strict):
    """One feed a region understands; without `from` it was always in use."""

    starts: date | None = Field(default=None, alias="from")
    ends: date | None = Field(default=None, alias="to")
    title: str = Field(min_length=1)
    department: str | None = None
    evidence: Evidence
    nature: Nature
    schemes: list[str] = Field(min_length=1)
    clauses: list[str] = Field(default_factory=list)
    window: Window
    columns: SourceColumns
    aliases: dict[str, list[str]] = Field(default_factory=dict)
    ceiling_ppm: int | None = Field(default=None, ge=0, le=1_000_000)
    counts_when: CountsWhen | None = None
    blank: Literal["counts", "ignored"] = "counts"
    every: Literal["month", "year", "on_request"] | None = None
    level: Literal["national", "province", "city", "county"] | None = None
    planned_for: str | None = None
    default: bool = False
    source: str | None = None
    confidence: Confidence | None = None
    note: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the feed is in use on that day."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)


class Deadline(Strict):
    """How long a step may take."""

    count: int = Field(ge=0)
    unit: Literal["working_day", "calendar_day", "month", "year", "month_end"]


class Step(Strict):
    """One step of a workflow: who does it at which level, with what in hand, in what time."""

    step: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    level: Literal["province", "city", "county", "district", "township", "village", "bank", "person"]
    also_levels: list[Literal["city", "district", "township", "village"]] = Field(default_factory=list)
    post: str = Field(min_length=1)
    deadline: Deadline | None = None
    materials: list[str] = Field(default_factory=list)
    clause: str | None = None
    note: str | None = None


class Workflow(Dated):
    """One dated version of the steps of a case kind."""

    steps: list[Step] = Field(min_length=1)
    clause: str | None = None
    source: str = Field(min_length=1)
    confidence: Confidence
    default: bool = False
    note: str | None = None


class CalendarEntry(Dated):
    """One recurring date of the month or year: list check, SMS, confirmation, statistics, payment days."""

    title: str = Field(min_length=1)
    day_from: int | None = Field(default=None, ge=1, le=31)
    day_until: int | None = Field(default=None, ge=1, le=31)
    month: int | None = Field(default=None, ge=1, le=12)
    working_days: int | None = Field(default=None, ge=0)
    clause: str | None = None
    source: str = Field(min_length=1)
    confidence: Confidence
    default: bool = False
    note: str | None = None


class CaseEntry(Strict):
    """One worked example: what is given, for which month, what must come out, and who says so."""

    name: str = Field(min_length=1)
    requirements: list[str] = Field(default_factory=list)
    rule: str = Field(min_length=1)
    given: dict[str, Any]
    month: str | None = None
    expect: Any
    source: str = Field(min_length=1)
    differs: str | None = None
    note: str | None = None


class CoverageEntry(Strict):
    """Where a requirement lives: `by` names the code, `faces` what a user touches, or why there is neither."""

    area: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    demand: str = Field(min_length=1)
    by: list[str] = Field(default_factory=list)
    faces: list[str] = Field(default_factory=list)
    planned_for: str | None = None
    not_computable: str | None = None
    note: str | None = None
