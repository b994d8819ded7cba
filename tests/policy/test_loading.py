"""Loading packs: names, chains, and files that are refused with place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from jubao.kernel.errors import WrongUsage
from jubao.policy import PackRefused, forget_packs, load_pack, pack_folders
from tests.policy.mini import FILES, LAND, NORTH, Mini


@pytest.mark.parametrize("name", [NORTH, "north", "910000_north", "北区", "北边", " 910000 "])
def test_a_pack_is_found_by_every_name_of_it(mini: Mini, name: str) -> None:
    assert mini.pack(name).code == NORTH


def test_the_chain_runs_from_the_land_to_the_district(mini: Mini) -> None:
    assert [files.head.code for files in mini.pack().chain] == [LAND, NORTH]


def test_an_unknown_name_lists_the_packs(mini: Mini) -> None:
    with pytest.raises(WrongUsage, match=r"PACK_UNKNOWN.*910000_north（北区）"):
        mini.pack("南区")


def test_a_pack_is_read_once_per_process(mini: Mini) -> None:
    assert mini.pack(NORTH) is mini.pack("北区")


def refusal(mini: Mini, name: str = NORTH) -> str:
    with pytest.raises(PackRefused) as caught:
        mini.pack(name)
    return "\n".join(str(item) for item in caught.value.violations)


@pytest.mark.requirement("CQ-26-1")
@pytest.mark.parametrize(
    "written",
    [
        "",
        "effective: {to: null, source: 文尾, confidence: seed}\n",
        "effective: {from: null, to: null, source: 文尾, confidence: seed}\n",
    ],
)
def test_a_pack_without_effective_date_is_refused(mini: Mini, written: str) -> None:
    line = "effective: {from: 2023-03-03, to: null, source: 文尾, confidence: seed}\n"
    mini.edit("910000_north/documents/rule.yaml", line, written)

    said = refusal(mini)

    assert "910000_north/documents/rule.yaml 的 effective" in said
    assert "生效日期" in said


BROKEN = {
    "an unknown field": ("pack.yaml", "status: draft", "status: draft\ncolour: red", "pack.yaml 的 colour"),
    "a code without quotes": ("pack.yaml", 'code: "910000"', "code: 910000", "pack.yaml 的 code：应为文字"),
    "a folder of another name": ("pack.yaml", "slug: north", "slug: south", "文件夹名 910000_north"),
    "no parent of that code": ("pack.yaml", 'parent: "900000"', 'parent: "970000"', "没有上级政策包 970000"),
    "a parent that comes back": ("pack.yaml", 'parent: "900000"', 'parent: "910000"', "绕回了自己"),
    "no unit": ("parameters/money.yaml", "  unit: fen_per_month\n", "", "base_pension_fen：unit"),
    "an unknown unit": ("parameters/money.yaml", "fen_per_month", "yuan", "unit（单位）为 'yuan'"),
    "no source": ("parameters/money.yaml", "source: 网页, ", "", "没有 source（出处）"),
    "no confidence": ("parameters/money.yaml", "confidence: secondary, ", "", "没有 confidence"),
    "a fraction": ("parameters/money.yaml", "value: 12000", "value: 120.5", "应为整数"),
    "neither value nor gap": ("parameters/money.yaml", "value: 12000, ", "", "没有 value"),
    "a divisor of zero": (
        "parameters/money.yaml",
        "base_pension_fen:",
        "payout_divisor_months: {unit: months, periods: [{from: 2020-01-01, value: 0, source: 无, confidence: seed}]}\n"
        "base_pension_fen:",
        "payout_divisor_months.periods[0].value：此参数作除数，不能为 0",
    ),
    "a number that means something else": ("parameters/money.yaml", "value: 12000", "value: -1", "现为 -1"),
    "a gap without a reason": (
        "parameters/money.yaml",
        "why: 没有读到新的通知, ",
        "",
        "what（缺什么）和 why",
    ),
    "a value that is missing": (
        "parameters/money.yaml",
        "missing: true",
        "missing: true, value: 1",
        "不能并存",
    ),
    "two values for a day": ("parameters/money.yaml", "to: 2023-02-28", "to: 2023-03-03", "重叠"),
    "two settings for a day": (
        "variants.yaml",
        "cert.period_kind:\n",
        "cert.period_kind:\n  - {value: rolling, from: 2024-01-01, to: null, source: 无, confidence: default, default: true}\n",
        "variants.yaml 的 cert.period_kind：",
    ),
    "an end before the beginning": ("variants.yaml", "to: 2024-12-31", "to: 2022-12-31", "早于起始日期"),
    "a key written twice": (
        "variants.yaml",
        "value: window,",
        "value: window, value: rolling,",
        "键 value 写了两次",
    ),
    "a date in quotes": ("variants.yaml", "from: 2023-03-03", 'from: "2023-03-03"', "应为日期"),
    "no YAML": ("variants.yaml", "- {value", "- {value: [", "variants.yaml"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_file_place_and_remedy(mini: Mini, case: str) -> None:
    file, old, new, said = BROKEN[case]
    mini.edit(f"910000_north/{file}", old, new)

    assert said in refusal(mini)


def test_a_parameter_in_two_files_is_refused(mini: Mini) -> None:
    mini.write("910000_north/parameters/again.yaml", FILES["910000_north/parameters/money.yaml"])

    assert "另一文件中写过" in refusal(mini)


def test_all_faults_of_a_chain_are_told_together(mini: Mini) -> None:
    mini.edit("900000_land/parameters/money.yaml", "unit: months", "unit: moons")
    mini.edit("910000_north/variants.yaml", "confidence: seed", "confidence: sure")
    mini.edit("910000_north/documents/rule.yaml", "number:", "numero:")

    said = refusal(mini)

    for part in (
        "moons",
        "cert.period_kind[0].confidence",
        "rule.yaml 的 number：缺少此项",
        "numero：没有这一项",
    ):
        assert part in said


def test_a_key_that_overrides_a_merged_one_is_no_double_key(mini: Mini) -> None:
    mini.write(
        "900000_land/cases/merge.yaml",
        "- {name: 一, rule: pension, given: &one {a: 1, b: 2}, expect: 1, source: 无}\n"
        "- {name: 二, rule: pension, given: &two {<<: *one, a: 3}, expect: 1, source: 无}\n"
        "- {name: 三, rule: pension, given: {<<: *two, a: 4}, expect: 1, source: 无}\n",
    )

    assert [case.given["a"] for case in mini.pack().cases if "a" in case.given] == [1, 3, 4]


def test_an_offices_own_packs_stand_before_the_delivered_ones(
    mini: Mini, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivered = next(iter(pack_folders()))
    own = tmp_path / "own" / f"{delivered}_mine"
    own.mkdir(parents=True)
    monkeypatch.setenv("JUBAO_PACKS_DIR", str(own.parent))

    assert pack_folders()[delivered] == own
    assert pack_folders(mini.root)[NORTH] == mini.root / "910000_north"


@pytest.mark.parametrize("code", list(pack_folders()))
def test_every_delivered_pack_loads_without_its_big_files(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts, coverage and cases are read only when asked for; a clerk's small file must not wait for them."""
    read: list[str] = []
    whole = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda self, *a, **k: read.append(self.name) or whole(self, *a, **k)
    )
    forget_packs()

    load_pack(code)

    assert "pack.yaml" in read and "coverage.yaml" not in read
