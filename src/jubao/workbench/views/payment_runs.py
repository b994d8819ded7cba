"""待遇发放: the list of runs and the page of one: figures, last month beside this one, holds, lines, files.

Worked example: 办理岗 makes the draft of 2026-11, decides nothing alone: two holds wait for 复核岗, one difference for a word of
explanation; then 送审; the approver opens the 审批表 and approves; 财务岗 enters the funds and sends.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from jubao.facts import payments as facts
from jubao.facts.twin import CAUSES, DIFFERENCES, twin_rows
from jubao.kernel.errors import ValueRefused
from jubao.kernel.month import Month
from jubao.payments.models import PaymentLine, PaymentOmission, PaymentRun
from jubao.services.payments.days import pay_day_of
from jubao.services.payments.hold_proposals import REASONS
from jubao.services.payments.sheets import SHEETS
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads import case as case_read
from jubao.workbench.reads import runs as read
from jubao.workbench.reads.places import townships
from jubao.workbench.sent import key_of
from jubao.workbench.templatetags.figures import month, number, yuan

TABS = (
    ("payment-run", "概况"), ("payment-run-twin", "与上月对比"), ("payment-run-holds", "发放前核查"),
    ("payment-run-lines", "明细"), ("payment-run-files", "银行文件和回盘"),
)  # fmt: skip
TONES = {"closed": "ok", "void": "mute", "draft": "wait", "checked": "info"}
SENT = ("sent", "reconciled", "closed")
OUTCOMES = {"paid": "成功", "returned": "退票", "unknown": "待查", "unanswered": "银行未答复"}
OMITTED = dict(PaymentOmission.Reason.choices)
LINE_KINDS = dict(PaymentLine.Kind.choices)
TWIN_PAGE = 50


def state_tag(run: PaymentRun) -> Any:
    """The state as a coloured word."""
    return format_html(
        '<span class="tag tag-{}">{}</span>', TONES.get(run.state, "info"), run.get_state_display()
    )


RUNS = Listing(
    key="payment-runs",
    columns=(
        Column("number", "批次", lambda run: run.number),
        Column("month", "待遇月份", lambda run: month(run.benefit_month), sort="benefit_month"),
        Column("kind", "类别", lambda run: run.get_kind_display()),
        Column("lines", "笔数", lambda run: number(run.line_count) if run.digest else "—", is_number=True),
        Column("total", "金额（元）", lambda run: yuan(run.total_fen) if run.digest else "—", is_number=True),
        Column("state", "状态", state_tag),
        Column("made", "生成日期", lambda run: run.created_at.date().isoformat()),
    ),
    filters=(
        Filter("month", "待遇月份", lambda runs, text: runs.filter(benefit_month=_month(text)), "month"),
        Filter(
            "state",
            "状态",
            lambda runs, text: runs.filter(state=text),
            "choice",
            lambda: PaymentRun.State.choices,
        ),
    ),
    sort="-month",
    link=lambda run: reverse("payment-run", args=[run.pk]),
    empty_title="还没有发放批次",
    empty_help="由办理岗按月生成；生成后先核查，再送审、审批、到账、发放、对账。",
)


def _month(text: str) -> int:
    try:
        return Month.parse(text).index
    except ValueRefused:
        return -1


@page("payment-runs")
def runs(request: HttpRequest) -> HttpResponse:
    """All runs of the place, newest month first."""
    found = page_of(request, RUNS, read.runs_in(actor_of(request)))
    known = {
        "page": found,
        "heading": "待遇发放",
        "may_draft": may_open(actor_of(request), "payment-run-draft"),
        "may_print": may_open(actor_of(request), "payment-sheets"),
        "sheets": SHEETS,
        "this_month": str(Month.containing(today())),
        "today": today(),
    }
    return render(request, "workbench/payment/runs.html", known)


def run_of(request: HttpRequest, run_id: UUID) -> PaymentRun:
    """The run, if it belongs to the officer's place."""
    found = read.runs_in(actor_of(request)).select_related("case").filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


def head(request: HttpRequest, run: PaymentRun, tab: str) -> dict[str, Any]:
    """What all tabs share: state, figures, steps."""
    twin = read.twin_of(run)
    kind, rows = case_read.rows_of(run.case, today())
    opinions = case_read.opinions_of(run.case, kind)
    return {
        "run": run,
        "tab": tab,
        "tabs": TABS,
        "state": state_tag(run),
        "twin": twin,
        "totals": read.totals_of(run, twin),
        "steps": case_read.steps_of(run.case, kind, rows, opinions),
        "opinions": opinions,
        "key": uuid4(),
        "pay_day": pay_day_of(run, today()),
        "today": today(),
        "may_act": may_open(actor_of(request), "payment-run-action"),
        "actions": [
            one.action for one in case_read.actions_of(run.case, rows, actor_of(request), elsewhere=True)
        ],
    }


@page("payment-run")
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """概况: by township and part, by kind, left out, the bank's words, what comes next."""
    run = run_of(request, run_id)
    places = facts.by_township(run.pk)
    used = [part for part in facts.PARTS if any(row[part] for row in places)] or list(facts.PARTS[:2])
    known = head(request, run, "payment-run") | {
        "part_titles": [facts.PART_TITLES[part] for part in used],
        "places": [
            (row["name"], row["people"], [row[part] for part in used], row["amount_fen"]) for row in places
        ],
        "sums": [sum(row[part] for row in places) for part in used],
        "people": sum(row["people"] for row in places),
        "kinds": [
            (LINE_KINDS[row["kind"]], row["lines"], row["amount_fen"]) for row in facts.by_kind(run.pk)
        ],
        "omitted": [
            row | {"title": OMITTED.get(row["reason"], row["reason"])} for row in facts.omissions(run.pk)
        ],
    }
    return render(request, "workbench/payment/run.html", known)


