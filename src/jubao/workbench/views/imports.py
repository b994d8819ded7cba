"""导入: bring a file, see what it would change row by row, follow its case, take the error sheet, undo.

Worked example: 数据岗 chooses 参保人员 and a file; the batch page shows 新增 3, 变更 1, 相同 2, 拒绝 1 with every reason; the
case link leads to where another person approves.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.cases.models import Case, ImportBatch, ImportRow
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.id_number import mask_id
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.imports.batches import Manifest, import_stage, import_undo
from jubao.services.imports.errors import WORDS, import_error_sheet
from jubao.services.imports.feed_files import feed_batch_undo, feed_sources, feed_stage
from jubao.services.imports.kinds import import_kind, import_kinds
from jubao.services.people.identity_changes import identity_batch_propose
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today

SHOWN_BATCHES, SHOWN_ROWS = 50, 100
FEED_POSTS = frozenset({"data_officer", "handler"})
BINARY = "application/octet-stream"


@page("imports")
def index(request: HttpRequest) -> HttpResponse:
    """The form and the latest batches of the place; a sent form leads to its batch."""
    actor = actor_of(request)
    if request.POST.get("do") == "identity":
        case = attempt(request, lambda: _identities(request))
        return redirect("case", case.pk) if case is not None else redirect("imports")
    if request.method == "POST":
        made = attempt(request, lambda: _staged(request))
        return redirect("import-batch", made.pk) if made is not None else redirect("imports")
    kinds = [kind for kind in import_kinds().values() if actor.posts & kind.makers]
    batches = ImportBatch.objects.filter(division_path__startswith=actor.scope).order_by("-id")[
        :SHOWN_BATCHES
    ]
    known = {
        "heading": "导入", "kinds": kinds, "sources": [(k.title, k.sources.items()) for k in kinds if k.sources],
        "feeds": feed_sources(pack_code_of(actor.scope), today()).items() if actor.posts & FEED_POSTS else (),
        "batches": [(batch, _title(batch), batch.summary.get("counts", {})) for batch in batches],
        "month": f"{today():%Y-%m}",
    }  # fmt: skip
    return render(request, "workbench/imports/index.html", known)


def _identities(request: HttpRequest) -> Case:
    """Propose the identities that the month's lists give, for everybody of the place in one case."""
    actor, month = actor_of(request), request.POST.get("month", "").strip()
    return identity_batch_propose(
        actor=actor, district_code=pack_code_of(actor.scope), today=today(),
        month=Month.parse(month) if month else Month.containing(today()),
    )  # fmt: skip


def _title(batch: ImportBatch) -> str:
    return (
        _("数据来源 {source}").format(source=batch.source)
        if batch.kind == "feed"
        else import_kind(batch.kind).title
    )


def _staged(request: HttpRequest) -> ImportBatch:
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        raise InputRefused("FILE_MISSING", _("没有选择文件。"), remedy=_("请选择要导入的文件。"))
    sent, actor = request.POST, actor_of(request)
    name = Path(given.name or "file").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(given.read())
        about: dict[str, Any] = {
            "actor": actor, "path": path, "file_name": name, "district_code": pack_code_of(actor.scope),
            "today": today(), "now": now(), "source": sent.get("source", "").strip(),
            "month": Month.parse(sent["month"]) if sent.get("month") else None,
            "manifest": Manifest(
                int(sent["count"]) if sent.get("count", "").isdigit() else None,
                int(Fen.from_yuan(sent["sum"])) if sent.get("sum", "").strip() else None,
            ),
        }  # fmt: skip
        if sent.get("kind") == "feed":
            return feed_stage(**{**about, "month": about["month"] or Month.containing(today())})
        return import_stage(kind=sent.get("kind", ""), **about)


def _batch(request: HttpRequest, batch_id: UUID) -> ImportBatch:
    found = ImportBatch.objects.filter(pk=batch_id, division_path__startswith=actor_of(request).scope).first()
    if found is None:
        raise Http404
    return found


@page("import-batch")
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """What the file would change or has changed, the reasons of what was refused, row by row."""
    one, chosen = _batch(request, batch_id), request.GET.get("decision", "")
    rows = ImportRow.objects.filter(batch=one).order_by("source_row", "id")
    if chosen in WORDS:
        rows = rows.filter(decision=chosen)
    after = request.GET.get("after", "")
    found = list(
        rows.filter(id__gt=int(after))[: SHOWN_ROWS + 1] if after.isdigit() else rows[: SHOWN_ROWS + 1]
    )
    counts, sums = one.summary.get("counts", {}), one.summary.get("sums") or {}
    known = {
        "heading": _("导入批次 {number}").format(number=one.summary.get("number", "")), "batch": one,
        "title": _title(one), "chosen": chosen, "warnings": one.summary.get("warnings", []),
        "tabs": [(code, word, counts.get(code, 0), sums.get(code)) for code, word in WORDS.items()],
        "rows": [_shown(row) for row in found[:SHOWN_ROWS]],
        "after": found[SHOWN_ROWS - 1].pk if len(found) > SHOWN_ROWS else "",
        "problems": (one.summary.get("problems") or {}).items(), "notes": one.summary.get("notes", []),
        "may_undo": one.state == "applied" and (one.kind == "feed" or import_kind(one.kind).undo is not None),
        "key": uuid4(), "undone": one.summary.get("undone"), "month": Month.from_index(one.month) if one.month else "",
    }  # fmt: skip
    return render(request, "workbench/imports/batch.html", known)


def _shown(row: ImportRow) -> dict[str, Any]:
    values = row.values
    differences = [
        (field, "" if old is None else old, "" if new is None else new)
        for field, (old, new) in sorted(row.differences.items())
    ]
    return {
        "row": row.source_row, "name": values.get("name", ""), "number": mask_id(values.get("id_number") or ""),
        "decision": WORDS[row.decision], "is_refused": row.decision == "refused", "remedy": row.remedy,
        "differences": differences,
    }  # fmt: skip


@page("import-errors")
@require_POST
def errors(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The file as it came, with two columns more."""
    one = _batch(request, batch_id)
    made = attempt(request, lambda: import_error_sheet(actor=actor_of(request), batch=one, today=today()))
    if made is None:
        return redirect("import-batch", batch_id)
    return attached(*made)


def attached(name: str, content: bytes) -> HttpResponse:
    """A file to be saved under a Chinese name."""
    answer = HttpResponse(content, content_type=BINARY)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@page("import-undo")
@require_POST
def undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take an applied batch back while nothing builds on it."""
    one, reason = _batch(request, batch_id), request.POST.get("reason", "")
    actor = actor_of(request)

    def run() -> ImportBatch:
        if one.kind == "feed":
            return feed_batch_undo(actor=actor, batch=one, reason=reason)
        key = request.POST.get("key") or None
        return import_undo(
            actor=actor, batch_id=one.pk, reason=reason, today=today(), now=now(), idempotency_key=key
        )

    if attempt(request, run) is not None:
        messages.success(request, _("已撤销。"))
    return redirect("import-batch", batch_id)
