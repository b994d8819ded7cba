"""The roster as a file: marked, logged, masked, neutral, above the limit only with a second person (X4, G3)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.oversight.models import Export
from jubao.services.spreadsheets import exports
from jubao.services.spreadsheets.exports import export_request
from jubao.services.spreadsheets.fill import Filled
from jubao.services.spreadsheets.roster_export import roster_count, roster_export, roster_filters
from tests.support.cast import Cast
from tests.support.papers import step
from tests.support.residents import TODAY, a_beneficiary, an_enrolment, some_villages

MONTH = Month(2026, 11)
GROUPS = ["state", "place", "account"]


def exported(cast: Cast, form: str = "csv", **about: Any) -> Filled:
    return roster_export(
        actor=cast.handler.actor, groups=GROUPS, form=form, month=MONTH, today=TODAY, purpose="年度核对",
        district_code="500110", **about,
    )  # fmt: skip


def test_the_roster_comes_in_three_forms_with_the_same_rows(cast: Cast) -> None:
    first, second = some_villages()[:2]
    an_enrolment(village=second, name="=cmd()")
    a_beneficiary(village=first, name="张桂芳", account="6221412345678890")

    made = exported(cast)
    lines = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(exported(cast, "xlsx").content)).active
    table = pq.read_table(io.BytesIO(exported(cast, "parquet").content))

    assert cast.handler.actor.name in lines[0][0] and "年度核对" in lines[0][0]
    assert [row[1] for row in lines[2:]] == ["张桂芳", "'=cmd()"] and lines[2][7] == "正常待遇"
    assert "622*********8890" in lines[2] and "6221412345678890" not in made.content.decode("utf-8-sig")
    assert sheet.cell(4, 2).value == "=cmd()" and sheet.cell(4, 2).data_type == "s"
    assert table.num_rows == sheet.max_row - 2 == 2
    log = Export.objects.filter(what="roster").first()
    assert log is not None and (log.purpose, log.row_count) == ("年度核对", 2) and len(log.sha256) == 64


def test_above_the_limit_a_second_person_approves_exactly_this(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = some_villages()[0]
    for name in ("张一", "张二", "张三"):
        an_enrolment(village=village, name=name)
    monkeypatch.setattr(exports, "export_limit", lambda *_given: 2)
    with pytest.raises(DomainError, match="EXPORT_NEEDS_APPROVAL"):
        exported(cast)

    case = export_request(
        actor=cast.handler.actor, district_code="500110", what="roster", purpose="年度核对",
        filters=roster_filters(GROUPS, MONTH, "csv"), row_count=roster_count(cast.handler.actor), today=TODAY,
    )  # fmt: skip
    with pytest.raises(DomainError, match=r"POST_REQUIRED|SELF_APPROVAL"):
        step(cast.handler.actor, case, "approve")
    step(cast.reviewer.actor, case, "approve")

    made = exported(cast, case_id=case.id)
    assert made.export.approved_by == cast.reviewer.person.id
    with pytest.raises(DomainError, match="EXPORT_NEEDS_APPROVAL"):
        exported(cast, "xlsx", case_id=case.id)


def test_the_next_county_exports_none_of_it(cast: Cast) -> None:
    an_enrolment(village=some_villages()[0], name="张一")

    made = roster_export(
        actor=cast.outsider.actor, groups=["state"], form="csv", month=MONTH, today=TODAY, purpose="核对",
        district_code="440523",
    )  # fmt: skip

    assert made.counts == {"rows": 0}
