"""Lists and sheets of a payment month to take away: the full list, and sheets per village in one package.

Worked example: 办理岗 asks for 公示表 of a closed month and gets 2025-06-公示表.zip with a folder per township and a PDF per
village; the purpose stands in the log of exports.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jubao.kernel.month import Month
from jubao.services.payments.lists import payment_list_write
from jubao.services.payments.sheets import SHEETS, sheets_print
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.views.payment_runs import run_of

FORMATS = ("xlsx", "csv", "parquet")


@page("payment-run-list")
@require_POST
def payment_list(request: HttpRequest, run_id: UUID) -> HttpResponse | FileResponse:
    """The payment list of a run with all parts."""
    run, sent = run_of(request, run_id), request.POST
    ending = sent.get("format", "xlsx")
    name = f"{run.number}-待遇发放人员名单.{ending if ending in FORMATS else 'xlsx'}"

    def write(folder: Path) -> Path:
        path = folder / name
        case = sent.get("export_case", "")
        payment_list_write(
            actor=actor_of(request), run_id=run.pk, path=path, purpose=sent.get("purpose", ""), today=today(),
            export_case_id=UUID(case) if case else None,
        )  # fmt: skip
        return path

    return _download(request, write, name) or redirect("payment-run-files", run.pk)


@page("payment-sheets")
@require_POST
def sheets(request: HttpRequest) -> HttpResponse | FileResponse:
    """One kind of sheet for every village of the officer's place, as one package."""
    sent = request.POST
    what, actor = sent.get("what", ""), actor_of(request)
    name = f"{sent.get('month', '')}-{SHEETS.get(what, '')}.zip"

    def write(folder: Path) -> Path:
        sheets_print(
            actor=actor, what=what, district_code=pack_code_of(actor.scope), month=Month.parse(sent.get("month", "")).index,
            folder=folder / "sheets", purpose=sent.get("purpose", ""), today=today(),
        )  # fmt: skip
        package = folder / "package.zip"
        with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as target:
            for path in sorted((folder / "sheets").rglob("*.pdf")):
                target.write(path, path.relative_to(folder / "sheets").as_posix())
        return package

    return _download(request, write, name) or redirect("payment-runs")


def _download(request: HttpRequest, write: Callable[[Path], Path], name: str) -> FileResponse | None:
    with tempfile.TemporaryDirectory() as folder:
        made = attempt(request, lambda: write(Path(folder)))
        if made is None:
            return None
        content = BytesIO(made.read_bytes())
    return FileResponse(content, as_attachment=True, filename=name)
