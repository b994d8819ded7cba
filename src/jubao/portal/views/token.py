"""What the QR code of a form or receipt shows: state, steps and result; no name, no number, no amount.

Worked example: `/q/7f3k…` says 免申即享 待复核, 已受理 2026-11-12, and to whom to turn; a code of nothing gets a plain page.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from jubao.kernel.text import _
from jubao.portal.access import page
from jubao.portal.faces import shown
from jubao.services.documents.receipts import progress_by_token


@page("token")
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody who holds the paper may look."""
    found = progress_by_token(token[:64])
    status = 200 if found else 404
    return shown(request, "portal/token.html", title=_("办理进度"), progress=found, status=status)
