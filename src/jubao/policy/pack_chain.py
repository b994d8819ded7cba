"""What every part of a pack stands on: the chain of folders from the nation to the region, and the days it covers.

Worked example: for 綦江 the chain is 000000 → 500000 → 500110, and `pack_hash` is the SHA-256 over every file of the three.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property

from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy.pack_files import PackFiles


class PackChain:
    """The folders of a region's pack, its parents first; the nearest one wins, day by day."""

    def __init__(self, chain: list[PackFiles]) -> None:
        self.chain = chain
        self.head = chain[-1].head
        self.code, self.slug = self.head.code, self.head.slug
        self.name, self.status = self.head.name, self.head.status

    def __repr__(self) -> str:
        return f"<Pack {self.code} {self.name}>"

    @property
    def title(self) -> str:
        """Name and code, as messages show a region."""
        return f"{self.name}（{self.code}）"

    @cached_property
    def pack_hash(self) -> str:
        """SHA-256 over the names and contents of every file of the chain, from the nation down."""
        digest = hashlib.sha256()
        for files in self.chain:
            files.feed_hash(digest)
        return digest.hexdigest()

    def covers(self, on: date | Month) -> bool:
        """Whether the pack answers for that day or month at all."""
        first, last = (on.first_day, on.last_day) if isinstance(on, Month) else (on, on)
        covered = self.head.covers
        return covered.starts <= last and (covered.ends is None or first <= covered.ends)

    def require_covers(self, on: date | Month) -> None:
        """Raises NotCovered when the pack does not answer for that day or month."""
        if not self.covers(on):
            message = _("政策包 {title} 不适用于 {on}：适用期为 {starts} 至 {ends}。").format(
                on=on, **self._span_words()
            )
            raise NotCovered("MONTH_NOT_COVERED", message, remedy=_("请核对地区和月份。"))

    def _span_words(self) -> dict[str, str]:
        covered = self.head.covers
        return {
            "title": self.title,
            "starts": str(covered.starts),
            "ends": str(covered.ends) if covered.ends else _("今"),
        }
