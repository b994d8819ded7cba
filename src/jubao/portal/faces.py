"""What all views of the portal share: the day, rendering with large type and title, a refusal shown on the same page.

Worked example: `shown(request, "portal/only_child.html", title=…, problem=refusal)` renders the page again with what was typed
and a box that says what is wrong; with the cookie of 关怀模式 the same page has 24 px type.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.people.models import Person
from jubao.portal.access import STATUS, account_of, frame_of
from jubao.portal.words import Refusal, refusal_of
from jubao.services.residents.accounts import actor_for

Answer = TypeVar("Answer")


def today() -> date:
    """Today at the office."""
    return timezone.localdate()


def now() -> datetime:
    """This moment."""
    return timezone.now()


def actor_of(request: HttpRequest, person: Person | None) -> Actor:
    """The account behind the request, acting for a person: itself or whom it helps."""
    return actor_for(
        account_of(request),
        person,
        device=str(request.META.get("HTTP_USER_AGENT", ""))[:100],
        session=request.session.session_key or "",
    )


def shown(
    request: HttpRequest, template: str, *, title: str, problem: Refusal | None = None, status: int = 200,
    **known: Any,
) -> HttpResponse:  # fmt: skip
    """A page of the portal."""
    context = frame_of(request) | {"title": title, "problem": problem} | known
    return render(request, template, context, status=status)


def attempt(run: Callable[[], Answer]) -> tuple[Answer | None, Refusal | None, int]:
    """What a service answers, or the refusal for the page with the status to send."""
    try:
        return run(), None, 200
    except DomainError as problem:
        return None, refusal_of(problem), STATUS.get(problem.exit_code, 409)
