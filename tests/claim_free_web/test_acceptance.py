"""受理 at the counter, page by page: what is asked for, what is refused with which words, what the acceptance leaves behind."""

from __future__ import annotations

import pytest

from jubao.cases.models import Case, ProgressLink, Receipt
from jubao.claim_free.models import Flag
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import CustodyPeriod, Division, Person, SharedFact
from jubao.services.documents.receipts import progress_by_token
from tests.support.claim_free_world import DAY
from tests.support.counter import INTAKE, SAVED, Counter, pdf_text
from tests.support.residents import an_enrolment, system


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


@pytest.fixture
def case(here: Counter) -> Case:
    return here.world.listed(balance_fen=250473, mobile="13896745521")


def state_of(case: Case) -> str:
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


def person_of(case: Case) -> Person:
    assert case.person is not None
    return case.person


def flag_of(case: Case) -> Flag:
    return Flag.objects.get(case=case)


@pytest.mark.requirement("QJ-A2-3-2-1", "QJ-A2-3-3-1b")
def test_the_number_loads_the_person_or_leads_to_the_ordinary_claim(here: Counter, case: Case) -> None:
    page = here.post(INTAKE, "claim-free-accept", number=here.number(case))
    assert case.person is not None
    for words in (
        case.person.name,
        here.number(case),
        "13896745521",
        "2010-01-15",
        "15 年",
        "2,504.73",
        "2024-06",
    ):
        assert words in page
    assert "重庆农村商业银行" in page and "153.02" in page

    other = an_enrolment(village=here.world.villages[0], name="赵无标")
    from jubao.people.numbers import numbers_of

    refused = here.post(INTAKE, "claim-free-accept", number=numbers_of([other.person_id])[other.person_id])
    assert "USE_ORDINARY_CLAIM" in refused and "居保待遇申领" in refused


@pytest.mark.requirement("QJ-A1-4-3-1c", "QJ-A1-3-1", "QJ-A2-3-2-3a", "QJ-A2-3-2-3b")
def test_without_the_scans_nothing_is_accepted(here: Counter, case: Case) -> None:
    here.signed(case)
    here.scan(case, "id_document")
    form_missing = here.act(INTAKE, case, "save", **SAVED)
    assert "MATERIAL_MISSING" in form_missing and "信息确认表" in form_missing

    paper = case.materials.get()
    here.act(INTAKE, case, "unscan", material=str(paper.pk))
    here.scan(case, "confirmation_form")
    card_missing = here.act(INTAKE, case, "save", **SAVED)

    assert "MATERIAL_MISSING" in card_missing and "身份证件" in card_missing
    assert state_of(case) == "extracted"


@pytest.mark.requirement("QJ-A1-3-2", "QJ-A2-3-2-3c")
@pytest.mark.parametrize(("platform", "proof", "is_accepted"), [
    ("yes", False, True), ("not_found", False, False), ("not_found", True, True), ("", False, False),
])  # fmt: skip
def test_only_child_proof_is_needed_where_the_platform_does_not_know(
    here: Counter, case: Case, platform: str, proof: bool, is_accepted: bool
) -> None:
    if platform:
        with unit_of_work(system("%"), "test"):
            SharedFact.objects.create(
                person=person_of(case), fact="only_child", value=platform, source="SHARED_DATA", known_on=DAY
            )

    page = here.accepted(case, child="1", proof=proof)

    assert (state_of(case) == "accepted") is is_accepted
    assert is_accepted or "ONLY_CHILD_PROOF_MISSING" in page


@pytest.mark.requirement("QJ-A2-3-2-3c")
def test_without_an_only_child_no_proof_is_asked_for(here: Counter, case: Case) -> None:
    here.accepted(case, child="0")

    assert state_of(case) == "accepted"


@pytest.mark.requirement("QJ-4-3c", "QJ-A2-3-2-4a", "QJ-A1-4-3-1e", "QJ-A2-3-3-3", "QJ-A1-9-s1", "QJ-2-3")
def test_saved_it_stands_in_the_handlers_queue_and_no_longer_at_the_counter(
    here: Counter, case: Case
) -> None:
    assert case.number in here.text(INTAKE, "claim-free-accept")
    assert case.number not in here.text("500110-handler", "claims", query="?tab=handle")
    refused = here.handle(case)
    assert "STEP_NOT_POSSIBLE" in refused and state_of(case) == "extracted"

    here.accepted(case)

    made = Case.objects.get(pk=case.pk)
    assert (made.state, made.channel) == ("accepted", "COUNTER")
    assert here.form(case).state == "consent"
    queue = here.text("500110-handler", "claims", query="?tab=handle")
    assert case.number in queue and "免申即享" in queue
    assert case.number not in here.text(INTAKE, "claim-free-accept")


