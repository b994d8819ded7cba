"""Imports from files: staged row by row, shown as differences, approved by another person, applied in one transaction.

Worked example: `import_stage(actor=…, kind="participants", path=…, file_name="新增参保.xlsx", district_code="500110", today=…)`
gives a batch with counts {new 3, change 1, same 2, refused 1} and an open case; the same content again is the same batch;
approving the case applies it; `import_undo` takes it back as long as nothing builds on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Division
from jubao.policy import Pack, load_pack
from jubao.services.cases.engine import case_open
from jubao.services.cases.idempotency import once
from jubao.services.cases.numbers import next_number
from jubao.services.documents.store import document_store
from jubao.services.imports.cases import ONE, TWO, ImportRefused
from jubao.services.imports.kinds import ImportKind, import_kind
from jubao.services.imports.reading import ReadFile, read_import
from jubao.services.imports.staging import Staging, counts_of, keep_rows, stage_rows


@dataclass(frozen=True)
class Manifest:
    """What the sender says the file holds; a difference refuses the whole file (F24)."""

    count: int | None = None
    sum_fen: int | None = None


@dataclass(frozen=True)
class _Upload:
    """The file and what came with it."""

    path: Path
    file_name: str
    content: bytes
    sha256: str


def import_stage(
    *,
    actor: Actor,
    kind: str,
    path: Path,
    file_name: str,
    district_code: str,
    today: date,
    now: datetime,
    source: str = "",
    month: Month | None = None,
    mapping: Mapping[str, str] | None = None,
    manifest: Manifest | None = None,
) -> ImportBatch:
    """Read a file, judge every row, keep both, and open the case that lets it take effect.

    The same content again gives the batch it already is. Raises InputRefused (file, MANIFEST_MISMATCH, IMPORT_TOO_LARGE),
    WrongUsage (kind, month), CaseRefused (post).
    """
    chosen = import_kind(kind)
    check_source(chosen, source)
    if chosen.needs_month and month is None:
        raise WrongUsage("MONTH_MISSING", _("这种名单须写明月份。"), remedy=_("请填写月份，如 2026-11。"))
    content = path.read_bytes() if path.is_file() else b""
    upload = _Upload(path, file_name, content, hashlib.sha256(content).hexdigest())
    with unit_of_work(actor, "import_stage"):
        former = _former(chosen, source, district_code, upload.sha256, month)
        if former is not None:
            return former
        pack = load_pack(district_code)
        reader = chosen.read or read_import
        read = reader(chosen, path, pack, mapping=mapping, today=today, source=source)
        check_manifest(chosen, read, manifest or Manifest())
        check_cap(chosen, read, pack, today)
        context = Staging(chosen, pack, actor, today, district_code, month.index if month else None, source)
        if chosen.derive is not None:
            chosen.derive(context, read.rows)
        stage_rows(context, read)
        chosen.judge(context=context)
        batch = _keep(context, read, upload, mapping or {})
        return _propose(batch, context, now)


def _former(
    kind: ImportKind, source: str, district_code: str, sha256: str, month: Month | None
) -> ImportBatch | None:
    return ImportBatch.objects.filter(
        kind=kind.kind, source=source, district_code=district_code, file_sha256=sha256,
        month=month.index if month else None, state__in=("staged", "applied"),
    ).first()  # fmt: skip


def check_source(kind: ImportKind, source: str) -> None:
    """Raises WrongUsage SOURCE_UNKNOWN when the kind has several lists and none of them is named."""
    if kind.sources and source not in kind.sources:
        words = "、".join(f"{code}（{title}）" for code, title in kind.sources.items())
        raise WrongUsage(
            "SOURCE_UNKNOWN", _("请说明是哪一种名单。"), remedy=_("可选：{words}。").format(words=words)
        )


def check_manifest(kind: ImportKind, read: ReadFile, manifest: Manifest) -> None:
    """Raises InputRefused MANIFEST_MISMATCH when count or sum are not those that the sender gave."""
    if manifest.count is not None and manifest.count != read.line_count:
        message = _("清单写明 {stated} 行，文件有 {count} 行。").format(
            stated=manifest.count, count=read.line_count
        )
        raise InputRefused("MANIFEST_MISMATCH", message, remedy=_("文件可能不完整，请向来源核对后重传。"))
    if manifest.sum_fen is not None and kind.amount:
        total = sum(int(row[kind.amount] or 0) for row in read.rows)
        if total != manifest.sum_fen:
            message = _("清单写明 {stated} 元，文件合计 {total} 元。").format(
                stated=Fen(manifest.sum_fen).yuan, total=Fen(total).yuan
            )
            raise InputRefused("MANIFEST_MISMATCH", message, remedy=_("请向来源核对后重传。"))


def check_cap(kind: ImportKind, read: ReadFile, pack: Pack, today: date) -> None:
    """Raises InputRefused IMPORT_TOO_LARGE when a capped kind holds more different persons than the pack allows."""
    if not kind.is_capped:
        return
    rule = pack.setting("import.max_persons", today)
    people = len({row["id_number"] for row in read.rows})
    if rule.value != "none" and people > int(rule.value):
        raise InputRefused(
            "IMPORT_TOO_LARGE",
            _("这批有 {people} 人，每次导入不得超过 {limit} 人。").format(people=people, limit=rule.value),
            remedy=_("整批未导入。请按批次重新整理并说明理由；分拆会被标记给审批人。"),
            citation=rule.citation,
        )


def _keep(context: Staging, read: ReadFile, upload: _Upload, mapping: Mapping[str, str]) -> ImportBatch:
    document = document_store(
        actor=context.actor, content=upload.content, name=upload.file_name, content_type="application/octet-stream",
        document_class="import_file", district_code=context.district_code,
    )  # fmt: skip
    batch = ImportBatch.objects.create(
        kind=context.kind.kind, source=context.source, district_code=context.district_code, month=context.month,
        division_path=_place_of(context), file_name=upload.file_name[:200], file_sha256=upload.sha256,
        document=document, mapping={"columns": dict(mapping), **read.place},
    )  # fmt: skip
    keep_rows(batch, context, read)
    summary = counts_of(batch, context.kind.amount)
    counts = summary["counts"]
    batch.rejected_count = counts["refused"]
    batch.accepted_count = counts["new"] + counts["change"] + counts["same"]
    batch.row_count = batch.accepted_count + batch.rejected_count
    number = next_number(context.district_code, context.today.year, "import")
    batch.summary = {**summary, "number": number, "notes": read.notes, "warnings": _warnings(context, batch)}
    batch.save()
    return batch


def _place_of(context: Staging) -> str:
    """The actor's own place inside the district: a township's import is a township's."""
    district = Division.objects.get(code=context.district_code, valid_until__isnull=True)
    inside = context.actor.scope.startswith(district.path)
    return context.actor.scope if inside else district.path


