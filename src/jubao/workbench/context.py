"""What every page of the desk knows: who is logged in, at which post and place, the menu, the language.

Worked example: 李静, 复核岗, 某区 stand at the top right; the menu holds what a reviewer may open. Who it is and where comes
from the door (`access`); the menu of the same posts on the same page is drawn once per process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from jubao.database.actor import Actor
from jubao.kernel.text import language
from jubao.staff.posts import POSTS
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import Place, is_open_to, permissions
from jubao.workbench.menu import has_queries, shown

PARENTS = {
    "person": "people",
    "case": "inbox",
    "payment-run": "payment-runs",
    "standing-list": "standing-lists",
    "job": "jobs",
}
"""Pages without an entry of their own stand under this one in the menu."""


def desk(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html; without a logged-in officer only the language."""
    spoken = language()
    known: dict[str, Any] = {"language": spoken, "page_language": "en" if spoken == "en" else "zh-CN"}
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return known
    place: Place = getattr(request, "place", Place())
    here = request.resolver_match.url_name or "" if request.resolver_match else ""
    here = PARENTS.get(here, here)
    query = request.GET.urlencode() if has_queries(here) else ""
    return known | {
        "actor": actor,
        "may": May(actor.posts, place.level),
        "menu": _menu(actor.posts, place.level, pack_code_of(actor.scope), here, query, spoken),
        "place_name": place.name,
        "post_names": [POSTS[code].name for code in sorted(actor.posts) if code in POSTS],
    }


@dataclass(frozen=True)
class May:
    """What the reader's post may open: `{% if may.person_change %}` asks for the route `person-change`."""

    posts: frozenset[str]
    level: str

    def __getitem__(self, name: str) -> bool:
        """Raises LookupError for a route that does not stand in the matrix, so that no misspelling hides a button."""
        route = name.replace("_", "-")
        if route not in permissions():
            raise LookupError(f"{route} stands not in the permission matrix")
        return is_open_to(self.posts, self.level, route)


@lru_cache(maxsize=1024)
def _menu(
    posts: frozenset[str], level: str, pack_code: str, here: str, query: str, spoken: str
) -> SafeString:
    """The menu as it is drawn; `spoken` is the language that it is drawn in."""
    groups = shown(lambda route: is_open_to(posts, level, route), pack_code, here, query)
    return render_to_string("workbench/components/menu.html", {"menu": groups})
