"""待遇追缴: the list with what is owed and overdue, a new claim, and the page of one claim.

Worked example: 逾期未退 of 松山 shows one claim of 700.00 with 200.00 left since 2024-07-01; its page has the notice, the slips,
the films, and the form that hands it over.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.facts.wrongly_paid import wrongly_paid
from jubao.forms.masks import masked_name
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.people.numbers import person_by_number
from jubao.recovery.models import Claim, Notice
from jubao.services.access.log import access_record
from jubao.services.recovery.deposits import is_overdue
from jubao.services.recovery.finding import FAULTS, suggested_fen
from jubao.services.recovery.kind import RECOVERY, claim_of
from jubao.services.recovery.notices import RELATIONS, deliverers_of
from jubao.services.recovery.opening import recovery_open
from jubao.services.recovery.presence import officers_of
from jubao.services.recovery.referral import departments
from jubao.services.spreadsheets.exports import export_record, require_purpose, watermark
from jubao.workbench.access import may_open, page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Filter, Listing, narrowed, page_of
from jubao.workbench.reads import person as read_person
from jubao.workbench.reads import recovery as read
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.templatetags.figures import day, month, yuan
from jubao.workbench.views.standing import XLSX, workbook

BLANK_ROWS, PLAN_ROWS = range(3), range(6)


def _listing(scope: str) -> Listing:
    return Listing(
        key="recoveries",
        columns=(
            Column("number", "业务编号", _number),
            Column("name", "姓名", lambda row: masked_name(row.enrolment.person.name)),
            Column("place", "镇街、村社", lambda row: row.where, sort="division_path"),
            Column("ground", "情形", lambda row: row.get_ground_display(), sort="ground"),
            Column("state", "状态", lambda row: RECOVERY.state_title(row.case.state)),
            Column("opened", "发现日期", lambda row: day(row.opened_on), sort="opened_on"),
            Column("age", "已历天数", lambda row: ((row.closed_on or today()) - row.opened_on).days, is_number=True),
            Column("amount", "应追（元）", lambda row: yuan(row.amount_fen), sort="amount_fen", is_number=True),
            Column("cleared", "已抵扣（元）", lambda row: yuan(row.cleared_fen), is_number=True),
            Column("returned", "已退还（元）", lambda row: yuan(row.returned_fen), is_number=True),
            Column("left", "尚欠（元）", lambda row: yuan(row.left_fen), is_number=True),
            Column("due", "限期", lambda row: day(row.due_on) if row.due_on else "—", sort="due_on"),
        ),
        filters=(
            Filter("show", "范围", lambda rows, value: read.shown(rows, value, today()), "choice",
                   lambda: [one for one in read.SHOWS if one[0]]),
            Filter("ground", "情形", lambda rows, value: rows.filter(ground=value), "choice", lambda: Claim.Ground.choices),
            Filter("place", "镇街", lambda rows, path: rows.filter(division_path__startswith=path), "choice",
                   lambda: townships(scope)),
            Filter("from", "发现自", lambda rows, value: rows.filter(opened_on__gte=parse_date(value)), "date"),
        ),
        sort="-opened",
        empty_title="没有追缴",
        empty_help="死亡或丧失资格后仍发放的，在作出决定时会自动列到这里。",
        enrich=_fill,
    )  # fmt: skip


def _number(row: Claim) -> Any:
    return format_html(
        '<a href="{}" data-open>{}</a>', reverse("recovery", args=[row.case_id]), row.case.number
    )


def _fill(rows: Any) -> None:
    names = place_names(row.division_path for row in rows)
    for row in rows:
        row.where = names.get(row.division_path, "")


@page("recoveries")
def index(request: HttpRequest) -> HttpResponse:
    """The list with its sums; a number leads to the form of a new claim."""
    scope = actor_of(request).scope
    if request.method == "POST":
        person = attempt(request, lambda: _named(request))
        return redirect("recovery-new", person) if person else redirect("recoveries")
    listing, rows = _listing(scope), read.claims_of(scope)
    known = {
        "page": attempt(request, lambda: page_of(request, listing, rows)),
        "sums": read.sums(narrowed(listing, rows, request.GET)),
        "shows": read.SHOWS,
        "chosen": request.GET.get("show", ""),
        "overdue": read.overdue(rows, today()).count(),
        "may_begin": may_open(actor_of(request), "recovery-new"),
    }
    return render(request, "workbench/recovery/index.html", known)


def _named(request: HttpRequest) -> UUID:
    person = person_by_number(request.POST.get("number", ""))
    if person is None or read_person.enrolment_of(actor_of(request), person.pk) is None:
        raise InputRefused("NOT_ENROLLED", _("此人未在本辖区参保。"), remedy=_("请核对证件号码和参保地。"))
    return person.pk


@page("recoveries-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The list as a workbook with the purpose written down: what goes to the bureau, and the return on recoveries."""
    actor, purpose = actor_of(request), request.POST.get("purpose", "")
    listing = _listing(actor.scope)
    rows = narrowed(listing, read.claims_of(actor.scope), request.GET).order_by("division_path", "pk")

    def run() -> bytes:
        require_purpose(purpose)
        found = list(rows)
        mark = _("待遇追缴 · {mark} · {purpose}").format(
            mark=watermark(actor, today=today()), purpose=purpose
        )
        content = workbook(listing, found, mark)
        filters = {
            name: value for name, value in request.GET.items() if name in ("show", "ground", "place", "from")
        }
        export_record(
            actor=actor, what="recoveries", purpose=purpose, filters=filters, row_count=len(found), content=content,
            approved_by=None,
        )  # fmt: skip
        return content

    content = attempt(request, run)
    if content is None:
        return redirect("recoveries")
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="recoveries-{today():%Y%m%d}.xlsx"'
    return answer


