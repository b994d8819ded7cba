"""What a pack answers: overrides by key and date, gaps, settings, texts, headers, its hash."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.kernel.citation import Citation
from jubao.kernel.errors import InputRefused, NotCovered
from jubao.kernel.month import Month
from jubao.policy import Gap, ParameterValue, weakest
from tests.policy.mini import LAND, Mini


@pytest.mark.parametrize(
    ("month", "value"),
    [("2020-01", 12000), ("2023-02", 12000), ("2023-03", 13500), ("2024-06", 13500)],
)
def test_the_district_replaces_the_lands_period(mini: Mini, month: str, value: int) -> None:
    found = mini.pack().parameter("base_pension_fen", Month.parse(month))

    assert (found.value, found.unit, found.pack_code) == (value, "fen_per_month", "910000")


def test_what_the_district_does_not_name_comes_from_the_land(mini: Mini) -> None:
    found = mini.pack().parameter("payout_divisor_months", Month(2024, 5))

    assert (found.value, found.pack_code, found.source) == (139, LAND, "大地令第1号")
    assert (str(found.from_month), found.until_month) == ("2020-01", None)


def test_the_land_holds_again_after_the_districts_setting_ends(mini: Mini) -> None:
    kinds = [
        mini.pack().setting("cert.period_kind", day).value for day in (date(2024, 12, 31), date(2025, 1, 1))
    ]

    assert kinds == ["window", "calendar_year"]


def test_a_setting_begins_on_its_day_and_for_its_month(mini: Mini) -> None:
    pack = mini.pack()

    assert pack.setting("cert.period_kind", date(2023, 3, 2)).value == "calendar_year"
    assert pack.setting("cert.period_kind", date(2023, 3, 3)).value == "window"
    assert pack.setting("cert.period_kind", Month(2023, 3)).value == "window"
    assert pack.setting("cert.period_kind", Month(2023, 2)).value == "calendar_year"


def test_a_list_replaces_the_parents_list(mini: Mini) -> None:
    mini.edit(
        "910000_north/variants.yaml",
        "cert.period_kind:",
        "match.eligible_sources:\n"
        "  - {value: [], from: 2024-01-01, to: null, clause: NR-1, source: 细则, confidence: seed}\n"
        "cert.period_kind:",
    )

    assert mini.pack().setting("match.eligible_sources", Month(2024, 2)).value == []


def test_a_declared_gap_says_what_is_missing_and_why(mini: Mini) -> None:
    gap = mini.pack().find_parameter("base_pension_fen", Month(2024, 7))

    assert isinstance(gap, Gap)
    assert (gap.what, gap.why, gap.declared) == ("北区基础养老金", "没有读到新的通知", True)


def test_a_gap_refuses_naming_parameter_region_month_and_clause(mini: Mini) -> None:
    with pytest.raises(NotCovered, match="PARAMETER_MISSING") as caught:
        mini.pack().parameter("base_pension_fen", Month(2024, 8))

    for part in ("base_pension_fen", "北区（910000）", "2024-08", "北令〔2023〕7号 第一条", "parameters/"):
        assert part in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_day_nobody_speaks_of_is_an_undeclared_gap(mini: Mini) -> None:
    mini.edit("900000_land/parameters/money.yaml", "to: 2023-06-30", "to: 2023-04-30")

    gap = mini.pack().find_parameter("base_pension_minimum_fen", Month(2023, 5))

    assert isinstance(gap, Gap)
    assert not gap.declared


def test_a_parameter_nobody_knows_is_an_undeclared_gap(mini: Mini) -> None:
    gap = mini.pack().find_parameter("years_pension_rate_fen", Month(2023, 5))

    assert isinstance(gap, Gap)
    assert not gap.declared


def test_a_month_outside_what_the_pack_covers_is_refused(mini: Mini) -> None:
    pack = mini.pack()

    assert isinstance(pack.find_parameter("payout_divisor_months", Month(2031, 1)), Gap)
    assert isinstance(pack.find_parameter("payout_divisor_months", Month(2030, 12)), ParameterValue)
    assert pack.find_setting("cert.period_kind", date(2019, 12, 31)) is None
    with pytest.raises(NotCovered, match="MONTH_NOT_COVERED"):
        pack.require_covers(Month(2031, 1))


def test_bounds_are_the_months_in_which_something_changes(mini: Mini) -> None:
    bounds = mini.pack().parameter_bounds(["base_pension_fen", "base_pension_minimum_fen"])

    assert [str(month) for month in bounds] == ["2020-01", "2023-03", "2023-07", "2024-07", "2031-01"]


def test_the_last_month_of_a_value_is_the_one_before_its_successor(mini: Mini) -> None:
    mini.edit("910000_north/parameters/money.yaml", "to: 2023-02-28", "to: 2023-03-02")

    found = mini.pack().parameter("base_pension_fen", Month(2023, 2))

    assert str(found.until_month) == "2023-02"


def test_a_setting_names_its_clause_and_document(mini: Mini) -> None:
    found = mini.pack().setting("cert.period_kind", Month(2024, 1))

    assert (found.clause, found.document, str(found.citation)) == (
        "NR-1",
        "北令〔2023〕7号",
        "北令〔2023〕7号 第一条",
    )
    assert not found.is_default


def test_a_default_is_not_law(mini: Mini) -> None:
    pack = mini.pack()

    default = pack.setting("miss.contact_means", Month(2024, 1))
    remembered = pack.parameter("base_pension_fen", Month(2020, 5))

    assert (default.is_default, default.is_law, default.citation) == (True, False, None)
    assert not remembered.is_law
    assert pack.parameter("base_pension_fen", Month(2024, 5)).is_law


def test_a_missing_setting_refuses_naming_key_and_region(mini: Mini) -> None:
    with pytest.raises(NotCovered, match=r"SETTING_MISSING.*北区（910000）.*claim\.ahead"):
        mini.pack().setting("claim.ahead", Month(2024, 1))


def test_a_value_no_code_offers_is_refused_when_used(mini: Mini) -> None:
    mini.edit("910000_north/variants.yaml", "value: window", "value: weekly")

    with pytest.raises(InputRefused, match=r"SETTING_INVALID.*weekly"):
        mini.pack().setting("cert.period_kind", Month(2024, 1))


def test_a_key_outside_the_vocabulary_is_a_programming_error(mini: Mini) -> None:
    with pytest.raises(LookupError):
        mini.pack().setting("cert.colour", Month(2024, 1))


def test_clauses_come_with_words_and_article(mini: Mini) -> None:
    clause = mini.pack().clause("LW-2")

    assert (clause.document, clause.article, clause.quote) == ("大地令第1号", "第二条", "每年认证一次")
    with pytest.raises(NotCovered, match="CLAUSE_UNKNOWN"):
        mini.pack().clause("LW-9")


def test_a_rules_citation_is_shown_with_the_documents_number(mini: Mini) -> None:
    pack = mini.pack()

    assert str(pack.readable(Citation("law-1", "第一条"))) == "大地令第1号 第一条"
    assert str(pack.readable(Citation("other-9", "第一条"))) == "other-9 第一条"


def test_a_document_with_fields_below_its_articles_is_read_whole(mini: Mini) -> None:
    text = (mini.root / "910000_north/documents/rule.yaml").read_text("utf-8")
    moved = text.replace("status: draft_for_comment\n", "") + "status: draft_for_comment\n"
    mini.write("910000_north/documents/rule.yaml", moved)

    assert mini.pack().documents["rule-7"].status == "draft_for_comment"
    assert mini.pack().cite("NR-1").document == "北令〔2023〕7号"


def test_headers_of_a_feed_come_before_the_general_ones(mini: Mini) -> None:
    pack = mini.pack()

    assert pack.header_aliases()["event_on"] == ("日期", "乘车日期")
    assert pack.header_aliases("TRAIN")["event_on"] == ("乘车日期", "日期")


def test_a_feed_holds_between_its_days(mini: Mini) -> None:
    mini.edit("900000_land/sources.yaml", "from: null, to: null", "from: 2021-01-01, to: 2021-12-31")
    pack = mini.pack()

    held = [
        bool(pack.sources(day))
        for day in (date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1))
    ]

    assert held == [False, True, True, False]


def test_notices_and_workflows_are_the_nearest_ones(mini: Mini) -> None:
    steps = "steps: [{step: intake, title: 受理, level: township, post: intake, deadline: {count: 5, unit: working_day}}]"
    mini.write(
        "900000_land/workflows.yaml",
        f"claim:\n  - {{from: 2020-01-01, to: null, source: 令, confidence: seed, {steps}}}\n",
    )
    mini.write("910000_north/notices/suspension.md", "北区：{name}\n")
    pack = mini.pack()

    assert pack.notice("suspension").placeholders == ("name",)
    assert mini.pack(LAND).notice("suspension").placeholders == ("name", "month")
    assert pack.workflow("claim").steps[0].deadline is not None
    with pytest.raises(NotCovered, match="NOTICE_MISSING"):
        pack.notice("greeting")
    with pytest.raises(NotCovered, match="WORKFLOW_MISSING"):
        pack.workflow("claim", date(2019, 1, 1))


def test_the_hash_is_that_of_every_file_of_the_chain(mini: Mini) -> None:
    before, land_before = mini.pack().pack_hash, mini.pack(LAND).pack_hash
    mini.write("910000_north/.hidden", "x")
    unchanged = mini.pack().pack_hash
    mini.edit("900000_land/notices/suspension.md", "暂停", "停发")
    changed_above = mini.pack().pack_hash
    mini.write("910000_north/notices/new.md", "新\n")
    land_after_north = mini.pack(LAND).pack_hash

    assert before == unchanged
    assert len({before, changed_above, mini.pack().pack_hash}) == 3
    assert land_before != land_after_north
    mini.edit("910000_north/notices/new.md", "新", "旧")
    assert mini.pack(LAND).pack_hash == land_after_north


def test_the_hash_counts_names_too(mini: Mini) -> None:
    mini.write("910000_north/notices/a.md", "字\n")
    before = mini.pack().pack_hash
    (mini.root / "910000_north/notices/a.md").rename(mini.root / "910000_north/notices/b.md")
    mini.write("910000_north/notices/c.md", "")
    (mini.root / "910000_north/notices/c.md").unlink()

    assert mini.pack().pack_hash != before


def test_the_weakest_ground_decides() -> None:
    assert weakest(["seed", "memory-low", "secondary"]) == "memory-low"
    assert weakest([]) == "seed"
