"""人员查询: by initials, name, identity number or personal number. What was typed never stands in an address.

Worked example: a clerk types zgf; the form posts it, the session keeps it, the list is `/workbench/people/`; going back from
a person shows the same list. One single hit opens at once.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.people.search import search_people
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of

TYPED, BEHIND = "people_search", "people_search_after"
LONGEST = 60


@page("people")
def search(request: HttpRequest) -> HttpResponse:
    """Take what was typed, or show what it finds."""
    if request.method == "POST":
        return _typed(request)
    text = request.session.get(TYPED, "")
    trail: list[str] = request.session.get(BEHIND, [""])
    depth = min(_number(request.GET.get("page", "1")), len(trail))
    found = search_people(scope=actor_of(request).scope, text=text, after=trail[depth - 1]) if text else None
    if found and found.after and depth == len(trail):
        request.session[BEHIND] = [*trail, found.after]
    known = {
        "text": text,
        "found": found,
        "next_page": depth + 1 if found and found.after else 0,
        "previous_page": depth - 1,
        "heading": "人员查询",
    }
    return render(request, "workbench/people.html", known)


def _typed(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("q", "").strip()[:LONGEST]
    request.session[TYPED], request.session[BEHIND] = text, [""]
    if text:
        found = search_people(scope=actor_of(request).scope, text=text, limit=2)
        if len(found.people) == 1:
            return redirect("person", found.people[0].person_id)
    return redirect("people")


def _number(text: str) -> int:
    return max(int(text), 1) if text.isdigit() else 1
