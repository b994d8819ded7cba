"""`pack.yaml` and `documents/*.yaml`: whose pack it is and which texts it rests on.

Worked example: 綦江 is `code: "500110"`, `parent: "500000"`; its document 綦社险〔2024〕1号 has the prefix QJ and is in
effect from 2024-01-03. A document without an effective date is refused (CQ-26-1).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from jubao.kernel.text import _
from jubao.policy.schema.common import Confidence, Dated, Strict


class Covers(Dated):
    """The days for which the pack answers at all."""


class PackHead(Strict):
    """The identity of a pack; `code` is the division code of GB/T 2260 or 000000 for the nation."""

    code: str = Field(pattern=r"^\d{6}$")
    slug: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    aliases: list[str] = Field(default_factory=list)
    parent: str | None = Field(default=None, pattern=r"^\d{6}$")
    covers: Covers
    last_verified_on: date
    known_as_of: date | None = None
    status: Literal["in force", "draft"]
    note: str | None = None
    reserves: list[str] = Field(
        default_factory=list,
        description="beginnings of setting keys, or `sources`, that packs below may use and not change (CQ-11-5)",
    )


class Effective(Dated):
    """From when a document is in effect, who says so and how sure that is."""

    source: str = Field(min_length=1)
    confidence: Confidence


class DocumentHead(Strict):
    """Everything of a document but its articles."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    prefix: str | None = Field(default=None, pattern=r"^[A-Z]+[A-Z0-9-]*$")
    number: str = Field(min_length=1)
    title: str = Field(min_length=1)
    issuer: str = Field(min_length=1)
    interpreter: str | None = None
    issued_on: date | None = None
    publication: str | None = None
    effective: Effective
    status: Literal["in force", "draft_for_comment", "replaced", "repealed"]
    base: list[str] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)


class ClauseEntry(Strict):
    """One clause. A `quote` is literal; a `fact` is our own sentence where the text itself was not read word for word.

    A clause without `id` makes no demand of its own and needs no coverage.
    """

    id: str | None = Field(default=None, pattern=r"^[A-Z]+(-[A-Za-z0-9.]+)+$")
    quote: str | None = Field(default=None, min_length=1)
    fact: str | None = Field(default=None, min_length=1)
    simplified: str | None = None
    confidence: Confidence | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _quote_or_fact(self) -> ClauseEntry:
        if (self.quote is None) == (self.fact is None):
            raise ValueError(_("quote（原文）与 fact（转述）须恰有一个"))
        return self

    @property
    def words(self) -> str:
        """The quotation, or the fact as told."""
        return self.quote or self.fact or ""


class Article(Strict):
    """One article of a document with its clauses, in the order of the text."""

    article: str = Field(min_length=1)
    clauses: list[ClauseEntry]


class DocumentFile(DocumentHead):
    """A whole document file."""

    articles: list[Article] = Field(default_factory=list)
