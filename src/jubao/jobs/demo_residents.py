"""The demo's people at the portal: who may log in to try it, what they hold into the camera, and the code of their last message.

Worked example: `portal_logins("500110")` names a person who may confirm, one who could still make up years, one who draws a
pension, and a daughter who is in no register; the code goes to the gateway's page, or `jubao demo code 13896745521` prints it.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID, uuid4

from django.db.models import Q
from PIL import Image, ImageDraw, ImageFont

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.demo.districts import district
from jubao.facts.claim_free_figures import flags_of
from jubao.facts.make_up import payable_make_up_years
from jubao.forms.fonts import FONT_FOLDER
from jubao.jobs.month import scope_of
from jubao.kernel.errors import WrongUsage
from jubao.kernel.id_number import id_check_char
from jubao.kernel.text import _
from jubao.notices.models import OutboxMessage
from jubao.people.models import EnrolmentStatus, Person, Phone
from jubao.people.numbers import numbers_of
from jubao.residents.models import Account, FaceCheck, FaceSession
from jubao.staff.keys import number_digest, seal
from jubao.staff.regions import pack_of

PROVIDER = "demo"
LOOKED_AT = 40


@dataclass(frozen=True)
class PortalLogin:
    """Somebody who can log in at the portal."""

    name: str
    number: str
    phone: str
    what: str


def portal_logins(code: str, today: date) -> list[PortalLogin]:
    """Whom a visitor of the demo may be; nobody where the district has no claim-free month."""
    scope, month = scope_of(code), today.year * 12 + today.month - 1
    with read_scope(scope):
        waiting = flags_of(scope, month - 1, month).filter(
            Q(outcome="waiting", is_notified=True, window_until__gte=today)
        )
        found: dict[str, tuple[Person, str]] = {}
        for flag in waiting.select_related("person", "enrolment").order_by("id")[:LOOKED_AT]:
            years = payable_make_up_years(flag.enrolment_id, today, pack_of(flag.division_path)).years
            what = _("可补缴 {years} 年，可确认或放弃").format(years=years) if years else _("可本人确认")
            found.setdefault("make_up" if years else "plain", (flag.person, what))
        drawing = EnrolmentStatus.objects.filter(
            kind="drawing", until_month__isnull=True, enrolment__division_path__startswith=scope,
            enrolment__person__phones__is_mobile=True,
        ).order_by("id").select_related("enrolment__person").first()  # fmt: skip
        if drawing is not None:
            found["drawing"] = (drawing.enrolment.person, _("领取待遇，看我的养老金"))
        people = [person for person, _what in found.values()]
        numbers = numbers_of([person.pk for person in people])
        phones = dict(
            Phone.objects.filter(person__in=people, is_mobile=True, until_on__isnull=True).values_list(
                "person_id", "number"
            )
        )
    own = [
        PortalLogin(person.name, numbers[person.pk], phones[person.pk], what)
        for person, what in found.values()
        if person.pk in numbers and person.pk in phones
    ]
    return [*own, _daughter(code)] if own else []


def _daughter(code: str) -> PortalLogin:
    """Somebody in no register; her number has an area that was never assigned."""
    body = f"{district(code).never_assigned}9819900312026"
    return PortalLogin("张小敏", body + id_check_char(body), "13900001234", _("不是参保人，帮家人办"))


def last_code(phone: str) -> str:
    """The code of the last message to a telephone. Raises WrongUsage CODE_NOT_SENT."""
    sent = OutboxMessage.objects.filter(purpose="login_code", recipient=phone).order_by("-id").first()
    found = re.search(r"\d{6}", sent.body) if sent else None
    if found is None:
        raise WrongUsage(
            "CODE_NOT_SENT",
            _("还没有验证码发往 {phone}。").format(phone=phone),
            remedy=_("请先在手机端登录页获取验证码。"),
        )
    return found.group()


def account_open(person: Person, phone: str, *, now: datetime) -> Account:
    """The portal account of a participant of the demo, as the first log-in makes it."""
    number, key = numbers_of([person.pk])[person.pk], uuid4()
    with unit_of_work(Actor.system("demo", scope=""), "portal_login"):
        found = Account.objects.filter(number_digest=number_digest(number)).first()
        return found or Account.objects.create(
            id=key, name=person.name, number_digest=number_digest(number), number_sealed=seal(number, about=key),
            person=person, phone=phone, last_login_at=now,
        )  # fmt: skip


def face_shown(account: Account, person: Person, case_id: UUID, *, now: datetime) -> FaceCheck:
    """A face that the made-up service knew."""
    with unit_of_work(Actor.system("demo", scope=""), "face_check"):
        session = FaceSession.objects.create(
            account=account, person=person, purpose="claim_free", case_id=case_id, provider=PROVIDER, token=uuid4().hex,
            expires_at=now, finished_at=now, started_at=now,
        )  # fmt: skip
        return FaceCheck.objects.create(
            session=session,
            person=person,
            provider=PROVIDER,
            outcome="pass",
            evidence_id=session.token[:20],
            at=now,
        )


@cache
def picture(title: str) -> bytes:
    """A picture that says that it is one of the demo: no paper of anybody."""
    drawn = Image.new("RGB", (960, 600), "#eef4fb")
    font = next(iter(sorted(FONT_FOLDER.glob("*.ttc"))))
    draw = ImageDraw.Draw(drawn)
    draw.rectangle((20, 20, 940, 580), outline="#0a58a8", width=4)
    draw.text((70, 200), title, font=ImageFont.truetype(str(font), 64), fill="#1c2530")
    draw.text((70, 320), "演示用图片，不是真实证件", font=ImageFont.truetype(str(font), 40), fill="#4c5866")
    stream = io.BytesIO()
    drawn.save(stream, "JPEG", quality=80)
    return stream.getvalue()