@page("recovery-new")
def new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Begin for one person: what was drawn without right, from which month on."""
    actor = actor_of(request)
    enrolment = read_person.enrolment_of(actor, person_id)
    if enrolment is None:
        raise Http404
    if request.method == "POST":
        case = attempt(request, lambda: _opened(request, enrolment))
        if case is None:
            return redirect("recovery-new", person_id)
        messages.success(request, _("已提出：{number}。").format(number=case.number))
        return redirect("recovery", case.pk)
    access_record(actor=actor, person_id=person_id, fields=["recovery"], purpose=chinese("办理业务"))
    known = {
        "person": enrolment.person,
        "grounds": Claim.Ground.choices,
        "today": today(),
        "key": uuid4(),
    }
    return render(request, "workbench/recovery/new.html", known)


def _opened(request: HttpRequest, enrolment: Enrolment) -> Case:
    sent = request.POST
    happened_on, first = sent.get("happened_on", "").strip(), sent.get("first_month", "").strip()
    if not first:
        raise InputRefused("MONTH_MISSING", _("没有填写起始月份。"), remedy=_("请填写第一个不应领取的月份。"))
    return recovery_open(
        actor=actor_of(request), enrolment_id=enrolment.pk, ground=sent.get("ground", ""),
        first_month=Month.parse(first).index, happened_on=parse_date(happened_on) if happened_on else None,
        source=sent.get("source", "").strip()[:60], today=today(), idempotency_key=sent.get("key") or None,
    )  # fmt: skip


def claim_shown(request: HttpRequest, case_id: UUID) -> Claim:
    """The claim of a page, inside the officer's place."""
    actor = actor_of(request)
    if not Claim.objects.filter(case_id=case_id, division_path__startswith=actor.scope).exists():
        raise Http404
    return claim_of(case_id)


@page("recovery")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One claim: figures, months, what was done, and the forms of the officer's post."""
    claim, actor, on = claim_shown(request, case_id), actor_of(request), today()
    person = claim.enrolment.person
    access_record(
        actor=actor, person_id=person.pk, fields=["recovery"], purpose=chinese("办理业务"), case_id=case_id
    )
    may = read.may(actor, claim, on)
    known = {
        "claim": claim, "case": claim.case, "person": person, "may": may, "state": state_tag(claim.case), "today": on,
        "place": place_names([claim.division_path]).get(claim.division_path, ""),
        "age": ((claim.closed_on or on) - claim.opened_on).days, "is_overdue": is_overdue(claim, on),
        "months": [(month(one["month"]), one["amount_fen"]) for one in read.months_of(claim)],
        "clearings": claim.clearings.order_by("id"), "notices": claim.notices.prefetch_related("recipients").order_by("-id"),
        "notice": claim.notices.filter(is_live=True).first(), "deposits": claim.deposits.order_by("id"),
        "plan": claim.instalments.filter(is_live=True).order_by("due_on"), "actions": read.actions_of(claim),
        "referral": getattr(claim, "referral", None), "papers": claim.case.materials.filter(removed_at__isnull=True),
        "officers": officers_of(claim.division_path, on).items(), "me": actor.natural_person_id, "key": uuid4(),
        "may_open_case": "village_assistant" not in actor.posts,
    }  # fmt: skip
    return render(request, "workbench/recovery/show.html", known | _forms(claim, may))


def _forms(claim: Claim, may: dict[str, bool]) -> dict[str, Any]:
    """What the forms that may be used offer to choose from."""
    on = today()
    known: dict[str, Any] = {"faults": FAULTS.items(), "blank_rows": BLANK_ROWS, "plan_rows": PLAN_ROWS}
    if may["find"]:
        lines = wrongly_paid(claim.enrolment_id, claim.first_month)
        known["lines"] = [(one, yuan(suggested_fen(claim, one)).replace(",", "")) for one in lines]
    if may["notify"]:
        former = Notice.objects.filter(division_path__startswith=read.district_path(claim))
        known |= {
            "deliverers": deliverers_of(claim.division_path, on).items(),
            "relations": RELATIONS,
            "former_account": former.order_by("-id").values_list("account", flat=True).first() or "",
        }
    if may["refer"]:
        known["departments"] = departments(claim, on)
    if may["assign"]:
        known["townships"] = [
            one for one in townships(read.district_path(claim)) if claim.division_path.startswith(one[0])
        ]
    return known
