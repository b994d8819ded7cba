"""What every page of the desk knows: who is logged in, at which post and place, the menu, the language.

Worked example: 李静, 复核岗, 某区 stand at the top right; the menu holds what a reviewer may open.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jubao.database.actor import Actor
from jubao.kernel.text import language
from jubao.people.models import Division
from jubao.staff.models import Post
from jubao.workbench.access import may_open
from jubao.workbench.menu import shown

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
    known: dict[str, Any] = {"language": language(), "page_language": "en" if language() == "en" else "zh-CN"}
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return known
    here = request.resolver_match.url_name or "" if request.resolver_match else ""
    return known | {
        "actor": actor,
        "menu": shown(lambda route: may_open(actor, route), PARENTS.get(here, here), request.GET.urlencode()),
        "place_name": place_name(actor.scope),
        "post_names": post_names(actor.posts),
    }


def place_name(scope: str) -> str:
    """The name of the place an officer works for."""
    found = (
        Division.objects.filter(path=scope, valid_until__isnull=True).values_list("name", flat=True).first()
    )
    return found or ""


def post_names(codes: frozenset[str]) -> list[str]:
    """The names of posts, in the order of the catalogue's codes."""
    return list(Post.objects.filter(code__in=codes).order_by("code").values_list("name", flat=True))
