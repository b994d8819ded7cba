"""Files for import tests and the way of a file from staging to effect.

Worked example: `approved(cast, staged(cast, "participants", a_csv(HEAD, row)))` stages as 数据岗 and approves as 复核岗.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jubao.cases.models import Case, ImportBatch
from jubao.database.actor import Actor
from jubao.services.cases.engine import advance, case_view
from jubao.services.imports.batches import import_stage
from tests.support.cast import Cast
from tests.support.residents import TODAY

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def a_csv(*rows: Sequence[object]) -> bytes:
    """Rows as a CSV of a Chinese office."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("gb18030")


def staged(
    cast: Cast, kind: str, content: bytes, *, name: str = "名单.csv", actor: Actor | None = None, **about: Any
) -> ImportBatch:
    """The batch of this content, staged by the district's 数据岗."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        settings = {"district_code": "500110", "today": TODAY, "now": NOW, **about}
        return import_stage(actor=actor or cast.data.actor, kind=kind, path=path, file_name=name, **settings)


def approved(
    cast: Cast, batch: ImportBatch, *, actor: Actor | None = None, action: str = "approve"
) -> ImportBatch:
    """The batch after the reviewer looked at its case and approved it."""
    who = actor or cast.reviewer.actor
    case = Case.objects.get(id=batch.case_id)
    case_view(actor=who, case_id=case.id, now=NOW)
    advance(
        actor=who, case_id=case.id, action=action, expected_version=case.version, digest_seen=case.digest,
        today=TODAY, now=NOW,
    )  # fmt: skip
    return ImportBatch.objects.get(id=batch.id)
