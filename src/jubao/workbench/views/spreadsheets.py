"""填我的表: fill, place, look up, split, check, try out — a spreadsheet goes in and a file comes back, logged with its purpose.

Worked example: a clerk uploads 信访名单.xlsx, ticks 参保状态 and 未发放原因, writes 信访答复; the same workbook comes back with
seven columns more, and the page says how many rows were answered, wrong, or not ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.facts.person_state import groups_for
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated
from jubao.services.spreadsheets.check import spreadsheet_check
from jubao.services.spreadsheets.exports import ExportRefused, export_limit, export_request
from jubao.services.spreadsheets.fill import Filled, spreadsheet_fill
from jubao.services.spreadsheets.lookup import spreadsheet_names, spreadsheet_place
from jubao.services.spreadsheets.recovery import spreadsheet_recovery
from jubao.services.spreadsheets.roster_export import roster_count, roster_export, roster_filters
from jubao.services.spreadsheets.split import spreadsheet_split
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.views.imports import attached

Job = Callable[..., Filled]
JOBS: dict[str, tuple[str, str, Job]] = {
    "place": ("归属乡镇、村", "按地址文字填出乡镇和村；每行必有结果：已归属、不属于本辖区、未能归属。", spreadsheet_place),
    "names": ("按姓名查人", "只有姓名的名单：填出同名人数、遮盖的号码、归属和状态。", spreadsheet_names),
    "split": ("按村分发", "按乡镇、村拆成一村一表，编号、合计、分发清单一并打包。", spreadsheet_split),
    "check": ("检查回表", "核查表逐行检查：自身矛盾、与系统不符、不在名单；退回的行另成一表。", spreadsheet_check),
    "recovery": ("死亡试算", "名单加死亡年月：多发月数、应追回、账户、丧葬金、净额。只试算，不写入。", spreadsheet_recovery),
}  # fmt: skip
MONEY_JOBS = frozenset({"recovery"})
COUNT_WORDS = {
    "asked": "共 {n} 行",
    "answered": "填了 {n} 行",
    "wrong": "号码有误 {n} 行",
    "not_ours": "未在本辖区参保 {n} 行",
    "other_name": "姓名不一致 {n} 行",
    "placed": "已归属 {n} 行",
    "outside": "不属于本辖区 {n} 行",
    "not_placed": "未能归属 {n} 行",
    "found": "查到 {n} 行",
    "several": "同名 {n} 行",
    "nobody": "查无此名 {n} 行",
    "passed": "通过 {n} 行",
    "returned": "退回 {n} 行",
    "rows": "共 {n} 行",
    "persons": "有多发 {n} 人",
}


@page("spreadsheets")
def index(request: HttpRequest) -> HttpResponse:
    """The forms; a sent form gives a file, or says why not."""
    actor = actor_of(request)
    if request.method == "POST":
        made = attempt(request, lambda: _made(request))
        if made is None:
            return redirect("spreadsheets")
        messages.success(request, f"{made.name}：{counted(made.counts)}")
        return attached(made.name, made.content)
    may_see_money = bool(actor.families & {"business", "finance", "audit"})
    jobs = [
        (code, title, help)
        for code, (title, help, _job) in JOBS.items()
        if may_see_money or code not in MONEY_JOBS
    ]
    known = {
        "heading": "填我的表", "groups": groups_for(actor.families), "jobs": jobs, "month": f"{today():%Y-%m}",
    }  # fmt: skip
    return render(request, "workbench/spreadsheets/index.html", known)


def counted(counts: dict[str, int]) -> str:
    """The counts in words; sums of money as yuan, places as they are."""
    words = [
        translated(COUNT_WORDS[name]).format(n=count) for name, count in counts.items() if name in COUNT_WORDS
    ]
    if "overpaid_fen" in counts:
        words.append(_("应追回 {yuan} 元").format(yuan=Fen(counts["overpaid_fen"]).yuan))
    places = [name for name in counts if name not in COUNT_WORDS and not name.endswith("_fen")]
    if places and not words:
        words.append(_("{places} 个村，共 {n} 行").format(places=len(places), n=sum(counts.values())))
    return "，".join(words)


def _made(request: HttpRequest) -> Filled:
    given, sent, actor = request.FILES.get("file"), request.POST, actor_of(request)
    do = sent.get("do", "")
    if do == "roster":
        return _roster(request)
    if given is None:
        raise InputRefused("FILE_MISSING", _("没有选择文件。"), remedy=_("请选择要填的表。"))
    about: dict[str, Any] = {
        "actor": actor, "content": given.read(), "name": given.name or "表.xlsx", "today": today(),
        "purpose": sent.get("purpose", ""), "district_code": pack_code_of(actor.scope),
    }  # fmt: skip
    header = sent.get("header", "").strip()
    if header:
        about["mapping"] = {header: "id_number"}
    if do in JOBS:
        if do in MONEY_JOBS and not actor.families & {"business", "finance", "audit"}:
            raise InputRefused(
                "JOB_NOT_ALLOWED", _("您的岗位不能试算追缴。"), remedy=_("请由业务、财务或稽核岗位办理。")
            )
        return JOBS[do][2](**about)
    month = Month.parse(sent["month"]) if sent.get("month", "").strip() else Month.containing(today())
    return spreadsheet_fill(**about, groups=sent.getlist("groups"), month=month)


def _roster(request: HttpRequest) -> Filled:
    """The roster of the place; above the limit the first click asks for the approval, the second brings its case."""
    sent, actor = request.POST, actor_of(request)
    month = Month.parse(sent["month"]) if sent.get("month", "").strip() else Month.containing(today())
    groups, form, purpose = sent.getlist("groups"), sent.get("form", "csv"), sent.get("purpose", "")
    district = pack_code_of(actor.scope)
    number = sent.get("case", "").strip()
    approval = Case.objects.filter(
        kind="export", number=number, division_path__startswith=actor.scope
    ).first()
    count = roster_count(actor)
    if approval is None and count > export_limit(district, today()):
        asked = export_request(
            actor=actor, district_code=district, what="roster", purpose=purpose,
            filters=roster_filters(groups, month, form), row_count=count, today=today(),
        )  # fmt: skip
        raise ExportRefused(
            "EXPORT_NEEDS_APPROVAL",
            _("导出 {count} 行超过限额，已提交审批：{number}。").format(count=count, number=asked.number),
            remedy=_("审批后填写这个业务编号再导出。"),
        )
    return roster_export(
        actor=actor, groups=groups, form=form, month=month, today=today(), purpose=purpose, district_code=district,
        case_id=approval.pk if approval else None,
    )  # fmt: skip
