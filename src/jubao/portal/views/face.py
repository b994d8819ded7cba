"""实人认证: begin, take the photo on our page or go to the provider's, fetch the answer ourselves; always another way beside it.

Worked example: a reference verifier: 开始人脸认证 → photo by the front camera → passed → 独子. A government provider: the phone
goes to its page and comes back; nothing that the browser brings back counts, the answer is fetched from the provider.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.portal.access import account_of
from jubao.portal.at import At
from jubao.portal.faces import attempt, now, shown, today
from jubao.portal.views.steps import step
from jubao.portal.words import Refusal
from jubao.residents.models import FaceCheck, FaceSession
from jubao.services.claim_free.online_confirmation import PURPOSE, face_pass
from jubao.services.face import sessions as faces
from jubao.services.face.verifiers import reason_words

LASTS = timedelta(minutes=1)


@step("face", "face")
def face(request: HttpRequest, at: At) -> HttpResponse:
    """Begin, or send the photo; on failure the reason and every other way stand on the same page."""
    if request.method != "POST":
        return _shown(request, at, None, 200)
    photo = request.FILES.get("photo")
    if isinstance(photo, UploadedFile):
        content = photo.read()
        check, problem, status = attempt(lambda: _verified(request, at, content))
        return _answered(request, at, check, problem, status)
    session, problem, status = attempt(lambda: _begun(request, at))
    if session is not None and (where := faces.session_page(session)):
        # No redirect: the policy of contents lets a form lead to this site only, a page may go on elsewhere.
        return shown(
            request,
            "portal/face_go.html",
            title=_("实人认证"),
            at=at,
            course=at.course("face"),
            here=2,
            where=where,
        )
    return _shown(request, at, problem, status)


def _begun(request: HttpRequest, at: At) -> FaceSession:
    if at.online.agreed_at is None:
        raise InputRefused(
            "NOT_AGREED", _("没有勾选同意协议，不能开始人脸认证。"), remedy=_("请先阅读并同意协议。")
        )
    back = request.build_absolute_uri(reverse("portal:face-return", args=[at.online.pk]))
    with read_scope(at.actor.scope):
        session = faces.session_start(
            actor=at.actor, account_id=account_of(request).pk, person_id=at.person.pk, purpose=PURPOSE,
            case_id=at.case.pk, return_url=back, now=now(),
        )  # fmt: skip
    request.session[_key(at)] = str(session.pk)
    return session


def _verified(request: HttpRequest, at: At, content: bytes) -> FaceCheck:
    session = _session(request, at) or _begun(request, at)
    with read_scope(at.actor.scope):
        return faces.session_verify(actor=at.actor, session_id=session.pk, image=content, now=now())


@step("face-return", "face")
def returned(request: HttpRequest, at: At) -> HttpResponse:
    """Back from the provider's page: ask the provider itself."""
    session = _session(request, at)
    if session is None:
        return redirect("portal:face", at.online.pk)
    check, problem, status = attempt(lambda: _fetched(at, session.pk))
    if check is None and problem is None:
        return _shown(request, at, None, 200, is_waiting=True)
    return _answered(request, at, check, problem, status)


def _fetched(at: At, session_id: UUID) -> FaceCheck | None:
    with read_scope(at.actor.scope):
        return faces.session_result(actor=at.actor, session_id=session_id, now=now())


def _answered(
    request: HttpRequest, at: At, check: FaceCheck | None, problem: Refusal | None, status: int
) -> HttpResponse:
    if check is None:
        return _shown(request, at, problem, status)
    if check.outcome != "pass":
        if check.session.finished_at is not None:
            request.session.pop(_key(at), None)
        said = Refusal(
            "FACE_NOT_PASSED", reason_words(check.reason), (), "", _("可以重试，或用下面的其他办法。"), ""
        )
        return _shown(request, at, said, 422)
    request.session.pop(_key(at), None)
    done, problem, status = attempt(
        lambda: face_pass(actor=at.actor, online_id=at.online.pk, check_id=check.pk, today=today(), now=now())
    )
    return (
        _shown(request, at, problem, status)
        if done is None
        else redirect("portal:confirmation", at.online.pk)
    )


def _session(request: HttpRequest, at: At) -> FaceSession | None:
    """The session begun on this phone, as long as it lasts."""
    said = request.session.get(_key(at))
    found = FaceSession.objects.filter(id=said, finished_at__isnull=True).first() if said else None
    return found if found is not None and found.expires_at > now() + LASTS else None


def _key(at: At) -> str:
    return f"face-{at.online.pk}"


def _shown(
    request: HttpRequest, at: At, problem: Refusal | None, status: int, *, is_waiting: bool = False
) -> HttpResponse:
    session = _session(request, at)
    takes_photo = session is not None and not faces.session_page(session)
    return shown(
        request, "portal/face.html", title=_("实人认证"), at=at, course=at.course("face"), here=2, problem=problem, status=status,
        takes_photo=takes_photo, is_waiting=is_waiting, is_available=faces.is_available(),
    )  # fmt: skip
