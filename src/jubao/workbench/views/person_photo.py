"""基准照片: the photo a face is compared with, taken or replaced with its source and reason; who looked at each photo.

Worked example: 受理岗 opens the page of 张*芳, sees that no photo is there, takes one at the counter, writes 首次采集 and saves;
the picture itself opens only through the viewer of documents, and each opening stands below with name and time.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.oversight.models import AccessEvent
from jubao.residents.models import ReferencePhoto
from jubao.services.access.log import access_record
from jubao.services.face.reference_photos import SOURCES, reference_photo_set
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads import person
from jubao.workbench.reads.people_names import officer_names
from jubao.workbench.views.person import PURPOSE, TABS

BY_OFFICER = ("officer", "card_system")
"""What an officer may put in by hand; the template collection puts its own photos in."""
LOOKS = 50


@page("person-photo")
def show(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The photos of a person, newest first; a new one ends the one before."""
    actor = actor_of(request)
    enrolment = person.enrolment_of(actor, person_id)
    if enrolment is None:
        raise Http404
    if request.method == "POST":
        if attempt(request, lambda: _kept(request, person_id)):
            messages.success(request, _("照片已保存，从今天起用它比对。"))
        return redirect("person-photo", person_id)
    head, _none = person.head_of(enrolment, today())
    access_record(actor=actor, person_id=person_id, fields=["person-photo"], purpose=PURPOSE)
    photos = list(ReferencePhoto.objects.filter(person_id=person_id).order_by("-from_on", "-id"))
    looks = _looks(person_id, photos)
    names = officer_names([*(one.taken_by_id for one in photos), *(one.natural_person_id for one in looks)])
    known = {
        "head": head, "enrolment": enrolment, "person": head.person, "tab": "person-photo", "tabs": TABS, "today": today(),
        "photos": [(one, SOURCES.get(one.source, one.source), names.get(one.taken_by_id, "")) for one in photos],
        "looks": [(one, names.get(one.natural_person_id, "")) for one in looks],
        "sources": [(code, SOURCES[code]) for code in BY_OFFICER],
    }  # fmt: skip
    return render(request, "workbench/person/photo.html", known)


def _kept(request: HttpRequest, person_id: UUID) -> ReferencePhoto:
    given, source = request.FILES.get("file"), request.POST.get("source", "")
    if given is None:
        raise InputRefused("FILE_MISSING", _("没有选择照片。"), remedy=_("请拍照或选择一张照片。"))
    return reference_photo_set(
        actor=actor_of(request), person_id=person_id, content=given.read(), from_on=today(),
        source=source if source in BY_OFFICER else "", reason=request.POST.get("reason", ""),
    )  # fmt: skip


def _looks(person_id: UUID, photos: list[ReferencePhoto]) -> list[AccessEvent]:
    """Who opened one of the photos, newest first."""
    opened = [f"document:{one.document_id}" for one in photos]
    found = AccessEvent.objects.filter(person_id=person_id, fields__in=opened, was_refused=False)
    return list(found.order_by("-id")[:LOOKS])
