"""公示宣传: what is to be posted where, from when until when, and that it hangs, with the photo.

Worked example: the township chooses three villages and a week; the assistant of 新民村 sees the notice, hangs it up, sends the
photo; the township sees the board, the day and the photo.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.kernel.text import _
from jubao.notices.models import PublicNotice
from jubao.people.models import Division
from jubao.services.documents.store import document_open
from jubao.services.notices.public_notices import (
    LEVELS,
    public_notice_make,
    public_notice_post,
    public_notices,
)
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.papers import pdf_answer
from jubao.workbench.reads.places import place_names
from jubao.workbench.sent import day_of, key_of

SHOWN = 200


@page("public-notices")
def index(request: HttpRequest) -> HttpResponse:
    """The notices of the place; the form for whoever makes them."""
    actor, on = actor_of(request), today()
    rows = list(public_notices(actor.scope)[:SHOWN])
    names = place_names([one.division_path for one in rows])
    may_make = may_open(actor, "public-notice-make")
    places = Division.objects.filter(path__startswith=actor.scope, level__in=LEVELS, valid_until__isnull=True)
    known = {
        "heading": _("公示宣传"),
        "rows": [
            (one, names.get(one.division_path, ""), one.until_on - timedelta(days=1),
             one.posted_on is None and one.from_on <= on < one.until_on, one.posted_on is None and one.from_on < on)
            for one in rows
        ],
        "may_make": may_make, "places": places.order_by("code")[:SHOWN] if may_make else [],
        "kinds": PublicNotice.Kind.choices, "may_post": may_open(actor, "public-notice-post"), "today": on, "key": uuid4(),
    }  # fmt: skip
    return render(request, "workbench/offices/public_notices.html", known)


@page("public-notice-make")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Have a notice posted in villages."""
    sent = request.POST

    def run() -> list[PublicNotice]:
        last = day_of(sent.get("last_on", ""))
        return public_notice_make(
            actor=actor_of(request), kind=sent.get("kind", ""), title=sent.get("title", ""), text=sent.get("text", ""),
            from_on=day_of(sent.get("from_on", "")), until_on=last + timedelta(days=1), places=sent.getlist("place"),
            key=key_of(sent.get("key", "")),
        )  # fmt: skip

    made = attempt(request, run)
    if made is not None:
        messages.success(request, _("已通知 {count} 个村社张贴。").format(count=len(made)))
    return redirect("public-notices")


@page("public-notice-post")
@require_POST
def post(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """It hangs: the board and the photo."""
    photo = request.FILES.get("photo")
    done = attempt(
        request,
        lambda: public_notice_post(
            actor=actor_of(request), notice_id=notice_id, place=request.POST.get("place", ""),
            photo=photo.read() if photo else None, name=str(photo.name) if photo else "", today=today(),
        ),
    )  # fmt: skip
    if done is not None:
        messages.success(request, _("已登记张贴。"))
    return redirect("public-notices")


@page("public-notice-photo")
def photo(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The photo of the board."""
    found = public_notices(actor_of(request).scope).filter(pk=notice_id, photo__isnull=False).first()
    if found is None or found.photo is None:
        raise Http404
    return pdf_answer(document_open(found.photo.pk), found.photo.name, found.photo.content_type)
