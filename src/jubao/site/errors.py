"""What somebody sees when a page could not be made: the database away or busy (503, try again), or an error of ours (500).

Worked example: the database restarts while a clerk saves: 503 with `Retry-After: 10` and 数据库暂时无法访问…; the log has the
same incident number and the place in the program. Nothing here asks the database.
"""

from __future__ import annotations

import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from jubao.kernel.text import _

RETRY_SECONDS = 10
LOG = logging.getLogger("jubao.site")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: tells the database's absence from an error of the program."""
    error = sys.exc_info()[1]
    incident = secrets.token_hex(4).upper()
    LOG.error("incident %s %s %s", incident, request.method, request.path)
    is_away = isinstance(error, OperationalError | InterfaceError)
    answer = _answer(request, is_away=is_away, incident=incident)
    if is_away:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _answer(request: HttpRequest, *, is_away: bool, incident: str) -> HttpResponse:
    status = 503 if is_away else 500
    if is_away:
        code, message = "DATABASE_AWAY", _("数据库暂时无法访问或正忙，本次操作没有完成。")
        remedy = _("请稍等几秒再试；同一笔业务重复提交不会办理两次。")
    else:
        code, message = "PROGRAM_ERROR", _("程序出错，本次操作没有生效。")
        remedy = _("请把编号告诉系统管理岗。")
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"code": code, "message": message, "remedy": remedy, "incident": incident}, status=status
        )
    page = render_to_string("site_error.html", {"message": message, "remedy": remedy, "incident": incident})
    return HttpResponse(page, status=status)
