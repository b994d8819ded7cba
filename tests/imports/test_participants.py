"""A file of participants: judged row by row, approved by another person, taking effect as a whole, undone as a whole."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import ImportBatch, ImportRow
from jubao.contributions.models import Contribution
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import Enrolment, EnrolmentStatus, PersonChange, Phone
from jubao.people.numbers import numbers_of, person_by_number
from jubao.services.imports.batches import Manifest, import_undo
from tests.support.cast import Cast
from tests.support.importing import NOW, a_csv, approved, staged
from tests.support.residents import TODAY, a_beneficiary, an_enrolment, number_of, some_villages, system

VILLAGE_ONE, VILLAGE_TWO = "古南街道新民村", "古南街道团结村"
HEAD = ("姓名", "公民身份号码", "户籍地址", "参保时间", "联系电话")
WANG, LI = number_of(509903, date(1990, 5, 1), 2), number_of(509903, date(1988, 2, 3), 3)
CHILD = number_of(509903, date(2015, 5, 1), 2)


def decisions(batch: ImportBatch) -> list[tuple[str, str]]:
    rows = ImportRow.objects.filter(batch=batch).order_by("source_row")
    return [(row.decision, row.problem_rule) for row in rows]


def test_every_row_ends_new_changed_same_or_refused(cast: Cast) -> None:
    village, other = some_villages()[:2]
    known = an_enrolment(village=village, name="张桂芳", mobile="13800000001")
    card = numbers_of([known.person_id])[known.person_id]
    rows = [
        HEAD,
        ("王小英", WANG, "綦江区古南街道新民村2组", "2026-11-02", "13800000002"),
        ("王小英", WANG, "綦江区古南街道新民村2组", "2026-11-02", ""),
        ("张桂芳", card, "綦江区古南街道新民村", "", "13800000001"),
        ("李刚", LI, "重庆市南岸区南坪", "2026-11-02", ""),
        ("李刚", LI[:17], VILLAGE_ONE, "2026-11-02", ""),
        ("小毛", CHILD, VILLAGE_ONE, "2026-11-02", ""),
        ("合计", "6人", "", "", ""),
    ]

    batch = staged(cast, "participants", a_csv(*rows))

    assert decisions(batch) == [
        ("new", ""), ("refused", "DUPLICATE_ROW"), ("same", ""), ("refused", "PLACE_OUTSIDE"),
        ("refused", "ID_LENGTH"), ("refused", "TOO_YOUNG"),
    ]  # fmt: skip
    assert (batch.row_count, batch.accepted_count, batch.rejected_count) == (6, 2, 4)
    assert person_by_number(WANG) is None and other


def test_what_is_known_of_a_sealed_person_stays(cast: Cast) -> None:
    sealed, other = (
        a_beneficiary(village=some_villages()[0], name=name, mobile="13800000001")
        for name in ("何秀兰", "张桂芳")
    )
    with unit_of_work(system(), "test"):
        PaymentStatus.objects.filter(entitlement_id=sealed.entitlement_id).update(
            kind="sealed", reason="NOT_CERTIFIED", legal_basis="第九条", decided_by=uuid4(), case_id=uuid4()
        )
    numbers = numbers_of([sealed.person.id, other.person.id])
    rows = [(who.person.name, numbers[who.person.id], VILLAGE_TWO, "", "") for who in (sealed, other)]
    same = (sealed.person.name, numbers[sealed.person.id], VILLAGE_ONE, "", "13800000001")

    batch = staged(cast, "participants", a_csv(HEAD, *rows))
    unchanged = staged(cast, "participants", a_csv(HEAD, same))
    done = approved(cast, batch)

    assert decisions(batch) == [("refused", "ACCOUNT_SEALED"), ("change", "")] and done.state == "applied"
    assert decisions(unchanged) == [("same", "")]
    assert set(PersonChange.objects.values_list("person", flat=True)) == {other.person.id}


def test_approval_makes_the_people_and_undo_ends_them(cast: Cast) -> None:
    some_villages()
    batch = staged(
        cast, "participants", a_csv(HEAD, ("单小英", WANG, VILLAGE_ONE, "2026-11-02", "13800000002"))
    )

    done = approved(cast, batch)

    person = person_by_number(WANG)
    assert person is not None and (person.name_initials, person.gender) == ("sxy", "female")
    enrolment = Enrolment.objects.get(person=person)
    assert enrolment.division_path.endswith("500110001001/") and enrolment.case_id == batch.case_id
    assert EnrolmentStatus.objects.get(enrolment=enrolment).from_month == Month(2026, 11).index
    assert Phone.objects.get(person=person).number == "13800000002" and done.state == "applied"

    for _twice in range(2):
        undone = import_undo(
            actor=cast.reviewer.actor, batch_id=batch.id, reason="传错文件", today=TODAY, now=NOW, idempotency_key="page"
        )  # fmt: skip

    assert undone.state == "undone" and Enrolment.objects.get(person=person).ended_on is not None


def test_what_has_effects_cannot_be_undone(cast: Cast) -> None:
    some_villages()
    batch = approved(cast, staged(cast, "participants", a_csv(HEAD, ("王小英", WANG, VILLAGE_ONE, "", ""))))
    with unit_of_work(system(), "test"):
        Contribution.objects.create(
            enrolment=Enrolment.objects.get(case_id=batch.case_id), year=2026, tier_fen=20000, amount_fen=20000,
            treasury_on=TODAY, receipt_number="R1",
        )  # fmt: skip

    with pytest.raises(DomainError, match="IMPORT_HAS_EFFECTS"):
        import_undo(actor=cast.reviewer.actor, batch_id=batch.id, reason="传错文件", today=TODAY, now=NOW)


@pytest.mark.requirement("SS-03-2-1b")
def test_a_moved_resident_keeps_old_and_new_address_with_dates(cast: Cast) -> None:
    village, other = some_villages()[:2]
    first = approved(
        cast,
        staged(
            cast,
            "participants",
            a_csv(HEAD, ("王小英", WANG, VILLAGE_ONE, "2026-01-05", "")),
            today=date(2026, 1, 5),
        ),
    )
    moved = approved(cast, staged(cast, "participants", a_csv(HEAD, ("王小英", WANG, VILLAGE_TWO, "", ""))))

    person = person_by_number(WANG)
    assert person is not None and first.state == moved.state == "applied"
    addresses = list(person.addresses.order_by("from_on").values_list("text", "from_on", "until_on"))
    assert addresses == [(VILLAGE_ONE, date(2026, 1, 5), TODAY), (VILLAGE_TWO, TODAY, None)]
    change = PersonChange.objects.get(person=person, field="division_path")
    assert (change.old_value, change.new_value) == (village.path, other.path)


def test_the_same_content_is_the_same_batch(cast: Cast) -> None:
    some_villages()
    content = a_csv(HEAD, ("王小英", WANG, VILLAGE_ONE, "", ""))

    first = staged(cast, "participants", content)
    again = staged(cast, "participants", content, name="另名.csv")
    changed = staged(
        cast,
        "participants",
        a_csv(HEAD, ("王小英", WANG, VILLAGE_ONE, "", ""), ("李刚", LI, VILLAGE_ONE, "", "")),
    )

    assert first.id == again.id
    approved(cast, first)
    assert staged(cast, "participants", content).id == first.id
    assert changed.summary["counts"]["new"] == 2


def test_a_batch_that_was_overtaken_takes_no_effect(cast: Cast) -> None:
    some_villages()
    one = staged(cast, "participants", a_csv(HEAD, ("王小英", WANG, VILLAGE_ONE, "", "")))
    two = staged(
        cast,
        "participants",
        a_csv(HEAD, ("王小英", WANG, VILLAGE_TWO, "", ""), ("李刚", LI, VILLAGE_ONE, "", "")),
    )
    approved(cast, one)

    with pytest.raises(DomainError, match="IMPORT_OVERTAKEN"):
        approved(cast, two)

    assert person_by_number(LI) is None


def test_the_importer_cannot_approve(cast: Cast) -> None:
    some_villages()
    batch = staged(cast, "participants", a_csv(HEAD, ("王小英", WANG, VILLAGE_ONE, "", "")))

    with pytest.raises(DomainError, match=r"POST_REQUIRED|SELF_APPROVAL"):
        approved(cast, batch, actor=cast.data.actor)


def test_a_manifest_that_differs_refuses_the_whole_file(cast: Cast) -> None:
    some_villages()

    with pytest.raises(DomainError, match="MANIFEST_MISMATCH"):
        staged(
            cast,
            "participants",
            a_csv(HEAD, ("王小英", WANG, VILLAGE_ONE, "", "")),
            manifest=Manifest(count=2),
        )

    assert not ImportBatch.objects.exists()