@pytest.mark.requirement("QJ-A1-4-3-1d", "QJ-A2-3-2-4b", "QJ-A1-8-1a")
def test_the_receipt_has_a_number_and_its_code_shows_the_state_and_no_person(
    here: Counter, case: Case
) -> None:
    before = here.client(INTAKE).get(f"/workbench/claim-free/progress/{case.pk}/receipt/", follow=True)
    assert "NOT_ACCEPTED" in before.content.decode()

    here.accepted(case)

    receipt, link = Receipt.objects.get(case=case), ProgressLink.objects.get(case=case)
    pdf = here.get(INTAKE, "claim-free-receipt", case.pk).content
    assert receipt.number in pdf_text(pdf) and pdf == here.get(INTAKE, "claim-free-receipt", case.pk).content
    progress = progress_by_token(link.token)
    assert progress is not None and progress.words == "已受理"
    shown = here.client(INTAKE).get(f"/q/{link.token}").content.decode()
    assert "已受理" in shown
    assert case.person is not None
    for word in (case.person.name, here.number(case), case.person.personal_number):
        assert word not in shown


@pytest.mark.requirement("QJ-A1-4-3-k1")
def test_an_unanswered_point_is_named(here: Counter, case: Case) -> None:
    here.signed(case)
    here.scan(case, "id_document", "confirmation_form")

    page = here.act(INTAKE, case, "save", wants_make_up="0", rechecked="1")

    assert "CHECKLIST_UNANSWERED" in page and "资料齐全" in page
    assert state_of(case) == "extracted"


@pytest.mark.requirement("QJ-A1-4-3-k2", "QJ-A1-4-3-1g", "QJ-A1-9-s2", "QJ-A2-3-2-5")
def test_a_wish_to_make_up_leaves_the_waiver_alone_and_it_is_asked_twice(here: Counter) -> None:
    case = here.world.listed(months=156)
    here.act(INTAKE, case, "print", is_only_child="0", make_up_answer="make_up", has_paid_recently="0")
    page = here.text(INTAKE, "claim-free-accept-case", case.pk)
    assert "只能作放弃处理" in page and "“同意”一栏已签" not in page
    refused = here.act(INTAKE, case, "sign", signed="consent", signed_on="2024-03-11", has_thumbprint="1")
    assert "ONLY_WAIVER" in refused
    here.act(INTAKE, case, "sign", signed="waiver", signed_on="2024-03-11", has_thumbprint="1")
    assert "审核要点一" not in here.text(INTAKE, "claim-free-accept-case", case.pk)
    here.scan(case, "confirmation_form")

    asked = here.act(INTAKE, case, "waive")
    assert "不能恢复" in asked and state_of(case) == "extracted"
    here.act(INTAKE, case, "waive", is_sure="1")

    assert state_of(case) == "waived"
    assert (flag_of(case).state, flag_of(case).reason_code) == ("waived", "MAKE_UP_WISH")


@pytest.mark.requirement("QJ-A1-4-3-k2")
def test_a_wish_answered_at_the_point_stops_the_acceptance(here: Counter, case: Case) -> None:
    here.signed(case)
    here.scan(case, "id_document", "confirmation_form")

    page = here.act(INTAKE, case, "save", **{**SAVED, "wants_make_up": "1"})

    assert "放弃" in page and state_of(case) == "extracted"


@pytest.mark.requirement("QJ-A1-4-3-k3", "QJ-A1-4-3-1f")
def test_custody_found_since_refuses_and_the_notice_names_it(here: Counter, case: Case) -> None:
    with unit_of_work(system("%"), "test"):
        CustodyPeriod.objects.create(
            person=person_of(case), kind="imprisonment", from_on=DAY, source="法院名单"
        )
    page = here.accepted(case)
    assert "SERVING_SENTENCE" in page and state_of(case) == "extracted"

    here.act(INTAKE, case, "refuse", reason="参保人正在服刑")

    assert (state_of(case), flag_of(case).state) == ("revoked", "revoked")
    notice = here.get(INTAKE, "claim-free-result", case.pk, "refusal").content
    assert "正在服刑" in pdf_text(notice) and "参保人正在服刑" in pdf_text(notice)


@pytest.mark.requirement("QJ-A1-2-1c")
def test_any_outlet_of_the_city_accepts_and_the_case_stays_with_its_district(
    here: Counter, case: Case
) -> None:
    import tests.support.cast as cast

    city = Division.objects.get(code="500000")
    place = f"{city.path}500112/"
    with unit_of_work(system("%"), "test"):
        Division.objects.create(
            code="500112", name="渝北区", level="district", parent=city, path=place, valid_from=cast.FROM
        )
    clerk = cast.an_officer("intake_clerk", path=place, username="yubei-intake", from_on=cast.FROM)
    page = here.post("yubei-intake", "claim-free-accept", number=here.number(case))
    assert "异地受理" in page

    here.accepted(case, by="yubei-intake")

    receipt = Receipt.objects.get(case=case)
    assert receipt.outlet_path == place and receipt.officer_id == clerk.officer.pk
    assert case.number in here.text("500110-handler", "claims", query="?tab=handle")
    assert case.number in here.text("yubei-intake", "claim-free-progress")
    assert here.get("yubei-intake", "case", case.pk).status_code == 404


@pytest.mark.requirement("QJ-A2-3-3-1a")
def test_a_flagged_person_is_sent_from_the_ordinary_claim_to_the_claim_free_one(
    here: Counter, case: Case
) -> None:
    page = here.post(INTAKE, "claims", number=here.number(case))

    assert "USE_CLAIM_FREE" in page and "免申即享受理" in page
