"""The settings of the packs: each region's certification as its text says, defaults marked, numbers said twice kept equal.

Worked example: on 2020-11-08 Songshan has no kind of certification period, from 2020-11-09 it is the calendar year.
"""

from __future__ import annotations

import csv
from datetime import date

import pytest

from jubao.kernel.division import Division, Divisions
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.policy import Pack, load_pack
from tests.packs.folders import FOLDER, PACKS

COUNTIES = ["500110", "440523", "150404", "360734"]
TODAY = date(2026, 10, 31)
MONTH = Month.containing(TODAY)

PERIODS = [
    ("500110", "rolling", 12, "year_after_first_benefit", ["normal"]),
    ("440523", "rolling_by_month", 12, "month_after_claim_approval", ["normal", "suspended"]),
    ("150404", "calendar_year", 12, "year_after_first_benefit", ["normal"]),
    ("360734", "window", {"from": "01-01", "until": "06-30"}, "in_payment_at_opening", ["normal"]),
]


def value(pack: Pack, key: str, on: date = TODAY) -> object:
    return pack.setting(key, on).value


@pytest.mark.parametrize(("region", "kind", "length", "first_due", "states"), PERIODS)
def test_certification_period_of_each_county(
    region: str, kind: str, length: object, first_due: str, states: list[str]
) -> None:
    pack = load_pack(region)

    assert value(pack, "cert.period_kind") == kind
    assert value(pack, "cert.length") == length
    assert value(pack, "cert.first_due") == first_due
    assert value(pack, "cert.subject_states") == states


@pytest.mark.requirement("SS-44-1")
def test_songshan_rules_hold_from_the_day_of_issue() -> None:
    pack = load_pack("松山")

    assert pack.find_setting("cert.period_kind", date(2020, 11, 8)) is None
    assert value(pack, "cert.period_kind", date(2020, 11, 9)) == "calendar_year"
    with pytest.raises(NotCovered, match=r"cert\.period_kind"):
        pack.setting("cert.period_kind", date(2020, 11, 8))


@pytest.mark.parametrize("region", ["000000", "150000", "150400", "360000"])
def test_a_region_without_a_text_has_no_certification_period(region: str) -> None:
    assert load_pack(region).find_setting("cert.period_kind", TODAY) is None


def test_first_window_of_xunwu() -> None:
    pack = load_pack("寻乌")

    assert value(pack, "cert.length", date(2020, 12, 31)) == {"from": "04-01", "until": "06-30"}
    assert value(pack, "cert.length", date(2021, 1, 1)) == {"from": "01-01", "until": "06-30"}


def test_an_inherited_default_says_that_it_is_one() -> None:
    found = load_pack("松山").setting("cert.first_due", TODAY)

    assert found.is_default and found.pack_code == "000000" and not found.is_law


def test_the_custody_table_of_songshan_is_the_national_one() -> None:
    assert value(load_pack("松山"), "custody.table") == value(load_pack("000000"), "custody.table")


def test_no_spelling_stands_for_two_kinds_of_custody() -> None:
    table = load_pack("000000").setting("custody.table", TODAY).value
    spellings = [word for row in table.values() for word in row["aliases"]]

    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("region", COUNTIES)
def test_a_number_that_is_parameter_and_setting_is_the_same(region: str) -> None:
    pack = load_pack(region)
    same = {"year": 12, "month": 1}

    retention = value(pack, "evidence.retention")
    if isinstance(retention, dict):
        assert (
            pack.parameter("evidence_keep_years", MONTH).value * 12
            == retention["count"] * same[retention["unit"]]
        )
    due = value(pack, "field.due")
    if isinstance(due, dict) and due["unit"] == "month":
        assert pack.parameter("field_check_months", MONTH).value == due["count"]
    largest = value(pack, "import.max_persons")
    assert largest == getattr(pack.find_parameter("import_max_persons", MONTH), "value", "none")
    exempt = value(pack, "cert.exempt")
    assert (pack.parameter("dependant_exempt_below_age", MONTH).value == 16) == bool(exempt)


def test_numbers_of_single_regions_said_twice() -> None:
    qijiang, nanao, xunwu = load_pack("綦江"), load_pack("南澳"), load_pack("寻乌")

    assert value(qijiang, "claim.ahead") == qijiang.parameter("claim_free_window_months", MONTH).value
    assert value(nanao, "seal.after") == {
        "count": nanao.parameter("seal_after_months", MONTH).value // 12,
        "unit": "year",
    }
    assert value(nanao, "import.approvals") == nanao.parameter("import_approval_levels", MONTH).value
    assert value(xunwu, "notice.public_days") == xunwu.parameter("public_notice_min_days", MONTH).value
    paper = value(xunwu, "evidence.paper_max_days", date(2021, 12, 31))
    assert paper == xunwu.parameter("photo_reference_max_days", MONTH).value


@pytest.mark.parametrize("region", COUNTIES)
def test_feeds_of_a_county_are_in_its_lists(region: str) -> None:
    pack = load_pack(region)
    listed = {
        code
        for key in ("eligible_sources", "lost_sources", "lost_sources_unemployment", "lost_sources_injury")
        for code in pack.setting(f"match.{key}", TODAY).value
    }
    own = {
        code
        for files in pack.chain
        if files.head.code != "000000"
        for code, source in files.sources.items()
        if source.evidence != "none"
    }

    assert own <= listed
    assert listed <= set(pack.all_sources)


def test_ceilings_of_loss_feeds() -> None:
    for files in PACKS:
        for code, source in files.sources.items():
            wanted = {"loss": 2000 if source.nature == "custody" else 5000}.get(source.evidence)
            assert source.ceiling_ppm == wanted, (files.head.code, code)


def test_feeds_that_ended_are_not_in_use() -> None:
    assert "PHOTO" in load_pack("寻乌").sources(date(2021, 12, 31))
    assert "PHOTO" not in load_pack("寻乌").sources(date(2022, 1, 1))
    assert "NUCLEIC_ACID" not in load_pack("南澳").sources(TODAY)


def test_every_column_with_words_has_a_header() -> None:
    pack = load_pack("000000")

    assert set(pack.value_aliases()) <= set(pack.header_aliases())


def test_no_word_stands_for_two_values_of_a_column() -> None:
    for column, values in load_pack("000000").value_aliases().items():
        words = [word for value, spellings in values.items() for word in {value, *spellings}]
        assert len(words) == len(set(words)), column


@pytest.mark.parametrize(
    ("region", "townships"), [("500110", 31), ("150404", 22), ("360734", 15), ("440523", 3)]
)
def test_townships_of_the_counties(region: str, townships: int) -> None:
    places = divisions(region)
    county = places.by_code(region, TODAY)

    assert len(places.children(county.id, TODAY)) == townships


def test_qijiang_before_the_merger() -> None:
    places = divisions("500110")

    assert places.by_code("500222", date(2009, 12, 1)).name == "綦江县"
    assert places.by_code("500110", date(2009, 12, 1)).name == "万盛区"
    assert places.by_code("500110", TODAY).id == places.by_code("500222", date(2009, 12, 1)).id


def divisions(region: str) -> Divisions:
    file = next(FOLDER.glob(f"{region}_*")) / "divisions.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        return Divisions(
            Division(
                row["id"],
                row["code"],
                row["name"],
                row["parent"] or None,
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
            )
            for row in csv.DictReader(opened)
        )
