"""What a pack answers: a value with its source, a gap that says what is missing, a setting with its clause.

Worked example: `pack.find_parameter("funeral_grant_fixed_fen", Month(2024, 5))` in Songshan is a Gap whose `what` is
丧葬补助金标准 and whose `why` says that the text names no amount; nothing turns it into zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jubao.kernel.citation import Citation
from jubao.kernel.month import Month
from jubao.policy.schema.common import NOT_LAW, Confidence

Citing = Callable[[str], Citation]


@dataclass(frozen=True)
class Clause:
    """One clause of a text: its id, its document and article, and a short literal quotation."""

    id: str
    document: str
    article: str
    quote: str
    document_id: str


@dataclass(frozen=True)
class ParameterValue:
    """The value of a parameter for a month; the months it holds for are both included, None is open."""

    name: str
    value: Any
    unit: str
    source: str
    confidence: Confidence
    date_confidence: Confidence | None
    clause: str | None
    pack_code: str
    from_month: Month
    until_month: Month | None
    note: str | None = None

    @property
    def is_law(self) -> bool:
        """False for what is only remembered or a default; it must never be shown as law."""
        return not {self.confidence, self.date_confidence} & NOT_LAW


@dataclass(frozen=True)
class Gap:
    """No value: what is missing, why, and whether the pack itself declares it."""

    name: str
    what: str
    why: str
    clause: str | None
    pack_code: str
    declared: bool = True


@dataclass(frozen=True)
class SettingValue:
    """The value of a setting on a day. `is_default` means that no text says so and that it may be changed."""

    key: str
    value: Any
    clause: str | None
    source: str
    confidence: Confidence
    is_default: bool
    pack_code: str
    note: str | None = None
    _cite: Citing | None = field(default=None, repr=False, compare=False)

    @property
    def citation(self) -> Citation | None:
        """Document number and article; None where no clause stands behind the setting."""
        return self._cite(self.clause) if self.clause and self._cite else None

    @property
    def document(self) -> str | None:
        """The number of the document the clause belongs to."""
        citation = self.citation
        return citation.document if citation else None

    @property
    def is_law(self) -> bool:
        """False for a default and for what is only remembered."""
        return not self.is_default and self.confidence not in NOT_LAW


_HEAD = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_TITLE = re.compile(r"<!--\s*title:\s*([^;]+?)\s*(?:;|-->)")


@dataclass(frozen=True)
class Notice:
    """The wording of a notice with its named placeholders, in the order they occur."""

    name: str
    text: str
    placeholders: tuple[str, ...]
    pack_code: str

    @property
    def title(self) -> str:
        """The title in the head of the file; the name where it has none."""
        found = _TITLE.match(self.text)
        return found.group(1).strip() if found else self.name

    @property
    def words(self) -> str:
        """What people read: the text without the head for those who keep the pack."""
        return _HEAD.sub("", self.text).strip()
