"""Authentication by face: a session for one person and purpose, each check recorded, the answer always ours to fetch.

Worked example: 张桂芳's daughter holds the phone: `session_start(…, person_id=mother, purpose="claim_free", …)`. With a
provider that has its own page the phone goes to `session_page(session)` and `session_result` asks the provider itself;
otherwise `session_verify` compares a photo taken on our page with the reference photo. Three failures end a session;
another way is always named.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from jubao.database.actor import Actor
from jubao.kernel.dates import add_months
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.people.models import Person
from jubao.people.numbers import numbers_of
from jubao.residents.models import FaceCheck, FaceSession
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.documents.images import image_cleaned, image_store
from jubao.services.documents.store import document_open
from jubao.services.face.choice import verifier, verifier_named, ways
from jubao.services.face.reference_photos import reference_photo_of
from jubao.services.face.verifiers import FAIL, MANUAL, PASS, Subject, Verdict, Verifier, face_off, other_ways
from jubao.staff.regions import pack_of

SESSION_MINUTES = 15
MOST_CHECKS = 8
MOST_FAILURES = 3
MOST_FAILURES_A_DAY = 9
PROBE_YEARS = 3


class FaceRefused(DomainError):
    """A session that cannot be used; nothing was checked."""

    exit_code = 1


def is_available() -> bool:
    """Whether this site has a verifier at all; where not, pages show the other ways at once."""
    return bool(ways())


def session_start(
    *,
    actor: Actor,
    person_id: UUID,
    purpose: str,
    account_id: UUID | None = None,
    case_id: UUID | None = None,
    return_url: str = "",
    now: datetime,
) -> FaceSession:
    """Begin an authentication of one person.

    Raises OutsideUnavailable FACE_OFF, FACE_SERVICE_DOWN; FaceRefused FACE_TRIES_USED.
    """
    chosen = verifier(now, has_photo=reference_photo_of(person_id, now.date()) is not None)
    if chosen is None:
        raise face_off()
    _refuse_many(person_id, now)
    token = secrets.token_urlsafe(24)
    chosen.start(token, _subject(person_id), purpose=purpose, return_url=return_url)
    with inside_unit(actor, "face_session_start"):
        return FaceSession.objects.create(
            account_id=account_id, officer_id=actor.officer_id, person_id=person_id, purpose=purpose, case_id=case_id,
            provider=chosen.name, token=token, started_at=now, expires_at=now + timedelta(minutes=SESSION_MINUTES),
        )  # fmt: skip


def session_page(session: FaceSession) -> str:
    """The provider's page the phone goes to; empty where the photo is taken on ours."""
    chosen = verifier_named(session.provider, session.started_at)
    return chosen.page(session.token) if chosen.has_own_page else ""


def session_verify(*, actor: Actor, session_id: UUID, image: bytes, now: datetime) -> FaceCheck:
    """Compare a photo taken now with the reference photo.

    Raises InputRefused of `image_cleaned`; FaceRefused FACE_SESSION_FOREIGN, FACE_SESSION_OVER, FACE_TRIES_USED;
    OutsideUnavailable.
    """
    session, chosen = _usable(actor, session_id, now)
    if chosen.has_own_page:
        raise FaceRefused(
            "FACE_OWN_PAGE", _("请在认证服务的页面上完成人脸认证。"), remedy=_("请返回上一步重新开始。")
        )
    probe = image_cleaned(image)
    reference = reference_photo_of(session.person_id, now.date())
    if reference is None:
        verdict = Verdict(MANUAL, "no_reference_photo")
    else:
        verdict = chosen.verify(document_open(reference.document_id), probe)
    return _recorded(actor, session, verdict, now, probe)


def session_result(*, actor: Actor, session_id: UUID, now: datetime) -> FaceCheck | None:
    """Fetch the provider's answer ourselves; None while it has none. What the browser brings back is never read."""
    kept = FaceCheck.objects.filter(session_id=session_id).order_by("at").last()
    if kept is not None and kept.session.finished_at is not None:
        _refuse_foreign(actor, kept.session)
        return kept
    session, chosen = _usable(actor, session_id, now)
    verdict = chosen.result(session.token, _subject(session.person_id))
    return _recorded(actor, session, verdict, now) if verdict else None


