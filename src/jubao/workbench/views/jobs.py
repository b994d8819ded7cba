"""后台任务: long work with counts and time left; the page can be left and come back to.

Worked example: 发放名单 2026-11: 31 000 of 60 012, about 12 s left; closing the browser changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from jubao.database.actor import Actor
from jubao.jobs.progress import seconds_left
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.oversight.models import JobRun
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.templatetags.figures import moment, number

TONES = {"done": "ok", "failed": "bad", "running": "info", "stopped": "wait"}
TITLES = {
    "month_run": "月度工作", "selfaudit": "自检", "payment_draft": "生成发放名单", "payment_check": "送审发放名单",
    "payment_send": "发放", "interest": "年度计息",
    "sealing": "审计封存", "import": "导入", "backup": "备份",
    "print_forms": "打印信息确认表", "case_step": "办理大批业务",
}  # fmt: skip


def _title(run: JobRun) -> str:
    month = f" {Month.from_index(run.month)}" if run.month else ""
    return f"{TITLES.get(run.job, run.job)}{month}"


JOBS = Listing(
    key="jobs",
    columns=(
        Column("job", "任务", _title),
        Column("district", "地区", lambda run: run.district_code),
        Column("state", "状态", lambda run: run.get_state_display()),
        Column("done", "进度", lambda run: f"{number(run.done)} / {number(run.total)}" if run.total else "", is_number=True),
        Column("started", "开始", lambda run: moment(run.started_at)),
        Column("finished", "结束", lambda run: moment(run.finished_at)),
        Column("problem", "问题", lambda run: run.problem[:80]),
    ),
    filters=(
        Filter("state", "状态", lambda runs, text: runs.filter(state=text), "choice",
               lambda: JobRun._meta.get_field("state").flatchoices),
    ),
    link=lambda run: reverse("job", args=[run.pk]),
    empty_title="没有后台任务",
    empty_help="生成名单、计息、自检和大批导入会在这里显示进度。",
)  # fmt: skip


def _visible(actor: Actor) -> list[str]:
    """The districts on the officer's way: the place itself, above and below."""
    return [code for code in actor.scope.split("/") if len(code) == 6]


@page("jobs")
def index(request: HttpRequest) -> HttpResponse:
    """All jobs of the district."""
    codes = _visible(actor_of(request))
    runs = JobRun.objects.all() if not codes else JobRun.objects.filter(district_code__in=[*codes, ""])
    return render(
        request, "workbench/cases.html", {"page": page_of(request, JOBS, runs), "heading": "后台任务"}
    )


@dataclass(frozen=True)
class Shown:
    """A job as the bar draws it."""

    id: UUID
    title: str
    state: str
    get_state_display: str
    tone: str
    step: str
    done: int
    total: int
    left: str
    problem: str
    district_code: str
    kept: list[tuple[str, Any]]
    run_id: str
    case_id: str

    @property
    def done_text(self) -> str:
        """With commas."""
        return number(self.done)

    @property
    def total_text(self) -> str:
        """With commas; a question mark while nobody knows."""
        return number(self.total) if self.total else "?"


def _run(job_id: UUID) -> Shown:
    run = JobRun.objects.filter(pk=job_id).first()
    if run is None:
        raise Http404
    return shown_run(run)


def shown_run(run: JobRun) -> Shown:
    """A job as the bar draws it."""
    left = seconds_left(done=run.done, total=run.total, result=run.result, heartbeat_at=run.heartbeat_at)
    return Shown(
        id=run.pk,
        title=_title(run),
        state=run.state,
        get_state_display=run.get_state_display(),
        tone=TONES.get(run.state, "mute"),
        step=run.step,
        done=run.done,
        total=run.total,
        left=_duration(left) if left is not None and run.state == "running" else "",
        problem=run.problem,
        district_code=run.district_code,
        kept=list((run.result or {}).get("steps", {}).items()),
        run_id=_found_in(run, "run_id"),
        case_id=_case_of(run),
    )


def _found_in(run: JobRun, name: str) -> str:
    """What a finished step has left behind under that name, to go on there: the payment run."""
    found = (run.result or {}).get("steps", {}).values()
    return next((str(one[name]) for one in found if isinstance(one, dict) and name in one), "")


def _case_of(run: JobRun) -> str:
    """The case whose step the job takes; known before it is done, because a refusal leads back to it."""
    return str((run.result or {}).get("order", {}).get("case_id", ""))


def _duration(seconds: int) -> str:
    if seconds < 90:
        return _("{seconds} 秒").format(seconds=seconds)
    return _("{minutes} 分钟").format(minutes=round(seconds / 60))


@page("job")
def show(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job."""
    run = _run(job_id)
    return render(request, "workbench/job.html", {"run": run, "heading": run.title, "kept": run.kept})


@page("job-progress")
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The bar alone, asked for every second until the job is over."""
    return render(request, "workbench/components/progress.html", {"run": _run(job_id)})
