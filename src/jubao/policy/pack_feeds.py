"""The feeds a region compares with, and the words people write in headers and cells.

Worked example: `pack.header_aliases("SENTENCE")["event_on"]` begins with 判决日期, the feed's own word; without a feed the plain
words come first.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from jubao.policy.pack_chain import PackChain
from jubao.policy.schema.feeds import Source


class PackFeeds(PackChain):
    """Feeds and words of a pack."""

    @cached_property
    def all_sources(self) -> dict[str, Source]:
        """Every feed of the chain by SOURCE code; the nearest pack's definition replaces the whole entry."""
        return {code: source for files in self.chain for code, source in files.sources.items()}

    def sources(self, on: date) -> dict[str, Source]:
        """The feeds in use on a day."""
        return {code: source for code, source in self.all_sources.items() if source.holds_on(on)}

    def header_aliases(self, source: str | None = None) -> dict[str, tuple[str, ...]]:
        """Canonical column → the headers people write for it, the plainest first.

        Without a source: the general words (nearest pack first), then those of every feed. With one: that feed's own
        words, then the general ones, so that its 判决日期 does not hide behind another feed's 火化日期.
        """
        general = [files.aliases for files in reversed(self.chain)]
        if source is not None:
            tables = [self.all_sources[source].aliases, *general]
        else:
            tables = [*general, *(feed.aliases for feed in self.all_sources.values())]
        found: dict[str, list[str]] = {}
        for table in tables:
            for canonical, headers in table.items():
                found.setdefault(canonical, []).extend(headers)
        return {canonical: tuple(dict.fromkeys(headers)) for canonical, headers in sorted(found.items())}

    def value_aliases(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Canonical column → canonical value → accepted spellings; the nearest pack's spellings come first."""
        found: dict[str, dict[str, list[str]]] = {}
        for files in reversed(self.chain):
            for column, values in files.values.items():
                for value, spellings in values.items():
                    found.setdefault(column, {}).setdefault(value, []).extend(spellings)
        return {
            column: {value: tuple(dict.fromkeys(spellings)) for value, spellings in values.items()}
            for column, values in found.items()
        }