def passed_check(
    *, person_id: UUID, purpose: str, case_id: UUID | None, account_id: UUID | None, since: datetime
) -> FaceCheck | None:
    """The latest pass of that person for that purpose and case, held on that account's phone, not older than `since`."""
    found = FaceCheck.objects.filter(
        person_id=person_id, outcome=PASS, at__gte=since, session__purpose=purpose, session__case_id=case_id,
    )  # fmt: skip
    held = Q(session__account_id=account_id) if account_id else Q(session__account_id__isnull=True)
    return found.filter(held).order_by("at").last()


def _recorded(
    actor: Actor, session: FaceSession, verdict: Verdict, now: datetime, probe: bytes | None = None
) -> FaceCheck:
    """Write the check; a photo is kept only where it proves something or somebody has to look at it."""
    with inside_unit(actor, "face_check"):
        kept: Any = None
        if probe is not None and verdict.outcome in (PASS, MANUAL):
            kept = image_store(
                actor=actor, content=probe, name=_("人脸认证照片") + ".jpg", document_class="face_probe",
                case_id=session.case_id, person_id=session.person_id, retention_until=_kept_until(actor, now.date()),
            ).id  # fmt: skip
        check = FaceCheck.objects.create(
            session=session, person_id=session.person_id, provider=session.provider, outcome=verdict.outcome,
            reason=verdict.reason, distance_ppm=verdict.distance_ppm, probe_document_id=kept,
            evidence_id=verdict.evidence_id, at=now,
        )  # fmt: skip
        failures = session.checks.filter(outcome=FAIL).count()
        if verdict.outcome in (PASS, MANUAL) or failures >= MOST_FAILURES:
            session.finished_at = now
            session.save(update_fields=["finished_at"])
        return check


def _kept_until(actor: Actor, on: date) -> date:
    """How long pictures taken as evidence are kept where the person lives: the pack's `evidence.retention`."""
    found = pack_of(actor.scope).find_setting("evidence.retention", on)
    rule = found.value if found is not None and isinstance(found.value, dict) else {}
    return add_months(on, 12 * int(rule.get("count", PROBE_YEARS)))


def _usable(actor: Actor, session_id: UUID, now: datetime) -> tuple[FaceSession, Verifier]:
    session = FaceSession.objects.get(id=session_id)
    _refuse_foreign(actor, session)
    if session.finished_at is not None or now >= session.expires_at:
        raise FaceRefused(
            "FACE_SESSION_OVER",
            _("这次认证已经结束或超过 {minutes} 分钟。").format(minutes=SESSION_MINUTES),
            remedy=_("请重新开始认证。") + other_ways(),
        )
    if session.checks.count() >= MOST_CHECKS:
        raise _tries_used()
    _refuse_many(session.person_id, now)
    return session, verifier_named(session.provider, now)


def _refuse_foreign(actor: Actor, session: FaceSession) -> None:
    """A session belongs to who began it: the account at the portal, the officer at the desk."""
    is_own = (
        session.account_id == actor.natural_person_id
        if session.account_id
        else session.officer_id == actor.officer_id
    )
    if not is_own:
        raise FaceRefused("FACE_SESSION_FOREIGN", _("这次认证不是您开始的。"), remedy=_("请重新开始认证。"))


def _refuse_many(person_id: UUID, now: datetime) -> None:
    """A stranger tries again and again, or the machine does not know an old face: both end at a human being."""
    since = now - timedelta(days=1)
    failed = FaceCheck.objects.filter(person_id=person_id, outcome=FAIL, at__gte=since).count()
    if failed >= MOST_FAILURES_A_DAY:
        raise _tries_used()


def _tries_used() -> FaceRefused:
    return FaceRefused("FACE_TRIES_USED", _("认证次数已用完，今天不能再用人脸认证。"), remedy=other_ways())


def _subject(person_id: UUID) -> Subject:
    person = Person.objects.get(id=person_id)
    return Subject(person.name, numbers_of([person_id]).get(person_id, ""))
