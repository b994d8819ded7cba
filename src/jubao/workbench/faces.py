"""What all views share: the day, the officer, turning a refusal into a message with article, remedy and reference number.

Worked example: a service raises DIGEST_CHANGED; the page comes back with what happened, under which article, what to do,
and 参考号 4F1A2C, which stands in the log of the server too.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.services.access.log import AccessRefused, refusal_note

LOG = logging.getLogger("jubao.workbench")
Answer = TypeVar("Answer")
STATUS = {1: 409, 2: 400, 3: 422, 4: 422, 5: 503}
"""Exit code of a refusal → HTTP status of its page."""


def actor_of(request: HttpRequest) -> Actor:
    """The officer behind the request; the door let nobody else through."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def today() -> date:
    """Today at the office."""
    return timezone.localdate()


def now() -> datetime:
    """This moment."""
    return timezone.now()


def attempt(request: HttpRequest, run: Callable[[], Answer]) -> Answer | None:
    """What the service answers; a refusal becomes a message on the next page and None."""
    try:
        return run()
    except DomainError as problem:
        refusal_note(actor=actor_of(request), error=problem, what=_route(request))
        messages.error(request, refusal_text(problem))
        return None


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def refusal_text(problem: DomainError) -> str:
    """What happened, under which article, what to do, and a number to quote."""
    reference = secrets.token_hex(3).upper()
    LOG.info("%s refused: %s", reference, problem.code)
    cited = f"（{problem.citation}）" if problem.citation else ""
    end = _("错误代码 {code}，参考号 {reference}").format(code=problem.code, reference=reference)
    return " ".join(f"{problem.message}{cited}{problem.remedy} {end}".split())


class RefusalMiddleware:
    """A refusal that no view caught becomes a page that says what to do, with its transaction undone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only expected failures; a programming error stays one, and a refused post is answered by the door."""
        if not isinstance(error, DomainError) or isinstance(error, AccessRefused):
            return None
        refusal_note(actor=getattr(request, "actor", None), error=error, what=_route(request))
        known: dict[str, Any] = {"problem": error, "reference": secrets.token_hex(3).upper()}
        LOG.info("%s refused: %s", known["reference"], error.code)
        return render(request, "workbench/refused.html", known, status=STATUS.get(error.exit_code, 409))
