"""A browser for the tests of pages: logged in by session, and a password with an authenticator for whom it needs.

Worked example: `browser(cast.reviewer).get(reverse("grants"))` asks as the reviewer; `browser(None)` is a stranger.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.test import Client
from django.utils import timezone

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.staff.keys import seal
from jubao.staff.models import Officer
from jubao.staff.one_time_codes import code_at, new_secret
from jubao.workbench.access import SESSION_EPOCH, SESSION_OFFICER
from tests.support.cast import Member

PASSWORD = "春天的第一列火车开往重庆"
Browser = Callable[[Member | None], Client]


def open_browser(member: Member | None = None) -> Client:
    """A browser in which somebody is logged in already, or nobody."""
    client = Client(SERVER_NAME="localhost")
    if member is not None:
        session = client.session
        session[SESSION_OFFICER] = str(member.officer.id)
        session[SESSION_EPOCH] = Officer.objects.get(id=member.officer.id).session_epoch
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def with_password(member: Member) -> str:
    """Give an officer a password; the secret of the authenticator."""
    secret = new_secret()
    officer = Officer.objects.get(id=member.officer.id)
    officer.set_password(PASSWORD)
    officer.one_time_code_secret = seal(secret, about=officer.id)
    with unit_of_work(Actor.system("test", scope=""), "test"):
        officer.save()
    return secret


def code_now(secret: str, later: int = 0) -> str:
    """What the authenticator shows."""
    return code_at(secret, int(timezone.now().timestamp()) + later)
