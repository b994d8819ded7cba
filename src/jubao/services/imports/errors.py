"""The error sheet of an import: the file as it came, with what became of each row, what is wrong with it and what to do.

Worked example: row 17 of 新增参保.xlsx gets 拒绝 and 校验位不符… in two new columns; a clerk repairs it
there and sends the file again.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from jubao.cases.models import ImportBatch, ImportRow
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _, translated
from jubao.matching.reading_detect import FileKind, detect
from jubao.matching.reading_encoding import sniff_encoding
from jubao.matching.reading_text import open_text
from jubao.matching.spreadsheet_filling import fill, filled_name
from jubao.matching.spreadsheet_reading import AskedFile, AskedSheet
from jubao.services.documents.store import document_open
from jubao.services.spreadsheets.exports import export_record

WORDS = {"new": "新增", "change": "变更", "same": "相同", "refused": "拒绝"}


def import_error_sheet(*, actor: Actor, batch: ImportBatch, today: date) -> tuple[str, bytes]:
    """Name and content of the file with the two columns 处理结果 and 问题及处理办法. Raises WrongUsage for a Parquet file."""
    rows: dict[int, list[Any]] = defaultdict(lambda: ["", ""])
    for row in ImportRow.objects.filter(batch=batch).order_by("source_row", "id"):
        cells = rows[row.source_row]
        cells[0] = "、".join(
            dict.fromkeys([*filter(None, cells[0].split("、")), translated(WORDS[row.decision])])
        )
        cells[1] = "；".join(filter(None, (cells[1], row.remedy)))
    assert batch.document is not None
    with tempfile.TemporaryDirectory() as folder, unit_of_work(actor, "import_error_sheet"):
        source = Path(folder) / Path(batch.file_name).name
        source.write_bytes(document_open(batch.document.id))
        name = filled_name(batch.file_name, _("审核结果"))
        target = Path(folder) / f"out-{name}"
        asked = _asked(source, batch)
        titles = [_("处理结果"), _("问题及处理办法")]
        fill(asked, target, titles=titles, answers={asked.sheets[0].name: dict(rows)})
        content = target.read_bytes()
        export_record(
            actor=actor, what="import_error_sheet", purpose=_("导入审核结果"), filters={"batch": str(batch.id)},
            row_count=len(rows), content=content,
        )  # fmt: skip
    return name, content


def _asked(source: Path, batch: ImportBatch) -> AskedFile:
    place = batch.mapping
    sheet = AskedSheet(
        place.get("sheet", ""), place.get("header_row", 1), place.get("width", 1), {"id_number": 0}, []
    )
    kind = detect(source)
    if kind is FileKind.PARQUET:
        raise WrongUsage("FILE_PARQUET", _("Parquet 文件没有审核表。"), remedy=_("请看页面上的逐行结果。"))
    if kind is not FileKind.TEXT:
        return AskedFile(source, kind, [sheet])
    encoding = sniff_encoding(source)
    return AskedFile(source, kind, [sheet], encoding.codec, open_text(source, encoding).delimiter)
