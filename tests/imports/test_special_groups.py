"""Department lists of special groups: households, added figures, months as periods, the same whatever the order (A3–A6)."""

from __future__ import annotations

import io
import itertools
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from jubao.cases.models import ImportBatch
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import PersonChange, SpecialGroupPeriod
from jubao.people.numbers import numbers_of, person_by_number
from jubao.policy import load_pack
from jubao.services.imports.batches import import_undo
from jubao.services.imports.errors import import_error_sheet
from jubao.services.people.identity_changes import identity_batch_propose
from jubao.services.people.special_groups import identity_differs, identity_of
from tests.support.cast import Cast
from tests.support.importing import NOW, a_csv, approved, staged
from tests.support.papers import step
from tests.support.residents import TODAY, an_enrolment, number_of, some_villages, system

MONTH = Month(2026, 11)
NUMBERS = [number_of(509904, date(1970 + i, 3, 4), 2 * i) for i in range(6)]


def households(kind: str = "差额") -> bytes:
    """A 低保 list: title, header, six pairs in one row."""
    book = Workbook()
    sheet = book.active
    sheet.append(["城乡低保对象花名册"])
    heads = ["乡镇", "村", "户主姓名", "户主身份证号", "救助类型"]
    sheet.append(heads + [text for i in range(1, 6) for text in (f"成员{i}姓名", f"成员{i}身份证号")])
    row = ["古南街道", "新民村", "张一", NUMBERS[0], kind]
    sheet.append(row + [text for i in range(1, 6) for text in (f"张{i}家", NUMBERS[i])])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def marks() -> list[tuple[str, int, int | None]]:
    rows = SpecialGroupPeriod.objects.order_by("person__documents__number", "from_month")
    return [
        (row.group_code, row.from_month - MONTH.index, row.until_month and row.until_month - MONTH.index)
        for row in rows
    ]


def low_income(cast: Cast, content: bytes, month: Month = MONTH) -> ImportBatch:
    return staged(cast, "special_group", content, name="低保.xlsx", source="low_income", month=month)


def test_a_household_row_is_six_people_and_a_second_import_changes_nothing(cast: Cast) -> None:
    some_villages()
    content = households()

    first = approved(cast, low_income(cast, content))

    assert first.summary["counts"] == {"new": 6, "change": 0, "same": 0, "refused": 0}
    assert marks() == [("low_income_partial", 0, 1)] * 6
    assert low_income(cast, content).id == first.id
    book = load_workbook(io.BytesIO(content))
    book.active["A1"] = "另一个标题"
    stream = io.BytesIO()
    book.save(stream)
    again = low_income(cast, stream.getvalue())
    assert (again.summary["counts"]["same"], again.case_id, again.state) == (6, None, "applied")


def test_a_disability_number_is_cut_and_its_grade_read(cast: Cast) -> None:
    some_villages()
    rows = [
        ("姓名", "残疾证号"),
        ("甲", NUMBERS[0] + "42"),
        ("乙", NUMBERS[1] + "43B1"),
        ("丙", NUMBERS[2]),
        ("丁", NUMBERS[3] + "49"),
    ]

    batch = staged(cast, "special_group", a_csv(*rows), source="disability", month=MONTH)
    approved(cast, batch)

    assert [group for group, _from, _until in marks()] == ["severely_disabled", "moderately_disabled"]
    assert batch.summary["problems"] == {"DISABILITY_GRADE": 2}
    name, content = import_error_sheet(actor=cast.data.actor, batch=batch, today=TODAY)
    lines = content.decode("gb18030").splitlines()
    assert name == "名单.审核结果.csv" and lines[3].endswith("拒绝,丙：残疾等级认不出来。请填写一至四级。")


@pytest.mark.parametrize("order", list(itertools.permutations((0, 1, 2))))
def test_the_marks_do_not_depend_on_the_order_of_arrival(cast: Cast, order: tuple[int, ...]) -> None:
    some_villages()

    for later in order:
        approved(cast, low_income(cast, households(), MONTH + later))

    months = {
        (row.person_id, month)
        for row in SpecialGroupPeriod.objects.all()
        for month in range(row.from_month, row.until_month or 0)
    }
    assert len(months) == 18 and {month - MONTH.index for _person, month in months} == {0, 1, 2}


def test_undo_takes_the_month_out_again(cast: Cast) -> None:
    some_villages()
    approved(cast, low_income(cast, households()))
    second = approved(cast, low_income(cast, households(), MONTH + 1))

    import_undo(actor=cast.reviewer.actor, batch_id=second.id, reason="传错月份", today=TODAY, now=NOW)

    assert marks() == [("low_income_partial", 0, 1)] * 6


def test_the_list_must_be_named(cast: Cast) -> None:
    with pytest.raises(DomainError, match="SOURCE_UNKNOWN"):
        staged(cast, "special_group", households(), month=MONTH)
    with pytest.raises(DomainError, match="MONTH_MISSING"):
        staged(cast, "special_group", households(), source="low_income")


def test_the_ordered_table_of_the_region_decides_the_identity(cast: Cast) -> None:
    pack = load_pack("500110")
    found = identity_of(pack, {"severely_disabled", "low_income_partial"}, TODAY)
    assert (found.identity, found.row) == ("disabled_1", 3)
    enrolment = an_enrolment(village=some_villages()[0], name="张一", number=NUMBERS[0])
    an_enrolment(village=some_villages()[0], name="李四")
    approved(cast, low_income(cast, households()))

    listed = identity_differs(pack, scope="500000/500110/", month=MONTH)

    assert [(one.enrolment_id, one.registered, one.found) for one in listed] == [
        (enrolment.id, "ordinary", "low_income_2")
    ]
    assert person_by_number(NUMBERS[0]) is not None and numbers_of([enrolment.person_id])


def test_differing_identities_change_in_one_reviewed_batch(cast: Cast) -> None:
    village = some_villages()[0]
    one = an_enrolment(village=village, name="张一", number=NUMBERS[0])
    two = an_enrolment(village=village, name="张1家", number=NUMBERS[1])
    approved(cast, low_income(cast, households()))
    case = identity_batch_propose(actor=cast.handler.actor, district_code="500110", month=MONTH, today=TODAY)
    with unit_of_work(system(), "test"):
        two.participation_identity = "disabled_1"
        two.save()

    done = step(cast.reviewer.actor, case, "approve")

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.participation_identity, two.participation_identity) == ("low_income_2", "disabled_1")
    assert "1 人，另有 1 人" in done.title
    assert PersonChange.objects.get(field="participation_identity").new_value == "low_income_2"
