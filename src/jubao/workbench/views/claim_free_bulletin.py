"""汇总与通报: freeze the figures of a month, make the bulletin, publish it to the townships.

Worked example: on the 25th the office presses 汇总 and 生成通报; a township sees the bulletin once it is published, and only its
own figures before.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from jubao.claim_free.models import Bulletin
from jubao.database.unit_of_work import read_scope
from jubao.facts.claim_free_figures import with_ranks
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.cases.kinds import level_of
from jubao.services.claim_free.month_tasks import SUMMARISE, dated_tasks
from jubao.services.claim_free.programme import district_of
from jubao.services.claim_free.statistics import latest_month
from jubao.services.claim_free.summary import (
    bulletin_make,
    bulletin_publish,
    figures_of,
    ranking,
    summaries,
    summary_freeze,
)
from jubao.services.documents.store import document_open
from jubao.staff.regions import pack_code_of, pack_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.views.claim_free_programme import month_of
from jubao.workbench.views.claim_free_statistics import months_asked


@page("claim-free-bulletin")
def bulletin(request: HttpRequest) -> HttpResponse:
    """Freeze, make, publish; the stored figures, and the bulletins of former months."""
    actor, on = actor_of(request), today()
    month = months_asked(request, latest_month(actor.scope, on))[1]
    code, district = pack_code_of(actor.scope), district_of(actor.scope)
    if request.method == "POST":
        return _bulletin_step(request, code, month)
    is_office = level_of(actor.scope) == "district"
    made = Bulletin.objects.filter(district_code=code).order_by("-month")
    shown = made if is_office else made.filter(published_at__isnull=False)
    is_open = is_office or shown.filter(month=month).exists()
    with read_scope(district if is_open else actor.scope):
        stored = {one.division_path: one for one in summaries(code, month)}
        rows = with_ranks(ranking(code, month)) if is_open else []
    whole = stored.get(district if is_open else actor.scope)
    entry = next(
        (one for one in dated_tasks(pack_of(actor.scope), Month.from_index(month)) if one.key == SUMMARISE),
        None,
    )
    known = {
        "heading": "汇总与通报",
        "month": Month.from_index(month),
        "window": entry,
        "whole": figures_of(whole) if whole else None,
        "frozen_at": whole.frozen_at if whole else None,
        "rows": rows,
        "bulletin": shown.filter(month=month).first(),
        "bulletins": [(one, Month.from_index(one.month)) for one in shown[:24]],
        "may_make": is_office and "handler" in actor.posts,
    }  # fmt: skip
    return render(request, "workbench/programme/bulletin.html", known)


def _bulletin_step(request: HttpRequest, code: str, month: int) -> HttpResponse:
    actor, on, do = actor_of(request), today(), request.POST.get("do", "")
    month = month_of(request.POST.get("month", ""), month)
    found = Bulletin.objects.filter(district_code=code, month=month).first()
    steps = {
        "freeze": (
            lambda: summary_freeze(actor=actor, district_code=code, month=month, today=on, now=now()),
            _("已汇总；以后的变动不影响这些数字。"),
        ),
        "make": (
            lambda: bulletin_make(actor=actor, district_code=code, month=month, today=on, now=now()),
            _("通报已生成。"),
        ),
        "publish": (
            lambda: bulletin_publish(
                actor=actor, bulletin_id=found.pk if found else uuid4(), today=on, now=now()
            ),
            _("通报已发布，各镇街可以看到。"),
        ),
    }
    if do not in steps:
        raise Http404
    run, words = steps[do]
    if attempt(request, run) is not None:
        messages.success(request, words)
    return redirect(f"{reverse('claim-free-bulletin')}?month={Month.from_index(month)}")


@page("claim-free-bulletin-file")
def bulletin_file(request: HttpRequest, bulletin_id: UUID) -> HttpResponse:
    """The PDF; a township sees the published ones."""
    actor = actor_of(request)
    is_office = level_of(actor.scope) == "district"
    found = Bulletin.objects.filter(pk=bulletin_id).select_related("document").first()
    if found is None or (found.published_at is None and not is_office):
        raise Http404
    answer = HttpResponse(document_open(found.document_id), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, found.document.name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    answer._csp_exempt = True  # type: ignore[attr-defined]  # the viewer of PDF is a plug-in of the browser
    return answer
