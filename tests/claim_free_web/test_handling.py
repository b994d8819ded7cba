"""办理 and 一级复核 on the page of the case, the progress of an acceptance, the ordinary claim beside it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import QuerySet

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case, CaseEvent
from jubao.claim_free.models import Flag
from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import AccessEvent
from jubao.people.models import OtherSchemeRecord, Person, Phone, SharedFact
from tests.support.claim_free_world import DAY
from tests.support.counter import HANDLER, INTAKE, POINTS, REVIEWER, Counter, a_file, pdf_text
from tests.support.residents import system


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


@pytest.fixture
def case(here: Counter) -> Case:
    """Accepted at the counter."""
    made = here.world.listed(balance_fen=250473)
    here.accepted(made)
    return Case.objects.get(pk=made.pk)


def state_of(case: Case) -> str:
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


def person_of(case: Case) -> Person:
    assert case.person is not None
    return case.person


def entitlements(case: Case) -> QuerySet[Entitlement]:
    return Entitlement.objects.filter(enrolment__person=person_of(case))


def only_child(case: Case, value: str = "yes") -> None:
    with unit_of_work(system("%"), "test"):
        SharedFact.objects.create(
            person=person_of(case), fact="only_child", value=value, source="SHARED_DATA", known_on=DAY
        )


@pytest.mark.requirement("QJ-A1-4-4-1a")
def test_every_paper_opens_beside_the_form_and_each_look_is_written_down(here: Counter) -> None:
    case = here.world.listed(balance_fen=250473)
    here.accepted(case, child="1", proof=True)

    page = here.text(HANDLER, "case", case.pk)
    for title in ("身份证件", "信息确认表", "独生子女材料"):
        assert title in page
    for paper in case.materials.all():
        assert "<img" in here.get(HANDLER, "case-material", case.pk, paper.pk).content.decode()
        assert here.get(HANDLER, "document", paper.document_id).content.startswith(b"\xff\xd8")

    looks = AccessEvent.objects.filter(case_id=case.pk, fields__startswith="material:")
    assert looks.filter(natural_person_id=here.world.cast.handler.person.pk).count() == 3


@pytest.mark.requirement("QJ-A1-4-4-1b")
def test_the_mobile_number_entered_is_kept_with_its_history(here: Counter, case: Case) -> None:
    here.handle(case, mobile="13900000000")

    phone = Phone.objects.get(person=case.person, until_on__isnull=True, is_mobile=True)
    assert (phone.number, phone.from_on) == ("13900000000", DAY)
    assert state_of(case) == "handled"


@pytest.mark.requirement("QJ-A1-4-4-1c", "QJ-A1-9-6", "QJ-A1-5-3a", "QJ-A1-4-4-1d")
def test_the_pension_is_worked_out_and_nobody_types_it(here: Counter) -> None:
    case = here.world.listed(balance_fen=250473)
    only_child(case)
    here.accepted(case, child="1")
    text = pdf_text(here.get(INTAKE, "claim-free-paper", case.pk, here.form(case).pk).content)
    for amount in ("163.02", "135.00", "18.02", "10.00", "0.00"):
        assert amount in text
    page = here.get(HANDLER, "case", case.pk).content.decode()
    assert 'name="amount' not in page and "pension_fen" not in page

    here.handle(case, is_only_child="1")

    made = Case.objects.get(pk=case.pk)
    assert made.state == "handled" and made.proposal["first_month"] == "2024-06"
    form = made.materials.get(kind="determination_form")
    text = pdf_text(here.get(REVIEWER, "document", form.document_id).content)
    for amount in ("163.02", "18.02", "135.00", "10.00"):
        assert amount in text
    assert "STEP_NOT_POSSIBLE" in here.handle(made, mobile="13911111111")
    assert "claim-free-handle" not in here.get(HANDLER, "case", case.pk).content.decode()


@pytest.mark.requirement("QJ-A1-4-4-1e")
def test_it_goes_back_to_intake_with_a_reason_only(here: Counter, case: Case) -> None:
    sent = {"do": "return_intake", "version": case.version}
    assert "REASON_REQUIRED" in here.post(HANDLER, "claim-free-handle", case.pk, **sent, reason="")
    assert state_of(case) == "accepted"

    here.post(HANDLER, "claim-free-handle", case.pk, **sent, reason="身份证扫描件不清楚")

    assert state_of(case) == "returned"
    assert case.number in here.text(INTAKE, "claim-free-accept")
    assert "身份证扫描件不清楚" in here.text(INTAKE, "claim-free-accept-case", case.pk)


@pytest.mark.requirement("QJ-A1-4-4-k1")
def test_without_proof_or_platform_the_supplement_is_nothing_and_the_reason_stands_there(
    here: Counter, case: Case
) -> None:
    here.handle(case, is_only_child="1", only_child_resolution="本人补充说明为独生子女父母")

    made = Case.objects.get(pk=case.pk)
    assert made.proposal["parts"]["only_child_supplement_fen"] == 0
    page = here.text(REVIEWER, "case", case.pk)
    assert "没有独生子女材料，信息共享平台也没有查到，独子增发为 0" in page


@pytest.mark.requirement("QJ-A1-4-4-k2")
def test_what_is_found_after_the_confirmation_blocks_the_handling(here: Counter, case: Case) -> None:
    with unit_of_work(system("%"), "test"):
        OtherSchemeRecord.objects.create(
            person=person_of(case), scheme="resident_pension", kind="benefit", place="贵州省", known_on=DAY
        )

    page = here.handle(case)

    assert state_of(case) == "accepted" and "贵州省" in page


@pytest.mark.requirement("QJ-A1-4-4-k3a")
def test_a_name_that_differs_is_shown_and_stops_the_push(here: Counter, case: Case) -> None:
    page = here.handle(case, id_card_name="张贵芳")
    assert "ID_CARD_DIFFERS" in page and "张贵芳" in page and state_of(case) == "accepted"

    here.handle(case)

    assert state_of(case) == "handled"


@pytest.mark.requirement("QJ-A1-4-4-k3b")
def test_an_unticked_point_is_named_and_stops_the_push(here: Counter, case: Case) -> None:
    page = here.handle(case, points=POINTS[:3])

    assert "CHECKLIST_UNANSWERED" in page and "待遇计发信息" in page and state_of(case) == "accepted"


@pytest.mark.requirement("QJ-A1-2-2")
def test_a_handler_of_the_township_handles_and_a_village_user_is_refused(here: Counter, case: Case) -> None:
    import tests.support.cast as cast

    township = here.world.cast.intake.actor.scope
    cast.an_officer("handler", path=township, username="township-handler", from_on=cast.FROM)
    village = here.client("500110-village_assistant")
    refused = village.post(
        f"/workbench/claim-free/handle/{case.pk}/", {"do": "handle", "version": case.version}
    )
    assert refused.status_code == 403

    here.handle(case, by="township-handler")

    assert state_of(case) == "handled"


@pytest.mark.requirement("QJ-A1-4-5a", "QJ-A1-4-5b", "QJ-2-4", "QJ-A1-8-2")
def test_the_reviewer_sees_archive_and_steps_and_approval_completes(here: Counter, case: Case) -> None:
    here.handle(case)
    page = here.text(REVIEWER, "case", case.pk)
    for title in ("身份证件", "信息确认表", "待遇核定表", "个人账户养老金"):
        assert title in page
    why = here.text(REVIEWER, "case-why", case.pk, query="?part=account_pension")
    assert "2504.73" in why and "139" in why and "国发〔2014〕8号" in why

    here.review(case)

    made = Case.objects.get(pk=case.pk)
    assert (made.state, made.outcome) == ("approved", "approved")
    assert entitlements(case).get().start_month == 2024 * 12 + 5
    feedback = here.get(INTAKE, "claim-free-result", case.pk, "determination").content
    assert "153.02" in pdf_text(feedback)


@pytest.mark.requirement("QJ-A1-4-5c")
def test_the_reviewers_return_shows_the_handler_the_reason(here: Counter, case: Case) -> None:
    here.handle(case)
    assert "REASON_REQUIRED" in here.review(case, "return")

    here.review(case, "return", reason="缴费年限不对")

    assert state_of(case) == "accepted"
    page = here.text(HANDLER, "case", case.pk)
    assert "已退回" in page and "缴费年限不对" in page
    assert case.number in here.text(HANDLER, "claims", query="?tab=handle")


@pytest.mark.requirement("QJ-A1-4-5d")
def test_the_handler_cannot_review_and_the_points_must_be_answered(here: Counter, case: Case) -> None:
    import tests.support.cast as cast

    day, path = date(2024, 3, 12), here.world.cast.reviewer.actor.scope
    former = cast.an_officer("handler", path=path, username="until-monday", from_on=cast.FROM, until_on=day)
    cast.an_officer("reviewer", path=path, username="same-person", natural_person=former.person, from_on=day)
    here.handle(case, by="until-monday")
    assert "CHECKLIST_UNANSWERED" in here.review(case, points=POINTS[:1])
    here.on(day)

    page = here.review(case, by="same-person")

    assert "SELF_APPROVAL" in page and state_of(case) == "handled"
    assert "同意" not in here.text("same-person", "case-actions", case.pk)


@pytest.mark.requirement("QJ-A1-6")
def test_five_working_days_from_the_acceptance(here: Counter) -> None:
    case = here.world.listed()
    here.on(date(2024, 3, 15))
    here.accepted(case)
    assert Case.objects.get(pk=case.pk).due_on == date(2024, 3, 22)

    here.on(date(2024, 3, 25))

    row = here.text(HANDLER, "claims", query="?tab=handle")
    assert case.number in row and "超期" in row
    assert case.number in here.text(HANDLER, "claims", query="?tab=handle&due=late")


@pytest.mark.requirement("QJ-A1-4-6b")
def test_the_progress_is_found_by_the_number_with_state_holder_and_times(here: Counter, case: Case) -> None:
    here.handle(case)

    listed = here.post(HANDLER, "claim-free-progress", q=here.number(case))
    page = here.text(HANDLER, "claim-free-progress-case", case.pk)

    assert case.number in listed and "共 1 条" in listed
    assert "待复核" in page and "复核岗" in page
    assert here.world.cast.handler.person.name in page and page.count("2024-03-11 10:00") >= 3


@pytest.mark.requirement("QJ-A1-1")
def test_a_completed_claim_is_a_pension_and_no_second_one_begins(here: Counter, case: Case) -> None:
    here.handle(case)
    here.review(case)
    assert Flag.objects.get(case=case).state == "used"
    assert entitlements(case).count() == 1

    here.post(INTAKE, "claims", number=here.number(case))
    page = here.post(INTAKE, "claim-new", case.subject_id, **{"file-id_document": a_file("身份证")})

    assert "DRAWING_ALREADY" in page
    assert not Case.objects.filter(kind="ordinary_claim").exists()


def test_an_ordinary_claim_goes_the_same_way(here: Counter) -> None:
    enrolment = here.world.candidate(
        birth=date(1963, 5, 20), name="李国强", balance_fen=250473, gender="male"
    )
    from jubao.people.numbers import numbers_of

    here.post(INTAKE, "claims", number=numbers_of([enrolment.person_id])[enrolment.person_id])
    shown = here.text(INTAKE, "claim-new", enrolment.pk)
    assert "月基本养老金" in shown and "个人账户养老金 18.02" in shown
    assert "MATERIAL_MISSING" in here.post(INTAKE, "claim-new", enrolment.pk)

    page = here.post(INTAKE, "claim-new", enrolment.pk, **{"file-id_document": a_file("身份证")})

    case = Case.objects.get(kind="ordinary_claim")
    assert case.number in page and "打印《业务受理单》" in page
    assert case.number in here.text(HANDLER, "claims", query="?tab=handle")
    here.post(HANDLER, "case-action", case.pk, action="handle", version=case.version)
    here.review(case)
    assert Case.objects.get(pk=case.pk).state == "approved"
    assert CaseEvent.objects.filter(case=case, action="approve").count() == 1


@pytest.mark.requirement("QJ-A1-5-3b")
def test_death_before_sixty_rolls_the_claim_back_from_its_pages(here: Counter, case: Case) -> None:
    here.handle(case)
    here.review(case)
    here.on(date(2024, 4, 12))
    sent = {"cause": "death", "happened_on": "2024-04-10", "source": "家属报告", "reason": "出示死亡医学证明"}
    here.post(INTAKE, "claim-free-rollback", case.pk, **sent, file=a_file("死亡证明"))
    back = Case.objects.get(kind="claim_rollback")

    here.post(HANDLER, "case-action", back.pk, action="rollback", version=back.version, reason="已核实")
    back.refresh_from_db()
    here.review(back, points=())

    ended = entitlements(case).get()
    assert ended.end_month == ended.start_month
    assert Case.objects.filter(kind="deregistration_task", person=case.person).exists()
