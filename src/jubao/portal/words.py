"""A refusal in the portal's plain words: what happened, why by which clause, what to do; every reason, not only the first.

Worked example: ClaimFreeRefused with two obstacles becomes one box with two lines, each with its clause, and the way out.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from jubao.kernel.errors import DomainError
from jubao.services.residents.accounts import PortalAnswer

LOG = logging.getLogger("jubao.portal")


@dataclass(frozen=True)
class Refusal:
    """What the box on the page shows."""

    code: str
    message: str
    reasons: tuple[tuple[str, str], ...]
    citation: str
    remedy: str
    reference: str


def refusal_of(problem: DomainError) -> Refusal:
    """The refusal with all its reasons and a number that stands in the server's log too."""
    reference = secrets.token_hex(3).upper()
    LOG.info("%s refused: %s", reference, problem.code)
    obstacles: tuple[Any, ...] = tuple(getattr(problem, "obstacles", ()))
    reasons = tuple((_words(one), str(one.citation or "")) for one in obstacles)
    citation = str(problem.citation) if problem.citation and not reasons else ""
    message = "" if reasons else problem.message
    return Refusal(problem.code, message, reasons, citation, problem.remedy, reference)


def _words(obstacle: Any) -> str:
    return f"{obstacle.words}：{obstacle.detail}" if getattr(obstacle, "detail", "") else str(obstacle.words)


def refusal_of_answer(answer: PortalAnswer) -> Refusal:
    """The same for a log-in that was not let in."""
    return Refusal(answer.code, answer.message, (), "", answer.remedy, "")
