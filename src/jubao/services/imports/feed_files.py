"""Feeds and bank returns as imports: stored and booked by their own services, shown as batches like every other file.

Worked example: `feed_stage(source="NDRC", month=2026-11, …)` cleans the file into the data folder and keeps a batch with number
500110-2026-000007, rows, accepted, rejected; `bank_return_stage` hands the file to the payment run it answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import BankFile, BankReturn
from jubao.people.models import Division
from jubao.policy import load_pack
from jubao.services.cases.numbers import next_number
from jubao.services.certification.feeds import feed_import, feed_undo
from jubao.services.documents.store import document_store
from jubao.services.imports.batches import Manifest
from jubao.services.payments.bank_returns import return_book


def feed_sources(district_code: str, today: date) -> dict[str, str]:
    """The feeds a region has configured, with their titles."""
    return {code: source.title for code, source in load_pack(district_code).sources(today).items()}


def feed_stage(
    *, actor: Actor, source: str, path: Path, file_name: str, district_code: str, month: Month, today: date,
    now: datetime, mapping: Mapping[str, str] | None = None, manifest: Manifest | None = None,
) -> ImportBatch:  # fmt: skip
    """Clean and keep a feed. The same content again is the same batch. Raises WrongUsage SOURCE_UNKNOWN, InputRefused."""
    if source not in feed_sources(district_code, today):
        words = "、".join(f"{code}（{title}）" for code, title in feed_sources(district_code, today).items())
        raise WrongUsage(
            "SOURCE_UNKNOWN",
            _("本地区没有来源 {source}。").format(source=source or "—"),
            remedy=_("可选：{words}。").format(words=words),
        )
    content = path.read_bytes() if path.is_file() else b""
    sha256 = hashlib.sha256(content).hexdigest()
    with unit_of_work(actor, "import_stage"):
        former = ImportBatch.objects.filter(
            kind="feed", source=source, district_code=district_code, file_sha256=sha256, month=month.index,
            state="applied",
        ).first()  # fmt: skip
        if former is not None:
            return former
        document = document_store(
            actor=actor, content=content, name=file_name, content_type="application/octet-stream",
            document_class="feed_file", district_code=district_code,
        )  # fmt: skip
        feed, _is_new = feed_import(
            actor=actor, source=source, district_code=district_code, month=month.index, path=path,
            mapping=dict(mapping or {}), document_id=document.id,
        )  # fmt: skip
        stated = manifest.count if manifest else None
        if stated is not None and stated != feed.row_count:
            message = _("清单写明 {stated} 行，文件有 {count} 行。").format(
                stated=stated, count=feed.row_count
            )
            raise InputRefused("MANIFEST_MISMATCH", message, remedy=_("文件可能不完整，请向来源核对后重传。"))
        number = next_number(district_code, today.year, "import")
        district = Division.objects.get(code=district_code, valid_until__isnull=True)
        counts = {"new": feed.accepted_count, "change": 0, "same": 0, "refused": feed.rejected_count}
        summary = {
            "number": number, "counts": counts, "sums": {}, "problems": {}, "notes": [], "warnings": [],
            "feed": str(feed.id), "data_from": str(feed.data_from or ""), "data_until": str(feed.data_until or ""),
        }  # fmt: skip
        return ImportBatch.objects.create(
            kind="feed", source=source, district_code=district_code, division_path=district.path, month=month.index,
            file_name=file_name[:200], file_sha256=sha256, document=document, state="applied", applied_at=now,
            row_count=feed.accepted_count + feed.rejected_count, accepted_count=feed.accepted_count,
            rejected_count=feed.rejected_count, summary=summary, mapping=dict(mapping or {}),
        )  # fmt: skip


def feed_batch_undo(*, actor: Actor, batch: ImportBatch, reason: str) -> ImportBatch:
    """Take a feed back: later comparisons do not read it."""
    with unit_of_work(actor, "import_undo"):
        feed_undo(actor=actor, feed_id=UUID(batch.summary["feed"]))
        batch.state = ImportBatch.State.UNDONE
        batch.summary = {**batch.summary, "undone": {"reason": reason, "by": actor.name}}
        batch.save(update_fields=["state", "summary"])
        return batch


def bank_return_stage(
    *,
    actor: Actor,
    path: Path,
    file_name: str,
    district_code: str,
    today: date,
    now: datetime,
    bank_file: str = "",
) -> BankReturn:
    """Book a return file for the one file of the district that waits for its answer, or for the named one.

    Raises WrongUsage BANK_FILE_UNCLEAR when none or several wait.
    """
    with unit_of_work(actor, "bank_return_stage"):
        waiting = BankFile.objects.filter(
            run__district_code=district_code, run__state__in=("sent", "reconciled")
        )
        found = list(waiting.filter(id=bank_file) if bank_file else waiting.exclude(state="answered"))
        if len(found) != 1:
            names = "、".join(f"{one.id}（{one.bank_name} {one.line_count}）" for one in found)
            raise WrongUsage(
                "BANK_FILE_UNCLEAR",
                _("等待回盘的代发文件有 {count} 个。").format(count=len(found)),
                remedy=_("请用 --source 指明是哪一个：{names}").format(names=names),
            )
        return return_book(
            actor=actor,
            bank_file_id=found[0].id,
            content=path.read_bytes(),
            name=file_name,
            today=today,
            now=now,
        )
