"""What every file of a pack shares: strict fields, dated periods, the scale of confidence.

Worked example: `{from: 2023-07-01, to: 2024-06-30, source: …, confidence: seed}` is a dated entry whose both ends count;
`to: null` is open, a field nobody defined is refused.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jubao.kernel.text import _

Confidence = Literal[
    "seed", "confirmed", "secondary", "derived", "memory-high", "memory-medium", "memory-low", "default"
]
CONFIDENCE_ORDER: tuple[Confidence, ...] = (
    "seed",
    "confirmed",
    "secondary",
    "derived",
    "memory-high",
    "memory-medium",
    "memory-low",
    "default",
)
"""From the strongest to the weakest; the last two must never be shown to a user as law."""
NOT_LAW: frozenset[str] = frozenset({"memory-low", "default"})


def weakest(confidences: list[Confidence]) -> Confidence:
    """The weakest of some confidences; `seed` for none, since nothing weak was used."""
    return max(confidences, key=CONFIDENCE_ORDER.index, default="seed")


class Strict(BaseModel):
    """A record with exactly the fields that are declared, of exactly the types that are declared."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Dated(Strict):
    """A record that holds from one day to another, both included; `to: null` means no known end."""

    starts: date = Field(alias="from")
    ends: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Dated:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError(
                _("终止日期 {ends} 早于起始日期 {starts}，请改正 from 或 to").format(
                    ends=self.ends, starts=self.starts
                )
            )
        return self
