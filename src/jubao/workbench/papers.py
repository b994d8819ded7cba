"""A stored document as an answer of the desk: shown in place, never cached, the look written down.

Worked example: the scan of an identity card of a case comes as `image/jpeg` inline; nothing with that key is a 404.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.database.actor import Actor
from jubao.kernel.text import _
from jubao.services.access.log import access_record
from jubao.services.claim_free.confirmation_batch import CLASS as BATCH
from jubao.services.claim_free.forms import confirmation_form_pdf
from jubao.services.documents.store import document_open


def shown_document(actor: Actor, document_id: UUID | None, case: Case) -> HttpResponse:
    """The document of a case that the caller has found the officer may see."""
    found = Document.objects.filter(pk=document_id).first() if document_id else None
    if found is None:
        raise Http404
    access_record(
        actor=actor, person_id=case.person_id, fields=[f"document:{found.pk}"], purpose=_("查看材料"), case_id=case.pk
    )  # fmt: skip
    return pdf_answer(document_open(found.pk), found.name, found.content_type)


def shown_form(actor: Actor, form: ConfirmationForm, case: Case) -> HttpResponse:
    """The form of a case; out of a village's file it is set again alone, with the same contents."""
    if form.document is None or form.document.document_class != BATCH:
        return shown_document(actor, form.document_id, case)
    access_record(
        actor=actor,
        person_id=case.person_id,
        fields=[f"form:{form.number}"],
        purpose=_("查看材料"),
        case_id=case.pk,
    )
    return pdf_answer(confirmation_form_pdf(form.contents), f"{form.number}.pdf")


def pdf_answer(content: bytes, name: str, content_type: str = "application/pdf") -> HttpResponse:
    """Bytes shown in place."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    answer["Cache-Control"] = "private, no-store"
    answer._csp_exempt = True  # type: ignore[attr-defined]  # the viewer of PDF is a plug-in of the browser
    return answer
