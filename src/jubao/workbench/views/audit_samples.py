"""抽样稽核: drawing a sample by focus and seed, its members with the rules that point at them, what was found at each.

Worked example: focus 待遇领取资格, seed 1, ten people; the page says 按同一种子重抽：一致; at the third member the auditor writes
未发现问题, at the fourth 冒领或多领待遇 and 163.02 yuan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jubao.facts.audit_samples import RULES
from jubao.forms.masks import masked_name
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.services.supervision.findings import finding_add
from jubao.services.supervision.samples import sample_draw, sample_repeats
from jubao.services.supervision.words import CATEGORIES, FOCUSES
from jubao.supervision.models import AuditSample, Finding, SampleItem
from jubao.workbench.access import page
from jubao.workbench.addresses import address_of
from jubao.workbench.exporting import exported
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.templatetags.figures import day, yuan


def _samples(request: HttpRequest) -> QuerySet[AuditSample]:
    return AuditSample.objects.filter(division_path__startswith=actor_of(request).scope)


SAMPLES = Listing(
    key="audit-samples",
    columns=(
        Column("number", "编号", lambda one: one.number, sort="number"),
        Column("focus", "稽核重点", lambda one: FOCUSES[one.focus]),
        Column("place", "地区", lambda one: one.where),
        Column("as_of", "抽样日期", lambda one: day(one.as_of), sort="as_of"),
        Column("seed", "种子", lambda one: one.seed, is_number=True),
        Column("size", "样本数", lambda one: one.members, is_number=True),
        Column("population", "总数", lambda one: one.population, is_number=True),
        Column("found", "已查", lambda one: one.checked, is_number=True),
    ),
    filters=(
        Filter("focus", "稽核重点", lambda rows, value: rows.filter(focus=value), "choice", lambda: FOCUSES.items()),
    ),
    sort="-number",
    link=lambda one: address_of("audit-sample", one.pk),
    empty_title="还没有抽样",
    empty_help="选择稽核重点、样本数和种子抽取；同一种子总是抽到同样的对象。",
    enrich=lambda samples: _fill(samples),
)  # fmt: skip


def _fill(samples: Sequence[Any]) -> None:
    names = place_names(one.division_path for one in samples)
    for one in samples:
        one.where = names.get(one.division_path, "")
        one.members = one.items.count()
        one.checked = one.items.filter(findings__isnull=False).distinct().count()


@page("audit-samples")
def index(request: HttpRequest) -> HttpResponse:
    """The samples of the place, and the form that draws one."""
    actor = actor_of(request)
    if request.method == "POST":
        sample = attempt(request, lambda: _drawn(request))
        return redirect("audit-sample", sample.pk) if sample else redirect("audit-samples")
    known = {
        "page": page_of(request, SAMPLES, _samples(request)), "focuses": FOCUSES.items(),
        "places": [(actor.scope, _("本级")), *townships(actor.scope)],
    }  # fmt: skip
    return render(request, "workbench/supervision/samples.html", known)


def _drawn(request: HttpRequest) -> AuditSample:
    sent, actor = request.POST, actor_of(request)
    seed, size = sent.get("seed", ""), sent.get("size", "")
    if not (seed.isascii() and seed.isdigit() and size.isascii() and size.isdigit()):
        raise InputRefused("SIZE_WRONG", _("样本数和种子须为整数。"), remedy=_("如样本 10，种子 1。"))
    return sample_draw(
        actor=actor, focus=sent.get("focus", ""), division_path=sent.get("place") or actor.scope, seed=int(seed),
        size=int(size), today=today(),
    )  # fmt: skip


def _members(sample: AuditSample) -> list[SampleItem]:
    found = sample.items.select_related("enrolment__person", "case__person").order_by("position")
    members = list(found.prefetch_related("findings"))
    names = place_names(one.division_path for one in members)
    for one in members:
        one.where = names.get(one.division_path, "")  # type: ignore[attr-defined]
    return members


def _who(item: Any) -> Any:
    if item.case_id:
        return format_html('<a href="{}">{}</a>', reverse("case", args=[item.case_id]), item.case.number)
    person = item.enrolment.person
    return format_html(
        '<a href="{}" data-open>{}</a>', reverse("person", args=[person.pk]), masked_name(person.name)
    )


def _said(one: Finding) -> str:
    amount = f" {yuan(one.amount_fen)}" if one.amount_fen else ""
    return f"{CATEGORIES[one.category]}{amount}：{one.text}"


MEMBERS = Listing(
    key="audit-sample",
    columns=(
        Column("position", "序号", lambda one: one.position, is_number=True),
        Column("who", "对象", _who),
        Column("place", "镇街、村社", lambda one: one.where),
        Column("rules", "抽中的规则", lambda one: "、".join(RULES[rule] for rule in one.rules) or "随机"),
        Column("found", "发现", lambda one: "；".join(_said(each) for each in one.findings.all()) or "未查"),
    ),
)


def _sample(request: HttpRequest, sample_id: UUID) -> AuditSample:
    found = _samples(request).filter(pk=sample_id).first()
    if found is None:
        raise Http404
    return found


@page("audit-sample")
def show(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The members of a sample; what is found is written at each."""
    sample = _sample(request, sample_id)
    known = {
        "sample": sample, "focus": FOCUSES[sample.focus], "key": uuid4(), "categories": CATEGORIES.items(),
        "members": [
            (one, _who(one), [RULES[rule] for rule in one.rules], [_said(each) for each in one.findings.all()])
            for one in _members(sample)
        ],
        "repeats": sample_repeats(actor=actor_of(request), sample_id=sample.pk),
        "place": place_names([sample.division_path]).get(sample.division_path, ""),
    }  # fmt: skip
    return render(request, "workbench/supervision/sample.html", known)


@page("audit-sample-finding")
@require_POST
def finding(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """What was found at one member."""
    sample, sent = _sample(request, sample_id), request.POST
    item = next((one for one in _members(sample) if str(one.pk) == sent.get("item", "")), None)
    if item is None:
        raise Http404

    def run() -> Finding:
        amount = sent.get("amount", "").strip()
        return finding_add(
            actor=actor_of(request), item_id=item.pk, category=sent.get("category", ""), text=sent.get("text", ""),
            amount_fen=int(Fen.from_yuan(amount)) if amount else None, today=today(),
            idempotency_key=sent.get("key") or None,
        )  # fmt: skip

    if attempt(request, run) is not None:
        messages.success(request, _("已登记。"))
    return redirect("audit-sample", sample.pk)


@page("audit-sample-export")
@require_POST
def export(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The members with what was found, as a spreadsheet."""
    sample = _sample(request, sample_id)
    title = f"{FOCUSES[sample.focus]} {sample.number}"
    return exported(
        request,
        what="audit_sample",
        title=title,
        listing=MEMBERS,
        rows=_members(sample),
        back="audit-samples",
    )
