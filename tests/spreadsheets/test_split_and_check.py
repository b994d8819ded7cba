"""Split for the offices (K1), check the returned sheet (H7–H9), trial run of deaths (E3): counts add up, nothing is written."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.ledger.models import Transfer
from jubao.matching.spreadsheet_checking import read_death
from jubao.payments.models import PaymentLine, PaymentOutcome, PaymentRun
from jubao.people.numbers import numbers_of
from jubao.services.spreadsheets.check import spreadsheet_check
from jubao.services.spreadsheets.recovery import spreadsheet_recovery
from jubao.services.spreadsheets.split import spreadsheet_split
from tests.support.cast import Cast
from tests.support.residents import (
    TODAY,
    Beneficiary,
    a_beneficiary,
    an_enrolment,
    number_of,
    some_villages,
    system,
)

NOBODY = number_of(509909, date(1950, 1, 2), 4)
XLSX_HEAD = ("序号", "姓名", "身份证号码", "金额")


def a_form(*rows: tuple[object, ...], head: tuple[str, ...] = XLSX_HEAD) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "入户核查表"
    sheet["A2"] = "单位名称：        制表时间："
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    sheet.append(["合计", len(rows)])
    sheet["B4"].border = Border(left=Side(style="thin"))
    sheet.column_dimensions["C"].width = 24
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def number(person_id: object) -> str:
    return numbers_of([person_id])[person_id]  # type: ignore[list-item, index]


def given(cast: Cast, content: bytes) -> dict[str, object]:
    return {
        "actor": cast.handler.actor, "content": content, "name": "核查表.xlsx", "today": TODAY, "purpose": "下发核查",
        "district_code": "500110",
    }  # fmt: skip


def test_a_list_becomes_one_workbook_per_village_and_the_counts_add_up(cast: Cast) -> None:
    first, second = some_villages()[:2]
    people = [an_enrolment(village=village, name="张桂芳").person_id for village in (first, first, second)]
    rows = [(9, "张桂芳", number(person), 10.5) for person in people] + [(9, "无名氏", NOBODY, 1)]

    made = spreadsheet_split(**given(cast, a_form(*rows)))  # type: ignore[arg-type]

    assert (
        made.counts == {"古南街道/新民村": 2, "古南街道/团结村": 1, "": 1} and sum(made.counts.values()) == 4
    )
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
        assert names[:2] == ["古南街道/团结村核查表.xlsx", "古南街道/新民村核查表.xlsx"] or set(names) >= {
            "古南街道/新民村核查表.xlsx", "未归属/未分村社区核查表.xlsx"
        }  # fmt: skip
        page = load_workbook(io.BytesIO(archive.read("古南街道/新民村核查表.xlsx"))).active
        listing = load_workbook(io.BytesIO(archive.read("分发清单20261120.xlsx"))).active
    values = [[cell.value for cell in row] for row in page.iter_rows()]
    assert "单位名称：古南街道新民村" in values[1][0]
    assert [row[0] for row in values[3:5]] == [1, 2] and values[5] == ["合计", "2人", None, 21]
    assert page["B4"].border.left.style == "thin" and page.column_dimensions["C"].width == 24
    assert [cell.value for cell in list(listing.iter_rows())[-1]] == ["合计", None, 4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019.3", "2019-03"),
        ("2019-03", "2019-03"),
        ("2019,3", "2019-03"),
        ("201903", "2019-03"),
        ("2019年\n3月", "2019-03"),
    ],
)
def test_months_of_death_are_read_as_townships_write_them(text: str, expected: str) -> None:
    assert str(read_death(text)[0]) == expected


def test_an_impossible_month_of_death_is_refused() -> None:
    assert read_death("2019.13")[0] is None and "月份" in read_death("去年")[1]


CHECK_HEAD = (
    *("村组名称", "身份证号码", "姓名", "是否健在", "是否本人（亲属）领卡在手", "死亡日期"),
    *("异常情况", "核查结果备注", "入户核查人姓名", "入户核查人联系方式"),
)
CHECKER = ("李四", "13800000001")


def test_errors_stand_in_the_row_and_good_rows_have_one_class(cast: Cast) -> None:
    village = some_villages()[0]
    good, dead, odd, other = (
        a_beneficiary(village=village, name=name) for name in ("甲一", "乙二", "丙三", "丁四")
    )
    rows = [
        ("新民村", number(good.person.id), "甲一", "1", "1", "", "0", "", *CHECKER),
        ("新民村", number(dead.person.id), "乙二", "1", "1", "2026.3", "0", "", *CHECKER),
        ("新民村", number(odd.person.id), "丙三", "", "", "", "4", "", *CHECKER),
        ("团结村", number(other.person.id), "丁五", "1", "0", "", "0", "", *CHECKER),
        ("新民村", NOBODY, "某", "1", "1", "", "0", "", *CHECKER),
        ("新民村", number(good.person.id), "甲一", "1", "1", "", "0", "", *CHECKER),
    ]

    made = spreadsheet_check(**given(cast, a_form(*rows, head=CHECK_HEAD)))  # type: ignore[arg-type]

    assert (made.counts["passed"], made.counts["returned"], made.counts["正常人员"]) == (1, 5, 1)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".xlsx"))
        lines = list(
            load_workbook(io.BytesIO(archive.read(name))).active.iter_rows(min_row=4, values_only=True)
        )
        with zipfile.ZipFile(io.BytesIO(archive.read("退回20261120.zip"))) as bad:
            back = load_workbook(io.BytesIO(bad.read(bad.namelist()[0]))).active
    assert lines[0][10:] == ("通过", "正常人员", None, None)
    assert "健在的人不能有死亡日期" in lines[1][13] and lines[1][12] == "死亡日期"
    assert "须写备注" in lines[2][13] and "姓名与登记的不一致" in lines[3][13] and "另一个村" in lines[3][13]
    assert lines[4][10] == lines[5][10] == "退回" and "重复" in lines[5][13]
    assert back.max_row == 3 + 5 + 1


def paid(someone: Beneficiary, months: range) -> None:
    """The months as truly paid lines of closed runs."""
    with unit_of_work(system(), "test"):
        for index in months:
            case = Case.objects.create(
                number=f"P-{index}", kind="payment_run", district_code="500110", state="closed", is_open=False,
                division_path="500000/500110/",
            )  # fmt: skip
            run = PaymentRun.objects.create(
                number=f"R-{index}", district_code="500110", division_path="500000/500110/", benefit_month=index,
                state="draft", cut_off_on=TODAY, pack_hash="", case=case,
            )  # fmt: skip
            line = PaymentLine.objects.create(
                run=run, line_number=1, enrolment_id=someone.enrolment.id, benefit_month=index,
                entitlement_id=someone.entitlement_id,
                division_path=someone.enrolment.division_path, kind="monthly", base_pension_fen=14500,
                account_pension_fen=1802, amount_fen=16302, payout_account_id=someone.account.id,
            )  # fmt: skip
            PaymentOutcome.objects.create(line=line, state="paid", answered_on=date(2026, 1, 1))


def test_a_trial_run_of_deaths_counts_months_by_what_they_are_for_and_writes_nothing(cast: Cast) -> None:
    drawing = a_beneficiary(village=some_villages()[0], name="张桂芳")
    paid(drawing, range(Month(2026, 3).index, Month(2026, 9).index))
    rows = [
        ("张桂芳", number(drawing.person.id), "2026.4"), ("张桂芳", number(drawing.person.id), "2026-12"),
        ("某", NOBODY, "2026-04"), ("张桂芳", number(drawing.person.id), ""),
    ]  # fmt: skip

    made = spreadsheet_recovery(**given(cast, a_form(*rows, head=("姓名", "身份证号码", "死亡日期"))))  # type: ignore[arg-type]

    lines = list(load_workbook(io.BytesIO(made.content)).active.iter_rows(min_row=4, values_only=True))
    assert lines[0][3:9] == ("2026-04", 4, 652.08, 580, 72.08, 0)
    assert lines[0][9] == 0 and lines[0][13] == 652.08
    assert "无效" in lines[1][14] and "未在本辖区" in lines[2][14] and "没有死亡年月" in lines[3][14]
    assert (made.counts["persons"], made.counts["overpaid_fen"]) == (1, 65208)
    assert not Transfer.objects.exists() and Case.objects.exclude(kind="payment_run").count() == 0
