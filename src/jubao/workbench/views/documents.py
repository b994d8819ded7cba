"""One stored document, shown or downloaded, only to whom its place belongs.

Worked example: `/workbench/documents/0199…/` answers the scan of an identity card with its content type, never cached.
"""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.people.models import Enrolment
from jubao.services.access.log import access_record
from jubao.services.cases.material_words import MATERIALS
from jubao.services.documents.store import document_open
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of
from jubao.workbench.words import fields, tables

SHOWN = ("image/png", "image/jpeg", "application/pdf")


@page("document")
def show(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The bytes; pictures and PDF are shown in place, everything else is a download."""
    found = Document.objects.filter(pk=document_id).first()
    actor = actor_of(request)
    if found is None or not _is_inside(found, actor):
        raise Http404
    access_record(
        actor=actor,
        person_id=found.person_id,
        fields=[f"document:{found.pk}"],
        purpose="查看材料",
        case_id=found.case_id,
    )
    if found.content_type == "application/json":
        return _readable(request, found)
    is_shown = found.content_type in SHOWN
    answer = HttpResponse(
        document_open(found.pk), content_type=found.content_type if is_shown else "application/octet-stream"
    )
    answer["Content-Disposition"] = content_disposition_header(not is_shown, found.name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    answer._csp_exempt = True  # type: ignore[attr-defined]  # the viewer of PDF is a plug-in of the browser
    return answer


def _readable(request: HttpRequest, document: Document) -> HttpResponse:
    """What the system itself kept as evidence, as fields and tables instead of its storage form."""
    kept = json.loads(document_open(document.pk))
    known = {
        "document": document,
        "fields": fields(kept),
        "tables": tables(kept),
        "heading": MATERIALS.get(document.document_class, document.name),
    }
    return render(request, "workbench/document.html", known)


def _is_inside(document: Document, actor: Actor) -> bool:
    """Whether the case or the person of a document lies in the officer's place."""
    if (
        document.case_id
        and Case.objects.filter(pk=document.case_id, division_path__startswith=actor.scope).exists()
    ):
        return True
    if document.person_id is None:
        return False
    enrolled = Enrolment.objects.filter(person_id=document.person_id, division_path__startswith=actor.scope)
    return enrolled.exists()
