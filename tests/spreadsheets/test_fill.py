"""Any spreadsheet of numbers comes back as the same file with the facts filled in (A12, A13, B2, D7, D9, E2, F3)."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Font, Side

from jubao.benefits.models import PaymentStatus
from jubao.certification.models import CertificationEvent
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.oversight.models import AccessEvent, Export
from jubao.people.numbers import numbers_of
from jubao.services.spreadsheets.fill import Filled, spreadsheet_fill
from tests.support.cast import Cast
from tests.support.residents import TODAY, Beneficiary, a_beneficiary, an_enrolment, some_villages, system

MONTH = Month(2026, 11)


def a_letter_list(*people: tuple[str, str]) -> bytes:
    """A workbook as offices send it: title, merged cells, header in row 3, a totals row, a second sheet of notes."""
    book = Workbook()
    sheet = book.active
    sheet.title = "信访"
    sheet.merge_cells("A1:C1")
    sheet["A1"] = "信访人员名单"
    sheet.append([])
    sheet.append(["序号", "姓名", "公民身份号码"])
    for number, (name, identity) in enumerate(people, 1):
        sheet.append([number, name, identity])
    sheet.append(["合计", len(people), ""])
    sheet["C3"].font, sheet["C4"].border = Font(bold=True), Border(left=Side(style="thin"))
    book.create_sheet("说明")["A1"] = "请于月底前答复"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def number(someone: Beneficiary) -> str:
    return numbers_of([someone.person.id])[someone.person.id]


def filled(cast: Cast, content: bytes, *groups: str, name: str = "信访名单.xlsx") -> Filled:
    return spreadsheet_fill(
        actor=cast.handler.actor,
        content=content,
        name=name,
        groups=groups or ("state", "name"),
        month=MONTH,
        today=TODAY,
        purpose="信访答复",
        district_code="500110",
    )


def rows_of(made: Filled) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(made.content))["信访"].iter_rows(values_only=True))


def test_the_same_file_comes_back_with_state_and_name(cast: Cast) -> None:
    village = some_villages()[0]
    suspended = a_beneficiary(village=village, name="张桂芳")
    _suspend(suspended, cast)
    content = a_letter_list(
        ("张桂芳", number(suspended)), ("张贵芳", number(suspended) + "31"), ("李四", "50990119630815002")
    )

    made = filled(cast, content)

    book = load_workbook(io.BytesIO(made.content))
    rows = rows_of(made)
    assert book.sheetnames == ["信访", "说明"]
    assert "A1:C1" in [str(area) for area in book["信访"].merged_cells.ranges]
    assert rows[2][3].startswith("查询结果（数据日期 2026-11-20）")
    assert rows[3][3:9] == (None, "暂停待遇", "未按期认证", "2026-07", "规程第九条", "2026-07-02")
    assert "登记姓名：张桂芳" in rows[4][3] and "前 18 位" in rows[4][3] and rows[4][9] == "张桂芳"
    assert "17 位" in rows[5][3] and rows[6][3:] == (None,) * 7
    assert book["信访"]["D3"].font.bold and book["信访"]["E4"].border.left.style == "thin"
    assert made.counts == {"asked": 3, "answered": 2, "wrong": 1, "other_name": 1}


def _suspend(someone: Beneficiary, cast: Cast) -> None:
    from jubao.cases.models import Case

    with unit_of_work(system(), "test"):
        case = Case.objects.create(
            number="T-1", kind="suspension", district_code="500110", division_path=someone.enrolment.division_path,
            state="approved", is_open=False, closed_at="2026-07-02T03:00:00Z",
        )  # fmt: skip
        july = Month(2026, 7).index
        PaymentStatus.objects.filter(entitlement_id=someone.entitlement_id).update(until_month=july)
        PaymentStatus.objects.create(
            entitlement_id=someone.entitlement_id, kind="suspended", from_month=july, reason="NOT_CERTIFIED",
            legal_basis="规程第九条", decided_by=cast.reviewer.person.id, case_id=case.id,
        )  # fmt: skip


def test_contributions_certification_account_and_why_not_paid(cast: Cast) -> None:
    village = some_villages()[0]
    drawing = a_beneficiary(
        village=village, name="王秀英", years=(2011, 2012, 2013, 2016), account="6221412345678890"
    )
    with unit_of_work(system(), "test"):
        CertificationEvent.objects.create(
            enrolment=drawing.enrolment, certified_on=date(2026, 5, 17), channel="app_face"
        )

    rows = rows_of(
        filled(
            cast, a_letter_list(("王秀英", number(drawing))), "contributions", "certification", "place", "amounts",
            "why_not_paid", "special_groups", "stop", "paid", "back_pay", "death", "other_schemes",
        )
    )  # fmt: skip

    assert rows[3][4:8] == ("有缴费记录", "2011-2013、2016", 4, 400)
    assert rows[3][8:10] == ("手机人脸", "2026-05-17")
    assert rows[3][11:13] == ("古南街道", "新民村")
    assert rows[3][13:17] == ("2023-09", 163.02, 145, 18.02)
    assert rows[3][17] == "本月发放尚未生成"


def test_an_account_needs_the_post_and_is_masked(cast: Cast) -> None:
    drawing = a_beneficiary(village=some_villages()[0], account="6221412345678890")
    content = a_letter_list(("张桂芳", number(drawing)))

    assert rows_of(filled(cast, content, "account"))[3][5] == "622*********8890"
    with pytest.raises(DomainError, match="FACT_NOT_ALLOWED"):
        spreadsheet_fill(
            actor=cast.data.actor, content=content, name="a.xlsx", groups=["account"], month=MONTH, today=TODAY,
            purpose="核对", district_code="500110",
        )  # fmt: skip


def test_the_next_county_learns_nothing(cast: Cast) -> None:
    drawing = a_beneficiary(village=some_villages()[0])

    made = spreadsheet_fill(
        actor=cast.outsider.actor, content=a_letter_list(("张桂芳", number(drawing))), name="a.xlsx",
        groups=["state", "place"], month=MONTH, today=TODAY, purpose="核对", district_code="440523",
    )  # fmt: skip

    assert rows_of(made)[3][3:] == ("未在本辖区参保", "未参保", None, None, None, None, None, None)
    assert made.counts == {"asked": 1, "not_ours": 1}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_csv_keeps_its_encoding_and_its_rows(cast: Cast, encoding: str) -> None:
    enrolment = an_enrolment(village=some_villages()[0], name="李玉兰")
    identity = numbers_of([enrolment.person_id])[enrolment.person_id]
    content = f"序号\t身份证号\t备注\r\n1\t{identity}\t=cmd()\r\n".encode(encoding)

    made = filled(cast, content, "state", name="名单.csv")

    text = made.content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    head, row = text.strip().split("\r\n")
    assert head.startswith("序号\t身份证号\t备注\t查询结果") and row.startswith(
        f"1\t{identity}\t=cmd()\t\t正常缴费"
    )


def test_each_fill_is_logged_and_each_person_can_see_it(cast: Cast) -> None:
    drawing = a_beneficiary(village=some_villages()[0])

    made = filled(cast, a_letter_list(("张桂芳", number(drawing))))

    log = Export.objects.get(id=made.export.id)
    assert (log.purpose, log.row_count, log.officer_id) == ("信访答复", 1, cast.handler.officer.id)
    assert AccessEvent.objects.filter(person_id=drawing.person.id, purpose="信访答复").count() == 1
