"""通知、送达、退还、核销、移交: only over what is left, proven, in time, to the fen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.recovery.models import Claim, Notice, Referral
from jubao.services.documents.store import document_open
from jubao.services.recovery.clearing import cleared
from jubao.services.recovery.postings import owed_fen
from tests.recovery.debts import a_debt, at_the_door, exported
from tests.recovery.office import ACCOUNT, Office, scan
from tests.recovery.world import SONGSHAN, a_claim, assert_sound, money
from tests.support.residents import Beneficiary, system

MAY_31, JUNE_30, JULY_1 = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 1)


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch, SONGSHAN, MAY_31)


def settled(here: Office, who: Beneficiary, claim: Claim, account: int, grant: int) -> dict[str, int]:
    """What the settlement of the account takes."""
    with unit_of_work(system(), "test"):
        return cleared(
            actor=system(), case_id=claim.case_id, enrolment_id=who.enrolment.pk, today=here.day,
            available={"transferred_in": account, "grant_fund": grant},
        )  # fmt: skip


@pytest.mark.requirement("SS-29-3a")
def test_the_notice_is_over_what_account_and_grant_do_not_cover(here: Office) -> None:
    someone = here.someone()
    money(here, someone, 30_000)
    claim = a_claim(here, someone, fen=200_000)
    assert "CLEARING_FIRST" in here.noticed(claim.case)

    settled(here, someone, claim, 30_000, 100_000)
    here.noticed(claim.case)

    assert Notice.objects.get(claim=claim).amount_fen == 70_000
    assert "700.00" in here.page(here.cast.handler, "recovery", claim.case_id)


@pytest.mark.requirement("SS-28-2")
def test_a_pension_drawn_twice_is_asked_back_by_a_return_notice_over_the_rest(here: Office) -> None:
    someone = here.someone()
    money(here, someone, 250_473)
    claim = a_claim(here, someone, fen=300_000, ground="other_benefit")
    settled(here, someone, claim, 250_473, 0)

    here.noticed(claim.case, ("张桂芳", "本人"))

    notice = Notice.objects.get(claim=claim)
    assert (notice.kind, notice.amount_fen) == ("return_notice", 49_527)
    assert document_open(notice.document_id).startswith(b"%PDF")


@pytest.mark.requirement("SS-29-3b")
def test_a_notice_names_addressee_amount_account_deadline_and_deliverer(here: Office) -> None:
    case = a_debt(here)

    assert "ACCOUNT_MISSING" in here.noticed(case, account=" ")
    assert "RECIPIENT_MISSING" in here.noticed(case, ("张桂芳", "本人"))
    assert "DELIVERER_MISSING" in here.noticed(case, deliverer=str(here.cast.assistant.person.id))
    here.noticed(case)

    page = here.page(here.cast.field_worker, "recovery", case.pk)
    notice = Notice.objects.get(claim__case=case)
    assert notice.kind == "recovery_notice" and document_open(notice.document_id).startswith(b"%PDF")
    for word in ("王小军", "法定继承人", "700.00", ACCOUNT, "2026-06-30", notice.deliverer_name):
        assert word in page


@pytest.mark.requirement("SS-29-3c")
def test_without_a_signature_nothing_is_delivered_unless_two_saw_the_refusal_on_film(here: Office) -> None:
    case = a_debt(here)
    here.noticed(case)

    assert "RECEIPT_MISSING" in here.delivered(case, receipt="")
    alone: dict[str, Any] = here.present(here.cast.field_worker, has_film=False)
    said = here.delivered(case, receipt="", refused_because="拒绝签字", **(alone | {"footage": ""}))
    assert "OFFICERS_MISSING" in said and "影像" in said
    case.refresh_from_db()
    assert case.state == "noticed"

    here.delivered(case, receipt="", refused_because="拒绝签字")
    case.refresh_from_db()
    assert case.state == "delivered"


@pytest.mark.requirement("SS-29-3g")
def test_the_township_or_the_district_delivers_and_the_village_does_not(here: Office) -> None:
    for member in (here.cast.field_worker, here.cast.handler):
        case = a_debt(here)
        here.noticed(case)
        assert "POST_REQUIRED" in here.delivered(case, by=here.cast.assistant)
        here.delivered(case, by=member)
        case.refresh_from_db()
        assert case.state == "delivered"


@pytest.mark.requirement("SS-29-3e")
def test_a_sentence_is_delivered_only_when_person_and_family_have_it(here: Office) -> None:
    case = a_debt(here, ground="sentence")
    assert "RECIPIENT_MISSING" in here.noticed(case, ("王小军", "家属"))
    here.noticed(case, ("张桂芳", "本人"), ("王小军", "家属"))

    here.delivered(case, "王小军")
    case.refresh_from_db()
    assert case.state == "noticed" and "未送达" in here.page(here.cast.handler, "recovery", case.pk)
    assert Claim.objects.get(case=case).due_on is None

    here.delivered(case, "张桂芳")
    case.refresh_from_db()
    assert case.state == "delivered"


@pytest.mark.requirement("SS-28-3", "SS-29-3d")
@pytest.mark.parametrize("ground", ["other_benefit", "death"])
def test_the_days_run_from_the_delivery_and_the_day_after_is_late(here: Office, ground: str) -> None:
    case = at_the_door(here, ground=ground)
    assert Claim.objects.get(case=case).due_on == JUNE_30

    here.at(JUNE_30)
    assert case.number not in here.page(here.cast.handler, "recoveries", query="?show=overdue")
    here.at(JULY_1)
    assert case.number in here.page(here.cast.handler, "recoveries", query="?show=overdue")
    assert "已到期" in here.page(here.cast.handler, "recovery", case.pk)


@pytest.mark.requirement("SS-28-4", "SS-29-4")
@pytest.mark.parametrize(
    ("ground", "department"), [("other_benefit", "公安机关"), ("death", "人力资源和社会保障局")]
)
def test_only_the_overdue_is_handed_over_with_its_papers(here: Office, ground: str, department: str) -> None:
    case = at_the_door(here, ground=ground)
    here.repaid(case, 50_000, "S1")

    here.at(JUNE_30)
    assert "NOT_OVERDUE" in here.send(here.cast.reviewer, case, "refer", department=department)
    here.at(JULY_1)
    here.send(here.cast.reviewer, case, "refer", department=department, note="拒不退还")

    at_the_bureau = Case.objects.filter(kind="administrative_handling", subject_id=case.pk, state="opened")
    assert [one.proposal["amount_fen"] for one in at_the_bureau] == [20_000] * (ground == "death")
    handed = Referral.objects.get(claim__case=case)
    assert (handed.department, handed.left_fen) == (department, 20_000)
    assert {"footage", "delivery_receipt", "deposit_slip"} <= {one["kind"] for one in handed.documents}
    assert all(one["sha256"] for one in handed.documents)
    rows = exported(here, "?show=bureau")
    row = next(one for one in rows if case.number in one)
    assert row[rows[0].index("状态")] == "已移交处理"
    assert (row[rows[0].index("应追（元）")], row[rows[0].index("尚欠（元）")]) == ("700.00", "200.00")
    assert_sound()


@pytest.mark.requirement("SS-29-3f")
def test_money_is_booked_on_its_slip_and_what_is_paid_whole_is_written_off(here: Office) -> None:
    part, whole = at_the_door(here), at_the_door(here)

    here.repaid(part, 50_000, "S1")
    assert "STILL_OWED" in here.act(here.cast.finance, part, "write_off")
    here.repaid(whole, 70_000, "S2")
    here.act(here.cast.finance, whole, "write_off")

    assert (part.is_open, Claim.objects.get(case=part).left_fen) == (True, 20_000)
    closed = Claim.objects.get(case=whole)
    assert (whole.outcome, closed.is_open, closed.left_fen) == ("recovered", False, 0)
    assert owed_fen(closed, actor=system()) == 0
    assert_sound()


@pytest.mark.requirement("GD-7-14")
def test_a_part_given_back_leaves_the_rest(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nanao = Office(monkeypatch, "440523", MAY_31)
    case = a_debt(nanao, 36_000)

    nanao.repaid(case, 20_000, "N1")

    assert "160.00" in nanao.page(nanao.cast.handler, "recovery", case.pk)
    assert Claim.objects.get(case=case).left_fen == 16_000


@pytest.mark.requirement("GD-12-03")
def test_the_return_has_what_was_asked_and_what_came_back(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    nanao = Office(monkeypatch, "440523", MAY_31)
    case = a_debt(nanao, 80_000)
    nanao.repaid(case, 50_000, "N2")

    rows = exported(nanao)

    row = next(one for one in rows if case.number in one)
    assert (row[rows[0].index("应追（元）")], row[rows[0].index("已退还（元）")]) == ("800.00", "500.00")


@pytest.mark.requirement("GD-7-19")
def test_the_township_that_helps_logs_contacts_and_changes_no_amount(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    nanao = Office(monkeypatch, "440523", MAY_31)
    case = a_debt(nanao, 36_000)
    township = nanao.cast.field_worker.actor.scope
    assert "POST_REQUIRED" in nanao.send(nanao.cast.field_worker, case, "assign", township=township)
    nanao.send(nanao.cast.handler, case, "assign", township=township)

    nanao.send(nanao.cast.field_worker, case, "contact", kind="visit", note="答应月底退还", **nanao.present())

    claim = Claim.objects.get(case=case)
    assert claim.assigned_path == township
    assert "答应月底退还" in nanao.page(nanao.cast.handler, "recovery", case.pk)
    said = nanao.send(nanao.cast.field_worker, case, "find", facts="x", fault="family", **nanao.present())
    assert "错误代码" in said and Claim.objects.get(case=case).amount_fen == 36_000


@pytest.mark.requirement("SS-03-3-2e")
def test_the_village_hands_a_paper_up_and_decides_nothing(here: Office) -> None:
    case = a_claim(here, here.someone(), fen=48_906, ground="other_benefit", is_confirmed=False).case

    here.send(here.cast.assistant, case, "hand_up", paper=scan("statement.jpg"), note="已告知家属")

    case.refresh_from_db()
    assert case.state == "reported" and case.materials.get().document.name == "statement.jpg"
    assert "statement.jpg" in here.page(here.cast.field_worker, "recovery", case.pk)
    said = here.send(here.cast.assistant, case, "find", facts="x", fault="family", **here.present())
    assert "错误代码" in said
    assert here.browser(here.cast.assistant).post(
        reverse("case-action", args=[case.pk]), {"action": "confirm", "version": case.version}
    ).status_code == 403  # fmt: skip
    case.refresh_from_db()
    assert case.state == "reported"
