"""`parameters/*.yaml` and `variants.yaml`: dated numbers with unit and source, and dated settings.

Worked example: `base_pension_fen: {unit: fen_per_month, periods: [{from: 2023-07-01, to: 2024-06-30, value: 13500, source:
渝人社发…, confidence: secondary}, {from: 2024-07-01, to: null, missing: true, what: 基础养老金, why: 未读到公告}]}`.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from jubao.kernel.text import _
from jubao.policy.schema.common import Confidence, Dated, Strict

UNITS = (
    "fen",
    "fen_per_month",
    "fen_per_year",
    "ppm",
    "ppm_per_year",
    "months",
    "years",
    "days",
    "working_days",
    "month_index",
    "day_of_month",
    "count",
    "times",
    "seconds",
    "flag",
    "steps",
    "fen_by_tier_fen",
)
Value = int | list[int] | list[list[int]] | dict[int, int]
"""A parameter is whole numbers only: one, a list, steps of [limit, add], or a map such as tier → subsidy."""


class ParameterPeriod(Dated):
    """One value and its days, or a declared gap that says what is missing and why.

    `finding` declares a value that a check would refuse (a base pension below the national minimum): it is listed instead.
    """

    value: Value | None = None
    missing: bool = False
    what: str | None = None
    why: str | None = None
    source: str | None = None
    clause: str | None = None
    confidence: Confidence | None = None
    date_confidence: Confidence | None = None
    finding: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _value_or_gap(self) -> ParameterPeriod:
        if self.missing:
            if self.value is not None:
                raise ValueError(_("missing: true 与 value 不能并存，请删去其一"))
            if not self.what or not self.why:
                raise ValueError(_("缺项须写明 what（缺什么）和 why（为什么缺）"))
            return self
        if self.value is None:
            raise ValueError(_("没有 value；确实没有来源的，请写 missing: true、what 和 why"))
        if not self.source:
            raise ValueError(_("没有 source（出处），请写明依据的文件或网页"))
        if self.confidence is None:
            raise ValueError(_("没有 confidence（可信度），请从 seed 到 default 中选一个"))
        return self


class ParameterEntry(Strict):
    """All periods of one parameter. `planned_for` explains why nothing names it yet."""

    unit: str | None = None
    import_name: str | None = None
    planned_for: str | None = None
    note: str | None = None
    periods: list[ParameterPeriod] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_unit(self) -> ParameterEntry:
        if self.unit not in UNITS:
            raise ValueError(
                _("unit（单位）为 {unit!r}，应是 {UNITS} 之一").format(unit=self.unit, UNITS="、".join(UNITS))
            )
        return self


class SettingPeriod(Dated):
    """One value of a setting. `default: true` marks what no text says: not law, may be changed."""

    value: Any
    clause: str | None = None
    source: str = Field(min_length=1)
    confidence: Confidence
    date_confidence: Confidence | None = None
    default: bool = False
    note: str | None = None
