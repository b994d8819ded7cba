"""Audits, fraud, falsified results, inspections behind their pages: findings, answers, hand-overs, who may decide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.policy import load_pack
from jubao.policy.loading import pack_folders
from jubao.services.cases.kinds import kinds, table
from jubao.services.documents.store import document_open
from jubao.supervision.models import Finding, FindingResponse, Referral
from tests.supervision.office import Desk, scan

SUPERVISION = {"audit", "tip_off", "inspection", "administrative_handling"}
"""Kinds that change nothing of the business, where audit or bureau decide."""


@pytest.fixture
def banner(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch, "150404", (2024, 7, 2))


@pytest.fixture
def city(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch, "500110", (2024, 7, 2))


def begun(desk: Desk, member: Any, kind: str, **more: Any) -> Case:
    """A case of supervision begun on its page."""
    said = desk.send(member, "supervision-new", kind=kind, ground="年度抽查", **more)
    assert "已立案" in said
    return Case.objects.filter(kind=kind).latest("id")


def found(desk: Desk, member: Any, case: Case, category: str, text: str, amount: str = "") -> Finding:
    """One finding written on the file."""
    assert text in desk.send(
        member, "supervision-finding", case.pk, category=category, text=text, amount=amount
    )
    return Finding.objects.get(case=case, text=text)


@pytest.mark.requirement("CQ-22-1")
def test_a_fraud_case_is_opened_investigated_decided_and_closed(city: Desk) -> None:
    cast, number = city.cast, _number(city)
    case = begun(city, cast.auditor, "fraud", number=number)
    states = [case.state]

    assert "FINDING_MISSING" in city.step(cast.auditor, case, "investigate")
    found(city, cast.auditor, case, "wrong_collection", "死亡后由家属领取三个月", "489.06")
    city.step(cast.auditor, case, "investigate", "调取流水三份")
    states.append(case.state)
    city.step(cast.auditor, case, "confirm")
    assert case.state == "investigated"  # an auditor never decides
    city.step(cast.approver, case, "confirm", "事实清楚")
    states.append(case.state)
    city.step(cast.auditor, case, "close", "已全部退回")
    states.append(case.state)

    assert states == ["opened", "investigated", "decided", "closed"]
    assert "移交追缴" in city.page(cast.handler, "supervision-file", case.pk)
    page = city.page(cast.approver, "case", case.pk)
    assert "489.06" in page and "死亡后由家属领取三个月" in page and "已全部退回" in page


def _number(desk: Desk) -> str:
    from jubao.people.numbers import numbers_of

    who = desk.someone(name="王秀兰").person
    return numbers_of([who.pk])[who.pk]


@pytest.mark.requirement("CQ-24-2")
def test_a_falsified_result_is_referred_with_date_authority_and_paper(city: Desk) -> None:
    cast = city.cast
    case = begun(city, cast.auditor, "falsified_result")
    one = found(city, cast.auditor, case, "falsified", "冒用他人照片认证")

    assert "REFERRAL_MISSING" in city.step(cast.reviewer, case, "refer")
    said = city.send(
        cast.reviewer, "supervision-referral", case.pk, body="公安机关", referred_on="2024-07-01", finding=str(one.pk),
        sanction="警告", document=scan("移送函.jpg"),
    )  # fmt: skip

    assert "已登记移送" in said and "公安机关" in said and "警告" in said and "2024-07-01" in said
    assert Referral.objects.get(case=case).document.name == "移送函.jpg"
    city.step(cast.reviewer, case, "refer", "移送公安机关")
    assert case.state == "referred"


@pytest.mark.requirement("SS-38-1")
def test_an_inspection_ends_when_each_of_its_two_findings_has_an_answer(banner: Desk) -> None:
    cast = banner.cast
    case = begun(banner, cast.bureau, "inspection", place=cast.intake.actor.scope)
    one = found(banner, cast.bureau, case, "procedure", "两件缺复核签字")
    two = found(banner, cast.bureau, case, "late", "死亡名单迟报")

    banner.send(cast.intake, "supervision-answer", case.pk, one.pk, text="已补签")
    refused = banner.step(cast.bureau, case, "close", "检查结束")
    assert "FINDING_UNANSWERED" in refused and "第 2 项" in refused and case.is_open
    banner.send(cast.intake, "supervision-answer", case.pk, two.pk, text="已补报，落实专人")
    banner.step(cast.bureau, case, "close", "整改到位")

    assert (case.state, case.outcome) == ("closed", "done")
    assert set(FindingResponse.objects.values_list("finding_id", flat=True)) == {one.pk, two.pk}
    page = banner.page(cast.reviewer, "supervision-file", case.pk)
    assert "已补签" in page and "已补报，落实专人" in page


@pytest.mark.requirement("SS-38-2")
def test_a_finding_is_handed_over_with_body_date_and_documents(banner: Desk) -> None:
    cast = banner.cast
    case = begun(banner, cast.bureau, "inspection")
    one = found(banner, cast.bureau, case, "falsified", "伪造死亡日期")

    without = banner.send(
        cast.bureau, "supervision-referral", case.pk, body="纪检监察机关", referred_on="2024-07-02"
    )
    assert "PAPER_MISSING" in without
    late = banner.send(
        cast.bureau,
        "supervision-referral",
        case.pk,
        body="纪检监察机关",
        referred_on="2024-07-03",
        document=scan(),
    )
    assert "DATE_IN_FUTURE" in late and not Referral.objects.exists()
    banner.send(
        cast.bureau, "supervision-referral", case.pk, body="纪检监察机关", referred_on="2024-07-02", finding=str(one.pk),
        document=scan("移送书.jpg"),
    )  # fmt: skip

    kept = Referral.objects.get()
    assert (kept.body, kept.referred_on, kept.finding) == ("纪检监察机关", date(2024, 7, 2), one)
    page = banner.page(cast.bureau, "supervision-file", case.pk)
    assert "纪检监察机关" in page and "第 1 项发现" in page and "移送书.jpg" in page
    shown = banner.browser(cast.bureau).get(reverse("document", args=[kept.document_id]))
    assert shown.status_code == 200


def test_an_audit_takes_two_auditors_and_its_wrong_collection_becomes_a_fraud_case(banner: Desk) -> None:
    from tests.support.cast import an_officer

    cast = banner.cast
    second = an_officer("auditor", path=banner.path, today=date(2024, 7, 2), from_on=date(2019, 1, 1))
    case = begun(banner, cast.auditor, "audit", number=_number(banner))
    found(banner, cast.auditor, case, "wrong_collection", "死亡后领取", "163.02")

    assert "MATERIAL_MISSING" in banner.step(cast.auditor, case, "inspect")
    banner.send(cast.auditor, "supervision-material", case.pk, kind="audit_record", file=scan("笔录.jpg"))

    banner.step(cast.auditor, case, "inspect", "现场检查")
    banner.step(cast.auditor, case, "opinion", "责令退回")
    assert case.state == "inspected"
    banner.step(second, case, "opinion", "责令退回")

    assert (case.state, case.outcome) == ("irregular", "irregular")
    fraud = Case.objects.get(kind="fraud")
    assert fraud.subject_id == case.pk and fraud.proposal["suspected_fen"] == 16302
    assert fraud.number in banner.page(cast.auditor, "supervision-file", case.pk)


def test_the_opinion_is_printed_with_findings_and_kept(banner: Desk) -> None:
    cast = banner.cast
    case = begun(banner, cast.bureau, "inspection")
    found(banner, cast.bureau, case, "late", "迟报两件")

    answer = banner.browser(cast.bureau).post(reverse("supervision-paper", args=[case.pk]), follow=True)

    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert document_open(Document.objects.get(document_class="audit_opinion").pk).startswith(b"%PDF")


def test_nothing_is_added_to_a_case_that_waits_for_its_decision(city: Desk) -> None:
    case = begun(city, city.cast.auditor, "fraud")
    found(city, city.cast.auditor, case, "other", "线索")
    city.step(city.cast.auditor, case, "investigate")

    said = city.send(city.cast.auditor, "supervision-finding", case.pk, category="other", text="后来想到的")

    assert "FINDINGS_CLOSED" in said and Finding.objects.count() == 1


def test_in_no_region_does_audit_or_bureau_decide_business() -> None:
    for code in sorted(pack_folders()):
        for kind in kinds().values():
            for day in (date(2020, 1, 2), date(2022, 6, 1), date(2026, 11, 20)):
                deciding = {
                    one.action
                    for one in table(kind, load_pack(code), day)
                    if one.is_decision and one.posts & {"auditor", "bureau_officer"}
                }
                assert not deciding or kind.kind in SUPERVISION, (code, kind.kind, deciding)


@pytest.mark.requirement("SS-03-4")
def test_the_bureau_reads_every_case_edits_none_and_decides_the_administrative_handling(banner: Desk) -> None:
    from jubao.services.benefits.stops import stop_propose
    from jubao.services.supervision.administrative import administrative_open

    cast = banner.cast
    stop = stop_propose(
        actor=cast.handler.actor, entitlement_id=banner.someone().entitlement_id, reason="DEATH",
        happened_on=date(2024, 6, 1), source="火化", evidence={"row": 1}, today=date(2024, 7, 2),
    )  # fmt: skip

    assert stop.number in banner.page(cast.bureau, "case", stop.pk)
    assert stop.number in banner.page(cast.bureau, "cases")
    assert "POST_REQUIRED" in banner.step(cast.bureau, stop, "approve") and stop.state == "proposed"
    paper = banner.browser(cast.bureau).post(reverse("case-material-add", args=[stop.pk]), {"kind": "other"})
    assert paper.status_code == 403

    handed = administrative_open(
        actor=cast.reviewer.actor, recovery_case=stop, summary={"amount_fen": 48906}, today=date(2024, 7, 2)
    )
    assert "489.06" in banner.page(cast.bureau, "case", handed.pk)
    banner.step(cast.reviewer, handed, "order")
    assert handed.state == "opened"
    banner.step(cast.bureau, handed, "order", "责令十日内退还")
    assert (handed.state, handed.checker_id) == ("ordered", cast.bureau.person.pk)


@pytest.mark.requirement("SS-40-4")
def test_a_wrong_decision_names_handler_and_reviewer_and_a_liability_case_begins_from_it(
    banner: Desk,
) -> None:
    from jubao.services.benefits.stops import stop_propose

    cast = banner.cast
    stop = stop_propose(
        actor=cast.handler.actor, entitlement_id=banner.someone().entitlement_id, reason="DEATH",
        happened_on=date(2024, 6, 1), source="火化", evidence={"row": 1}, today=date(2024, 7, 2),
    )  # fmt: skip
    banner.step(cast.reviewer, stop, "approve", "同意停发")

    page = banner.page(cast.auditor, "case-responsible", stop.pk)
    assert f"提出 {cast.handler.person.name}" in page and f"决定 {cast.reviewer.person.name}" in page
    assert "责任人" in banner.page(cast.auditor, "case", stop.pk)
    assert "已立案" in banner.send(cast.auditor, "case-responsible", stop.pk, ground="本人健在，停发有误")

    liability = Case.objects.get(kind="liability", subject_id=stop.pk)
    assert [one.split("（")[0] for one in liability.proposal["responsible"]] == [
        f"提出 {cast.handler.person.name}", f"决定 {cast.reviewer.person.name}",
    ]  # fmt: skip
    banner.step(cast.approver, liability, "hold", "通报批评")
    assert liability.state == "held"
