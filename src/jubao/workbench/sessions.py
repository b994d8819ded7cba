"""Opens and closes the session of an officer, and keeps the secret that binds a code on the screen to this browser.

Worked example: `open_session(request, officer)` gives the browser a new session key (a key from before log-in is worth
nothing) and remembers the officer with the epoch of the account; raising the epoch ends every session at once.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jubao.services.staff.login_answers import Origin
from jubao.staff.models import Officer
from jubao.workbench.access import (
    SESSION_EPOCH,
    SESSION_OFFICER,
    client_address,
    client_device,
)

BROWSER, CONFIRMED_AT = "browser", "identity_confirmed_at"
FRESH = timedelta(minutes=5)


def open_session(request: HttpRequest, officer: Officer) -> None:
    """The officer is in, under a new session key."""
    request.session.flush()
    request.session[SESSION_OFFICER] = str(officer.id)
    request.session[SESSION_EPOCH] = officer.session_epoch
    request.session.cycle_key()


def keep_session(request: HttpRequest, officer: Officer) -> None:
    """The own session outlives a raised epoch, all others end."""
    officer.refresh_from_db()
    request.session[SESSION_EPOCH] = officer.session_epoch
    request.session.cycle_key()


def browser_of(request: HttpRequest) -> str:
    """The secret of this browser, kept in its session."""
    if BROWSER not in request.session:
        request.session[BROWSER] = secrets.token_urlsafe(24)
    return str(request.session[BROWSER])


def origin_of(request: HttpRequest) -> Origin:
    """Where the request comes from."""
    return Origin(client_address(request), client_device(request))


def mark_confirmed(request: HttpRequest, now: datetime) -> None:
    """The officer has just proved who sits there."""
    request.session[CONFIRMED_AT] = now.isoformat()


def is_confirmed(request: HttpRequest, now: datetime) -> bool:
    """Whether that was within the last five minutes; high-risk pages ask."""
    said = request.session.get(CONFIRMED_AT)
    return bool(said) and now - datetime.fromisoformat(str(said)) <= FRESH


def next_address(request: HttpRequest, given: str) -> str:
    """Where to go on, on this site only; else the first page."""
    if given and url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return given
    return reverse("home")
