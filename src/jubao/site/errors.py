"""What somebody sees when a page could not be made, in the look of the face it was asked of: the desk's or the portal's.

Worked example: the database restarts while a clerk saves: 503 with `Retry-After: 10` and 数据库暂时无法访问…; the log has the
same incident number and the place in the program. `/portal/pensoin/` is the portal's 没有这个页面 with the way home and the other
ways, `/workbench/x/` the desk's. Nothing here asks the database.
"""

from __future__ import annotations

import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from django.views.csrf import csrf_failure as desk_csrf_failure

from jubao.kernel.text import _
from jubao.portal.errors import is_asked_of_portal, portal_error

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


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: nothing tells an unknown address from a record of somebody else."""
    if not is_asked_of_portal(request):
        return defaults.page_not_found(request, exception)
    return portal_error(
        request, 404, title=_("没有这个页面"), message=_("地址有误，或者这条记录不是您的。"),
        remedy=_("请回首页，从那里进入。"),
    )  # fmt: skip


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    if not is_asked_of_portal(request):
        return defaults.permission_denied(request, exception)
    return portal_error(
        request,
        403,
        title=_("不能打开"),
        message=_("这个页面不对您开放。"),
        remedy=_("请回首页，从那里进入。"),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if not is_asked_of_portal(request):
        return defaults.bad_request(request, exception)
    return portal_error(
        request, 400, title=_("没有收到"), message=_("发来的内容读不出来，这一步没有办理。"),
        remedy=_("请返回上一页再试；照片太大的请重新拍一张。"),
    )  # fmt: skip


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: the page stood open over a log-in, or cookies are switched off."""
    if not is_asked_of_portal(request):
        return desk_csrf_failure(request, reason)
    return portal_error(
        request, 403, title=_("页面已经过期"), message=_("为了安全，这一步没有办理。"),
        remedy=_("请返回上一页，刷新后再提交；仍不行的，请打开浏览器的 Cookie 或换一个浏览器。"),
    )  # fmt: skip


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
    if is_asked_of_portal(request):
        return _portal_answer(request, status, incident)
    page = render_to_string("site_error.html", {"message": message, "remedy": remedy, "incident": incident})
    return HttpResponse(page, status=status)


def _portal_answer(request: HttpRequest, status: int, incident: str) -> HttpResponse:
    """The same in words for the phone; the number is for the hotline."""
    if status == 503:
        message = _("系统现在很忙，这一步没有办理。")
        remedy = _("请等一会儿再试；重复提交不会办理两次。")
    else:
        message = _("系统出错，这一步没有办理。")
        remedy = _("请稍后再试；仍不行的，请到社保窗口办理，或打电话时说出下面的编号。")
    return portal_error(
        request, status, title=_("暂时无法办理"), message=message, remedy=remedy, incident=incident
    )