def _warnings(context: Staging, batch: ImportBatch) -> list[str]:
    """Several files of one person in a short time that together exceed the cap look like one file that was split (F32)."""
    rule = context.pack.setting("import.max_persons", context.today)
    if not context.kind.is_capped or rule.value == "none":
        return []
    hours = int(context.pack.setting("import.split_window_hours", context.today).value)
    recent = ImportBatch.objects.filter(
        kind=batch.kind, district_code=batch.district_code, case__maker_id=context.actor.natural_person_id,
        created_at__gte=batch.created_at - timedelta(hours=hours),
    ).exclude(id=batch.id)  # fmt: skip
    total = batch.accepted_count + sum(recent.values_list("accepted_count", flat=True))
    if not recent or total <= int(rule.value):
        return []
    words = _("{hours} 小时内同一人分 {files} 次导入共 {total} 人，超过每次 {limit} 人，疑似拆分。")
    return [words.format(hours=hours, files=len(recent) + 1, total=total, limit=rule.value)]


def _propose(batch: ImportBatch, context: Staging, now: datetime) -> ImportBatch:
    """Open the case; a file that changes nothing is done at once."""
    counts = batch.summary["counts"]
    if not counts["new"] and not counts["change"]:
        batch.state = ImportBatch.State.APPLIED if batch.accepted_count else ImportBatch.State.REFUSED
        batch.applied_at = now
        batch.save(update_fields=["state", "applied_at"])
        return batch
    levels = int(context.pack.setting("import.approvals", context.today).value)
    case = case_open(
        actor=context.actor,
        kind=TWO if levels > 1 else ONE,
        district_code=batch.district_code,
        division_path=batch.division_path,
        subject_id=batch.id,
        title=chinese("导入{title}：{name}").format(title=context.kind.title, name=batch.file_name)[:200],
        proposal=proposal_of(batch),
        today=context.today,
        channel="file",
    )
    batch.case = case
    batch.save(update_fields=["case"])
    return batch


def proposal_of(batch: ImportBatch) -> dict[str, Any]:
    """What the approver approves: the content by its hash, and what it would do."""
    return {
        "batch": str(batch.id),
        "kind": batch.kind,
        "file": batch.file_name,
        "sha256": batch.file_sha256,
        "counts": batch.summary["counts"],
        "sums": batch.summary["sums"],
        "warnings": batch.summary["warnings"],
    }


def import_undo(
    *,
    actor: Actor,
    batch_id: UUID,
    reason: str,
    today: date,
    now: datetime,
    idempotency_key: str | None = None,
) -> ImportBatch:
    """Take an applied import back while nothing builds on it. Raises ImportRefused."""
    if len(reason.strip()) < 2:
        raise WrongUsage("REASON_MISSING", _("撤销必须写明原因。"), remedy=_("请填写原因。"))

    def undone() -> dict[str, Any]:
        batch = ImportBatch.objects.select_for_update().get(id=batch_id)
        kind = import_kind(batch.kind)
        if batch.state != ImportBatch.State.APPLIED or kind.undo is None:
            raise ImportRefused(
                "IMPORT_CANNOT_BE_UNDONE",
                _("这一批不能撤销（{state}）。").format(state=ImportBatch.State(batch.state).label),
                remedy=_("请按人更正。"),
            )
        if not actor.is_system and not actor.posts & kind.reviewers:
            raise ImportRefused("POST_REQUIRED", _("撤销导入由审批岗位办理。"), remedy=_("请转交审批岗位。"))
        kind.undo(batch=batch, actor=actor, today=today)
        batch.state = ImportBatch.State.UNDONE
        batch.summary = {
            **batch.summary,
            "undone": {"reason": reason, "at": now.isoformat(), "by": actor.name},
        }
        batch.save(update_fields=["state", "summary"])
        return {"batch": str(batch_id)}

    with unit_of_work(actor, "import_undo"):
        once(idempotency_key, "import_undo", {"batch": batch_id, "reason": reason}, undone)
        return ImportBatch.objects.get(id=batch_id)


def import_of_case(case_id: UUID) -> ImportBatch | None:
    """The batch of a case, for its page."""
    return ImportBatch.objects.filter(case_id=case_id).first()


__all__ = ["Manifest", "import_of_case", "import_stage", "import_undo", "proposal_of"]
