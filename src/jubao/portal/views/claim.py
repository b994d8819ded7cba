"""免申即享: the service's page with 去办理, the two entries, beginning for oneself or for somebody else, going on.

Worked example: the daughter chooses 帮他人确认, types her mother's name and number, 独子 否, 子女: the confirmation begins, or
comes back at the step where it was left.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jubao.claim_free.models import OnlineConfirmation
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Person
from jubao.portal.access import account_of, origin_of, page
from jubao.portal.at import SESSION_CHANNEL, channel_of, confirmation_at
from jubao.portal.faces import actor_of, attempt, now, shown, today
from jubao.services.claim_free.online_confirmation import confirmation_start
from jubao.services.residents.accounts import district_path, place_of
from jubao.services.residents.people import named_person
from jubao.staff.regions import pack_of

RELATIONS = ("子女", "配偶", "父母", "其他亲属", "村（社区）工作人员", "社保工作人员", "其他")
CHOICES = {"yes": True, "no": False}
ROUTE_OF_STEP = {
    "agree": "portal:agree", "face": "portal:face", "only_child": "portal:only-child", "data": "portal:data",
    "make_up": "portal:make-up", "upload": "portal:upload", "notes": "portal:notes", "done": "portal:done",
}  # fmt: skip


@page("claim-free")
def service(request: HttpRequest) -> HttpResponse:
    """What the service is, and 去办理; an app that opens this page names its channel."""
    if channel := request.GET.get("channel", ""):
        request.session[SESSION_CHANNEL] = channel[:20]
    return shown(request, "portal/claim_free.html", title=_("城乡居民养老待遇免申即享"))


@page("entries")
def entries(request: HttpRequest) -> HttpResponse:
    """Exactly two: 本人确认, 帮他人确认."""
    return shown(request, "portal/entries.html", title=_("请选择"))


@page("own")
@require_POST
def own(request: HttpRequest) -> HttpResponse:
    """本人确认: begin or come back."""
    person = account_of(request).person
    if person is None:
        raise InputRefused(
            "NOT_ENROLLED",
            _("您的身份证号码没有参保记录。"),
            remedy=_("替家人办理请选“帮他人确认”；本人有疑问请到任一社保窗口。"),
        )
    online = _start(request, person)
    return redirect("portal:confirmation", online.pk)


def _start(request: HttpRequest, person: Person, **helped: object) -> OnlineConfirmation:
    pack = pack_of(district_path(place_of(person)))
    return confirmation_start(
        actor=actor_of(request, person), account_id=account_of(request).pk, person_id=person.pk,
        channel=channel_of(request, pack), today=today(), now=now(), **helped,  # type: ignore[arg-type]
    )  # fmt: skip


@page("helped")
def helped(request: HttpRequest) -> HttpResponse:
    """帮他人确认: name, number, 独子, relation; what was typed stays when something is wrong."""
    typed = {
        key: request.POST.get(key, "").strip()[:60] for key in ("name", "number", "only_child", "relation")
    }
    problem, status = None, 200
    if request.method == "POST":
        online, problem, status = attempt(lambda: _helped(request, typed))
        if online is not None:
            return redirect("portal:confirmation", online.pk)
    return shown(
        request, "portal/helped.html", title=_("参保人信息"), typed=typed, relations=RELATIONS, problem=problem,
        status=status,
    )  # fmt: skip


def _helped(request: HttpRequest, typed: dict[str, str]) -> OnlineConfirmation:
    account = account_of(request)
    person = named_person(
        account=account, name=typed["name"], number=typed["number"], origin=origin_of(request), now=now()
    )
    if person.pk == account.person_id:
        raise InputRefused("USE_OWN_ENTRY", _("这是您本人的信息。"), remedy=_("请返回选“本人确认”。"))
    return _start(
        request, person, is_helped=True, helper_relation=typed["relation"],
        is_only_child=CHOICES.get(typed["only_child"]),
    )  # fmt: skip


@page("confirmation")
def confirmation(request: HttpRequest, online_id: UUID) -> HttpResponse:
    """On to the step that is due."""
    at = confirmation_at(request, online_id)
    return redirect(ROUTE_OF_STEP[at.standing().due], online_id)
