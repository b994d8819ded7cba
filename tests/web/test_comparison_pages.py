"""比对批次 behind the desk: what was handed out to whom by which rules, what is untouched, what was never compared.

Worked example: 张桂芳 has no evidence in 2026-11: she is on 待核实 of batch 500110-202611-…, her township owns the task.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from jubao.cases.models import Case
from jubao.comparison.models import ComparisonRun
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.month_comparison import compare_month
from jubao.kernel.month import Month
from jubao.policy.loading import OWN_PACKS, forget_packs, pack_folders
from jubao.policy.reading import PackRefused
from jubao.services.certification.feeds import feed_import
from jubao.staff.regions import pack_of
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, a_cast, an_officer
from tests.support.residents import TODAY, a_beneficiary, number_of, some_villages, system

MONTH = Month.containing(TODAY)
STRANGER = number_of(509904, date(1950, 1, 1), 77)


def compared(folder: Path, path: str, district: str, source: str = "TRAIN") -> ComparisonRun:
    """A month compared with a file that names nobody."""
    file = folder / f"{source}.csv"
    file.write_text(f"身份证号码,姓名,日期\n{STRANGER},李大山,2026-11-03\n", encoding="utf-8")
    actor = system(path)
    feed_import(actor=actor, source=source, district_code=district, month=MONTH.index, path=file)
    compare_month(actor=actor, district_code=district, month=MONTH, today=TODAY, is_dry_run=False)
    return ComparisonRun.objects.order_by("-created_at")[0]


def page(browser: Client, name: str, *of: object) -> str:
    answer = browser.get(reverse(name, args=of))
    assert answer.status_code == 200
    return answer.content.decode()


def on_day(patch: pytest.MonkeyPatch, day: date) -> None:
    patch.setattr("jubao.workbench.views.comparisons.today", lambda: day)


@pytest.fixture
def here(database: None, tmp_path: Path) -> tuple[Cast, ComparisonRun]:
    """綦江 with one person whom nothing says to be alive."""
    cast = a_cast()
    some_villages()
    a_beneficiary(name="张桂芳")
    return cast, compared(tmp_path, "500000/500110/", "500110")


@pytest.mark.requirement("CQ-11-5")
def test_each_entry_shows_the_version_of_rules_that_the_district_cannot_change(
    here: tuple[Cast, ComparisonRun], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, run = here

    shown = page(open_browser(cast.data), "comparison", run.id)

    row = next(part for part in shown.split("<tr>") if "张桂芳" in part)
    assert "认证期内没有任何证据（CQ-14-1" in row and "NO_EVIDENCE" not in row
    assert run.pack_hash[:12] in row and f"500110-202611-{run.run_hash[:8]}" in shown
    delivered = pack_folders()["500110"]
    own = tmp_path / "packs" / delivered.name
    shutil.copytree(delivered, own)
    with (own / "variants.yaml").open("a", encoding="utf-8") as variants:
        variants.write(
            "match.lost_sources: [{value: [COURT_DEATH], from: 2024-01-01, to: null, source: 本区自定,"
            " confidence: default, default: true}]\n"
        )
    monkeypatch.setenv(OWN_PACKS, str(own.parent))
    forget_packs()
    with pytest.raises(PackRefused, match="统一规定"):
        pack_of("500000/500110/")
    monkeypatch.delenv(OWN_PACKS)
    forget_packs()


@pytest.mark.requirement("CQ-11-2")
def test_a_batch_untouched_for_ten_working_days_is_marked(
    here: tuple[Cast, ComparisonRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, run = here
    browser = open_browser(cast.data)
    made_on = run.created_at.date()
    with unit_of_work(system(), "test"):
        Case.objects.filter(subject_id=run.id).update(due_on=made_on + timedelta(days=90))

    on_day(monkeypatch, made_on + timedelta(days=9))
    assert "个工作日没有处理" not in page(browser, "comparisons")
    on_day(monkeypatch, made_on + timedelta(days=30))
    assert "超过 10 个工作日没有处理" in page(browser, "comparisons")
    with unit_of_work(system(), "test"):
        Case.objects.filter(subject_id=run.id).update(is_open=False, state="done", outcome="done")
    shown = page(browser, "comparisons")
    assert "个工作日没有处理" not in shown and "100.0%" in shown


@pytest.mark.requirement("GD-7-04", "GD-11-09")
def test_a_month_without_a_comparison_is_flagged(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = a_cast("440523", next_county="500110")
    county = cast.data.actor.scope
    of_the_city = an_officer("data_officer", path=county.removesuffix("440523/"))
    browsers = [open_browser(cast.data), open_browser(of_the_city)]

    def shown() -> list[str]:
        return [page(one, "comparisons") for one in browsers]

    on_day(monkeypatch, MONTH.last_day - timedelta(days=1))
    assert all(f"{MONTH - 1} 没有进行信息比对" in one for one in shown())
    for day in (MONTH.last_day, MONTH.last_day + timedelta(days=1)):
        on_day(monkeypatch, day)
        assert all(f"{MONTH} 没有进行信息比对" in one for one in shown())
    a_beneficiary(village=a_village(cast))
    compared(tmp_path, county, "440523", "HEALTH_CHECK")
    assert not any(f"{MONTH} 没有进行信息比对" in one for one in shown())


@pytest.mark.requirement("GD-12-04", "GD-7-11")
def test_what_is_not_cleared_in_its_month_is_late_and_has_an_owner(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = a_cast("440523", next_county="500110")
    for name in ("何秀兰", "陈建国"):
        a_beneficiary(village=a_village(cast), name=name)
    run = compared(tmp_path, cast.data.actor.scope, "440523", "HEALTH_CHECK")
    task = Case.objects.get(subject_id=run.id)
    browser = open_browser(cast.data)

    on_day(monkeypatch, MONTH.last_day)
    before = page(browser, "comparisons")
    on_day(monkeypatch, MONTH.last_day + timedelta(days=1))
    after = page(browser, "comparisons")

    assert task.due_on == MONTH.last_day and "逾期未清零" not in before and "逾期未清零" in after
    assert "0.0%" in after
    shown = page(browser, "comparison", run.id)
    assert shown.count(reverse("case", args=[task.id])) == 2 and "何秀兰" in shown and "陈建国" in shown


def test_another_county_sees_nothing_of_a_batch(here: tuple[Cast, ComparisonRun]) -> None:
    cast, run = here
    outsider = open_browser(cast.outsider)

    assert outsider.get(reverse("comparison", args=[run.id])).status_code in (403, 404)
    assert run.run_hash[:8] not in outsider.get(reverse("comparisons")).content.decode()


def a_village(cast: Cast):  # type: ignore[no-untyped-def]
    from jubao.people.models import Division

    return Division.objects.get(path=cast.assistant.actor.scope)
