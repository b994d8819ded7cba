"""Each check of packs can fail: a sound pair of packs is broken in one place, and exactly that is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jubao.kernel.citation import Citation
from tests.policy.mini import OFFER, RULE, Mini

NORTH_MONEY, NORTH_SETTINGS = "910000_north/parameters/money.yaml", "910000_north/variants.yaml"
LAND_MONEY, LAND_SETTINGS = "900000_land/parameters/money.yaml", "900000_land/variants.yaml"
COVERAGE, LAND_COVERAGE = "910000_north/coverage.yaml", "900000_land/coverage.yaml"
RULE_NAME = "rule:pension.account_pension"
LAND_SOURCES, CASES = "900000_land/sources.yaml", "900000_land/cases/pension.yaml"


def test_sound_packs_have_no_violation_and_list_their_gaps(mini: Mini) -> None:
    report = mini.check()

    assert report.violations == []
    assert report.packs == ["900000_land", "910000_north"]
    assert [(gap.name, code) for gap, code in report.gaps] == [
        ("base_pension_fen", "900000"),
        ("base_pension_fen", "910000"),
    ]


BROKEN = {
    "a setting cites a clause that is not there": (NORTH_SETTINGS, "clause: NR-1", "clause: NR-9", "citation", "NR-9"),
    "a parameter cites a clause that is not there": (LAND_MONEY, "clause: LW-1", "clause: LW-7", "citation", "LW-7"),
    "a gap cites a clause that is not there": (
        NORTH_MONEY, "why: 没有读到新的通知, clause: NR-1", "why: 没有, clause: NR-4", "citation", "NR-4",
    ),
    "a feed cites a clause that is not there": (LAND_SOURCES, "clauses: [LW-2]", "clauses: [LW-8]", "citation", "LW-8"),
    "a land does not cite its district": (LAND_MONEY, "clause: LW-1", "clause: NR-1", "citation", "NR-1"),
    "a document rests on one that is not there": (
        "910000_north/documents/rule.yaml", "base: [law-1]", "base: [law-2]", "citation", "law-2",
    ),
    "a case proves a requirement that is not there": (CASES, "requirements: [LW-1]", "requirements: [LW-0]", "citation", "LW-0"),
    "a day without value or gap": (LAND_MONEY, "to: 2023-06-30", "to: 2023-05-31", "gap", "2023-06-01 至 2023-06-30"),
    "values that begin too late": (LAND_MONEY, "from: 2020-01-01, to: null, value: 139", "from: 2021-01-01, to: null, value: 139",
        "gap", "2020-01-01 至 2020-12-31"),
    "values that stop before the pack was verified": (LAND_MONEY, "to: null, value: 10300", "to: 2024-11-30, value: 10300",
        "gap", "2024-12-01 至 2024-12-31"),
    "two values for a day": (NORTH_MONEY, "to: 2024-06-30", "to: 2024-07-01", "overlap", "重叠"),
    "no unit": (NORTH_MONEY, "  unit: fen_per_month\n", "", "schema", "unit"),
    "no source": (LAND_MONEY, "value: 139, source: 大地令第1号, ", "value: 139, ", "schema", "source"),
    "a parameter nobody names": (LAND_MONEY, "  planned_for: later\n", "", "unnamed", "base_pension_minimum_fen"),
    "a clause without coverage": (COVERAGE, "NR-1:", "NR-2:", "coverage", "NR-1"),
    "coverage without a clause": ("910000_north/documents/rule.yaml", "id: NR-1", "id: NR-2", "coverage", "NR-1"),
    "coverage by a rule that is not there": (LAND_COVERAGE, RULE_NAME, "rule:pension.x", "by", "rule:pension.x"),
    "coverage by a module that is not there": (LAND_COVERAGE, RULE_NAME, "module:jubao.x", "by", "jubao.x"),
    "coverage by a command that is not there": (LAND_COVERAGE, "command:pension", "command:dance", "by", "command:dance"),
    "coverage by a setting that is not there": (LAND_COVERAGE, "setting:cert.period_kind", "setting:cert.length", "by", "length"),
    "coverage by a feed that is not there": (LAND_COVERAGE, "source:TRAIN", "source:SHIP", "by", "source:SHIP"),
    "coverage by nothing at all": (COVERAGE, "not_computable: 只是口号", "not_computable: null", "by", "没有写由什么实现"),
    "coverage planned and not computable": (COVERAGE, "planned_for: null", "planned_for: B", "by", "不能并存"),
    "a page that nothing plans": (LAND_COVERAGE, "planned_for: C", "planned_for: null", "by", "page:/people"),
    "a base pension below the floor": (NORTH_MONEY, "value: 13500", "value: 10200", "minimum", "2023-07"),
    "a divisor of zero": (LAND_MONEY, "value: 139", "value: 0", "denominator", "不能为 0"),
    "a number that means something else": (LAND_MONEY, "value: 139", "value: 9999", "special", "9999"),
    "a negative number": (NORTH_MONEY, "value: 13500", "value: -1", "special", "-1"),
    "a key that does not exist": (NORTH_SETTINGS, "cert.period_kind", "cert.period_kinds", "setting", "是否指 cert.period_kind"),
    "a value that no code offers": (NORTH_SETTINGS, "value: window", "value: weekly", "variant", "weekly"),
    "a list that names no feed": (LAND_SETTINGS, "value: [TRAIN]", "value: [SHIP]", "variant", "SHIP"),
    "a loss feed among the life feeds": (LAND_SOURCES, "evidence: life", "evidence: loss", "variant", "TRAIN"),
    "a scheme that does not exist": (LAND_SOURCES, "[resident_pension]", "[car_insurance]", "variant", "car_insurance"),
    "a default that is not marked": (LAND_SETTINGS, ", default: true", "", "default", "不一致"),
    "a mark without default": (NORTH_SETTINGS, "confidence: seed}", "confidence: seed, default: true}", "default", "不一致"),
    "a setting before its document": (NORTH_SETTINGS, "from: 2023-03-03", "from: 2023-03-02", "effective", "2023-03-03"),
    "a setting after its document": (
        "910000_north/documents/rule.yaml", "2023-03-03, to: null", "2023-03-03, to: 2024-06-30", "effective", "2024-06-30",
    ),
    "a column without a header": (LAND_SOURCES, "optional: [event_on]", "optional: [colour]", "header", "colour"),
    "one header for two columns": ("900000_land/aliases.yaml", "name: [姓名]", "name: [姓名, 日期]", "header", "日期"),
    "a case of no rule": (CASES, "{name: 三, rule: pension,", "{name: 三, rule: pension.x,", "cases", "pension.x"),
    "a rule with two cases": (CASES, "{account_pension: 2}", "{something: 2}", "cases", "只有 2 个算例"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_each_violation_is_reported(mini: Mini, case: str) -> None:
    file, old, new, kind, said = BROKEN[case]
    mini.edit(file, old, new)

    violations = mini.check().violations

    found = [item for item in violations if item.kind == kind and said in str(item)]
    assert found, [f"{item.kind}: {item}" for item in violations]
    assert all((found[0].file, found[0].path, found[0].what, found[0].remedy))


LAW = "900000_land/documents/law.yaml"
DATED = "from: 2020-01-01, source: 令, confidence: seed"
LAZY = {
    "an article with a field nobody defined": (LAW, "quote: 每年认证一次", "word: 每年认证一次", "articles[1]"),
    "a clause neither quoted nor told": (LAW, "{fact: 转述的一句}", "{id: LW-9}", "articles[0].clauses[1]"),
    "a coverage entry without demand": (LAND_COVERAGE, "demand: divide, ", "", "LW-1.demand"),
    "a case without source": (CASES, ", source: 令}", "}", "[0].source"),
    "a workflow without steps": ("900000_land/workflows.yaml", "", f"claim: [{{{DATED}}}]", "steps"),
    "a day no month has": ("900000_land/calendar.yaml", "", f"pay: [{{title: 发放, day_from: 32, {DATED}}}]", "day_from"),
}  # fmt: skip


@pytest.mark.parametrize("case", LAZY)
def test_what_a_run_reads_only_when_needed_is_checked_too(mini: Mini, case: str) -> None:
    file, old, new, path = LAZY[case]
    if old:
        mini.edit(file, old, new)
    else:
        mini.write(file, new)

    found = [item for item in mini.check().violations if item.kind == "schema"]

    assert mini.pack().name == "北区"
    assert [item for item in found if item.file == file and path in item.path], found


def test_one_fault_of_a_parent_is_told_once(mini: Mini) -> None:
    mini.edit(LAND_MONEY, "to: 2023-06-30", "to: 2023-05-31")

    assert [item.kind for item in mini.check().violations] == ["gap"]


def test_only_the_packs_asked_for_are_checked(mini: Mini) -> None:
    mini.edit(LAND_SETTINGS, ", default: true", "")

    assert mini.check(["910000"]).violations == []
    assert len(mini.check(["900000"]).violations) == 1


def test_a_broken_pack_does_not_hide_the_others(mini: Mini) -> None:
    mini.edit("910000_north/pack.yaml", "status: draft", "status: maybe")
    mini.edit(LAND_SETTINGS, ", default: true", "")

    assert {item.kind for item in mini.check().violations} >= {"schema", "default"}


def test_a_declared_finding_is_listed_and_passes(mini: Mini) -> None:
    mini.edit(NORTH_MONEY, "value: 13500,", "value: 10200, finding: 通知如此,")

    report = mini.check()

    assert report.violations == []
    assert ["通知如此" in str(item) for item in report.findings] == [True]


@pytest.mark.parametrize(("value", "is_wrong"), [(9299, True), (9300, False), (9301, False)])
def test_the_floor_itself_is_high_enough(mini: Mini, value: int, is_wrong: bool) -> None:
    mini.edit(NORTH_MONEY, "value: 12000", f"value: {value}")

    assert [item.kind for item in mini.check().violations] == (["minimum"] if is_wrong else [])


@pytest.mark.parametrize(
    ("unit", "value", "is_wrong"),
    [
        ("flag", "1", False),
        ("flag", "2", True),
        ("ppm", "1000000", False),
        ("ppm", "1000001", True),
        ("steps", "[[65, 500], [70, 500]]", False),
        ("steps", "[[70, 500], [65, 500]]", True),
        ("steps", "[[65, 500], [65, 500]]", True),
        ("steps", "[65, 500]", True),
        ("fen_by_tier_fen", "{10000: 3000}", False),
        ("fen_by_tier_fen", "{0: 3000}", True),
        ("fen_by_tier_fen", "3000", True),
        ("day_of_month", "[15, 31]", False),
        ("day_of_month", "32", True),
    ],
)
def test_a_value_fits_its_unit(mini: Mini, unit: str, value: str, is_wrong: bool) -> None:
    entry = f"extra:\n  unit: {unit}\n  planned_for: B\n  periods:\n"
    period = f"    - {{from: 2020-01-01, to: null, value: {value}, source: 无, confidence: default}}\n"
    mini.write("900000_land/parameters/extra.yaml", entry + period)

    assert [item.kind for item in mini.check().violations] == (["special"] if is_wrong else [])


def test_what_a_rule_divides_by_is_never_zero_whatever_its_name(mini: Mini) -> None:
    mini.edit(LAND_MONEY, "value: 9300", "value: 0")
    rule = replace(RULE, denominators=frozenset({"base_pension_minimum_fen"}))

    found = mini.check(offer=replace(OFFER, rules={rule.id: rule})).violations

    assert [(item.kind, item.path) for item in found] == [
        ("denominator", "base_pension_minimum_fen.periods[0].value")
    ]


def test_a_parameter_of_a_rule_must_be_known_to_every_pack(mini: Mini) -> None:
    text = "only_child_supplement_fen:\n  unit: fen_per_month\n  periods:\n"
    period = "    - {from: 2020-01-01, to: null, value: 10, source: 无, confidence: default}\n"
    mini.write("910000_north/parameters/extra.yaml", text + period)
    rule = replace(RULE, arguments=(*RULE.arguments, "only_child_supplement_fen"))
    offer = replace(OFFER, rules={rule.id: rule}, words=frozenset(rule.arguments))

    found = mini.check(offer=offer).violations

    assert [(item.kind, item.pack, item.path) for item in found] == [
        ("gap", "900000_land", "only_child_supplement_fen")
    ]


@pytest.mark.parametrize(
    ("citation", "said"),
    [
        (Citation("law-1", "第一条"), None),
        (Citation("大地令第1号", "第二条、第一条"), None),
        (Citation("law-1", "三、附则"), None),
        (Citation("law-1", "四、附则"), "law-1 四、附则"),
        (Citation("law-1", "全文"), None),
        (Citation("law-1", ""), None),
        (Citation("law-3", "第一条"), "law-3"),
        (Citation("law-1", "第一条、第三条"), "law-1 第三条"),
    ],
)
def test_what_a_rule_cites_stands_in_a_document(mini: Mini, citation: Citation, said: str | None) -> None:
    rule = replace(RULE, citations=(citation,))

    found = mini.check(offer=replace(OFFER, rules={rule.id: rule})).violations

    assert [item.kind for item in found] == (["citation"] if said else [])
    assert said is None or said in found[0].what


def test_a_notice_may_name_a_parameter(mini: Mini) -> None:
    mini.edit(LAND_MONEY, "  planned_for: later\n", "")
    mini.edit("900000_land/notices/suspension.md", "{month}", "{base_pension_minimum_fen}")

    assert mini.check().violations == []
