"""Opening the feeds of a comparison: a department's file with the columns of its source, or a folder imported before.

Worked example: `open_feed_input(plan, plan.source("CREMATION"), Path("火化.xls"), {})` finds 逝者姓名 and 火化日期, because
the source names these headers before those that every list may have.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jubao.matching.plan import FeedSource, Plan
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input


def open_feed_input(plan: Plan, source: FeedSource, path: Path, mapping: Mapping[str, str]) -> Input:
    """A feed with the columns of its source. Raises InputRefused when one is missing."""
    columns = source.definition.columns
    return open_input(
        path,
        aliases=_aliases(plan, source),
        required=columns.required,
        any_of=columns.any_of,
        optional=columns.optional,
        mapping=dict(mapping),
    )


def _aliases(plan: Plan, source: FeedSource) -> dict[str, tuple[str, ...]]:
    """The source's own headers before those every list may have."""
    common = dict(plan.pack.header_aliases())
    for name, headers in source.definition.aliases.items():
        common[name] = tuple(dict.fromkeys([*headers, *common.get(name, ())]))
    return common