@page("payment-run-twin")
def twin(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """与上月对比: new, gone, changed amount, changed account; what nobody explained comes first."""
    run = run_of(request, run_id)
    asked = request.GET
    cause = asked.get("cause")
    rows = twin_rows(
        run.pk, difference=asked.get("difference", ""), cause=cause, only_unexplained=asked.get("open") == "1",
        after=key_of(asked.get("after", "")), limit=TWIN_PAGE + 1,
    )  # fmt: skip
    who = read.people_of([row.enrolment_id for row in rows])
    known = head(request, run, "payment-run-twin") | {
        "rows": [
            (row, DIFFERENCES[row.difference], _words(row.cause), who.get(row.enrolment_id, {}))
            for row in rows[:TWIN_PAGE]
        ],
        "more": str(rows[TWIN_PAGE - 1].enrolment_id) if len(rows) > TWIN_PAGE else "",
        "may_explain": run.state == "draft" and may_open(actor_of(request), "payment-run-draft"),
        "back": request.get_full_path(),
    }
    return render(request, "workbench/payment/twin.html", known)


def _words(cause: str) -> str:
    return CAUSES.get(cause, cause)


@page("payment-run-holds")
def holds(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """发放前核查: each finding with its evidence, decided by a named officer."""
    run = run_of(request, run_id)
    known = head(request, run, "payment-run-holds") | {
        "holds": [(one, who, REASONS.get(one.reason, one.reason)) for one, who in read.holds_of(run)],
        "may_decide": run.state == "draft"
        and not run.digest
        and may_open(actor_of(request), "payment-run-decide"),
    }
    return render(request, "workbench/payment/holds.html", known)


def _fill(lines: Any) -> None:
    who = read.people_of([line.enrolment_id for line in lines])
    for line in lines:
        line.who = who.get(line.enrolment_id, {})
        line.last = next((one for one in line.outcomes.all() if one.is_last), None)


def _outcome(line: Any) -> Any:
    if line.last is None:
        return ""
    tone = {"paid": "ok", "returned": "bad"}.get(line.last.state, "wait")
    words = " ".join((line.last.get_state_display(), line.last.bank_reason)).strip()
    return format_html('<span class="tag tag-{}">{}</span>', tone, words)


def _by_outcome(lines: Any, value: str) -> Any:
    return lines.filter(outcomes__is_last=True, outcomes__state=value)


@page("payment-run-lines")
def lines(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """明细: every line, to any depth."""
    run = run_of(request, run_id)
    listing = Listing(
        key="payment-lines",
        columns=(
            Column("line", "序号", lambda line: line.line_number, sort="line_number", is_number=True),
            Column("name", "姓名", lambda line: _person_link(line.who)),
            Column("place", "镇街、村社", lambda line: line.who.get("place", "")),
            Column("month", "待遇月份", lambda line: month(line.benefit_month)),
            Column("kind", "类别", lambda line: line.get_kind_display()),
            Column("base", "基础（元）", lambda line: yuan(line.base_pension_fen), is_number=True),
            Column("account", "个人账户（元）", lambda line: yuan(line.account_pension_fen), is_number=True),
            Column("years", "年限（元）", lambda line: yuan(line.years_pension_fen), is_number=True, is_shown=False),
            Column("deducted", "扣减多发（元）", lambda line: yuan(line.deducted_fen), is_number=True, is_shown=False),
            Column("amount", "合计（元）", lambda line: yuan(line.amount_fen), is_number=True),
            Column("outcome", "银行结果", _outcome),
        ),
        filters=(
            Filter("place", "镇街", lambda found, text: found.filter(division_path__startswith=text), "choice",
                   lambda: townships(run.division_path)),
            Filter("kind", "类别", lambda found, text: found.filter(kind=text), "choice", lambda: PaymentLine.Kind.choices),
            Filter("outcome", "银行结果", _by_outcome, "choice",
                   lambda: (("paid", "成功"), ("returned", "退票"), ("unknown", "待查"))),
        ),
        sort="line",
        empty_title="没有符合条件的明细",
        empty_help="请放宽条件；没有列入本批的人员在“概况”的“没有列入”中。",
        enrich=_fill,
    )  # fmt: skip
    found = PaymentLine.objects.filter(
        run=run, is_in_run=True, division_path__startswith=actor_of(request).scope
    )
    known = head(request, run, "payment-run-lines") | {
        "page": page_of(request, listing, found.prefetch_related("outcomes"))
    }
    return render(request, "workbench/payment/lines.html", known)


def _person_link(who: dict[str, Any]) -> Any:
    if not who:
        return ""
    return format_html('<a href="{}">{}</a>', reverse("person", args=[who["person_id"]]), who["name"])


@page("payment-run-files")
def files(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """银行文件和回盘: what goes to the banks, the funds, what came back."""
    run = run_of(request, run_id)
    known = head(request, run, "payment-run-files") | {
        "files": list(run.bank_files.select_related("document").order_by("bank_name", "sequence")),
        "receipts": list(run.receipts.order_by("received_on")),
        "received_fen": sum(run.receipts.values_list("amount_fen", flat=True)),
        "returns": [one for file in run.bank_files.all() for one in file.returns.order_by("received_at")],
        "outcomes": [row | {"title": OUTCOMES[row["state"]]} for row in facts.outcomes(run.pk)]
        if run.state in SENT
        else [],
        "may_list": run.state in SENT and may_open(actor_of(request), "payment-run-list"),
        "may_fund": run.state == "approved" and may_open(actor_of(request), "payment-run-return"),
        "may_return": run.state == "sent" and may_open(actor_of(request), "payment-run-return"),
    }
    return render(request, "workbench/payment/files.html", known)
