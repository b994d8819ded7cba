"""The reviewed matrix of who may open which page: read from a file, asked by pages, menu and API.

Worked example: the line `payment-run-send: [finance_officer]` lets 财务岗 through and refuses everybody else; `grants:
{posts: [system_keeper, auditor], levels: [city, province]}` also asks at which level the post stands. A route that the file
does not name is refused to all (and a test fails).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from jubao.staff.posts import POSTS

PUBLIC, API, OFFICER = "public", "api", "officer"
WORDS = frozenset({PUBLIC, API, OFFICER})


@dataclass(frozen=True)
class Permission:
    """Who may open one route. `word`: public (no log-in), api (proves itself), officer (any live post), or empty: `posts`."""

    word: str = ""
    posts: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()

    def allows(self, posts: frozenset[str], level: str) -> bool:
        """Whether somebody with these posts at a division of this level may."""
        if self.word in (PUBLIC, API):
            return True
        if not posts or (self.levels and level not in self.levels):
            return False
        return self.word == OFFICER or bool(posts & self.posts)


def read_permissions(path: Path) -> Mapping[str, Permission]:
    """The matrix of one file. Raises ValueError for an unknown word, post or level."""
    lines = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {route: _permission(route, line) for route, line in lines.items()}


def _permission(route: str, line: Any) -> Permission:
    if isinstance(line, str):
        if line not in WORDS:
            raise ValueError(f"{route}: {line!r} is none of {sorted(WORDS)}")
        return Permission(word=line)
    table = line if isinstance(line, dict) else {"posts": line}
    posts, levels = table.get("posts", []), table.get("levels", [])
    word = posts if isinstance(posts, str) else ""
    named = frozenset() if word else frozenset(posts)
    known = {level for post in POSTS.values() for level in post.levels}
    if (word and word not in WORDS) or named - set(POSTS) or set(levels) - known or not (word or named):
        raise ValueError(f"{route}: unknown posts or levels in {line!r}")
    return Permission(word, named, frozenset(levels))
