"""`jubao policy diff`: what two packs say differently, and whom that touches."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from jubao.policy import forget_packs, pack_folders
from tests.policy.mini import Mini
from tests.support.cli import run as jubao

PEOPLE = """个人编号,姓名,个人账户储存额,缴费年限,独生子女,出生日期
1,甲,2504.73,15,是,1963-08-15
2,乙,13900.00,17年3月,否,1958-05-01
3,丙,1000.00,20,否,1970-05-01
4,丁,一千,20,否,1950-05-01
"""


def test_the_difference_of_two_packs_is_dated(mini: Mini) -> None:
    found = jubao("policy", "diff", "大地", "北区", "--packs", mini.root, "--json").json

    assert found["parameters"] == [
        {"name": "base_pension_fen", "from": "2020-01", "until": "2023-02", "a": "missing", "b": 12000},
        {"name": "base_pension_fen", "from": "2023-03", "until": "2024-06", "a": "missing", "b": 13500},
        *[
            {"name": name, "from": "2031-01", "until": None, "a": value, "b": "missing"}
            for name, value in (("base_pension_minimum_fen", 10300), ("payout_divisor_months", 139))
        ],
    ]
    assert found["settings"][0] == {
        "name": "cert.period_kind",
        "from": "2023-03-03",
        "until": "2024-12-31",
        "a": "calendar_year",
        "b": "window",
    }


def test_one_month_is_compared_alone(mini: Mini) -> None:
    shown = jubao("policy", "diff", "大地", "北区", "--packs", mini.root, "--month", "2023-09").out

    assert 'base_pension_fen  2023-09："missing" → 13500' in shown
    assert 'cert.period_kind  2023-09-30："calendar_year" → "window"' in shown


def test_a_pack_does_not_differ_from_itself(mini: Mini) -> None:
    found = jubao("policy", "diff", "北区", "north", "--packs", mini.root, "--json").json

    assert (found["parameters"], found["settings"]) == ([], [])


def test_people_need_a_month(mini: Mini, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, "utf-8")

    answer = jubao("policy", "diff", "大地", "北区", "--packs", mini.root, "--people", people)

    assert (answer.code, "MONTH_NEEDED" in answer.err) == (2, True)


@pytest.fixture
def raised(tmp_path: Path) -> Path:
    """The delivered pack of a county with ten yuan more base pension from July 2024 on, in a folder of its own."""
    folder = pack_folders()["500110"]
    changed = tmp_path / "新包" / folder.name
    shutil.copytree(folder, changed)
    (changed / "parameters").mkdir(exist_ok=True)
    (changed / "parameters" / "raised.yaml").write_text(
        "base_pension_fen:\n  unit: fen_per_month\n  periods:\n"
        "    - {from: 2024-07-01, to: 2024-12-31, value: 17500, source: 试算, confidence: default}\n",
        "utf-8",
    )
    forget_packs()
    return changed


def test_a_planned_pack_is_compared_with_the_delivered_one(raised: Path) -> None:
    found = jubao("policy", "diff", "500110", raised, "--json").json

    assert found["settings"] == []
    assert [(row["name"], row["from"], row["until"], row["b"]) for row in found["parameters"]] == [
        ("base_pension_fen", "2024-07", "2024-12", 17500)
    ]
    assert found["a"]["pack_hash"] != found["b"]["pack_hash"]


def test_who_changes_by_how_much_and_what_it_costs(raised: Path, tmp_path: Path) -> None:
    people = tmp_path / "人员.csv"
    people.write_text(PEOPLE, "utf-8")
    arguments = ("policy", "diff", "500110", raised, "--people", people, "--month", "2024-08")

    found = jubao(*arguments, "--json").json["people"]["pension"]
    shown = jubao(*arguments).out

    assert (found["people"], found["rejects"]) == (3, 1)
    assert (found["rises"], found["falls"], found["unchanged"], found["refused_by_both"]) == (2, 0, 0, 1)
    assert found["cost_b_fen"] - found["cost_a_fen"] == 2000
    assert found["by_part_fen"]["base_pension"] == 2000
    assert [(row["row"], row["name"], row["difference_fen"]) for row in found["changes"]] == [
        (2, "甲", 1000),
        (3, "乙", 1000),
    ]
    assert "相差 +20.00" in shown
    assert "第 2 行  1  甲" in shown


def test_what_only_one_pack_refuses_is_told_with_its_reason(tmp_path: Path) -> None:
    people = tmp_path / "人员.csv"
    people.write_text(PEOPLE.replace("17年3月", "15"), "utf-8")
    arguments = ("policy", "diff", "440523", "500110", "--people", people, "--month", "2018-06")

    found = jubao(*arguments, "--json").json["people"]["pension"]

    assert (found["refused_by_a_only"], found["refused_by_both"]) == (1, 2)
    assert "PARAMETER_MISSING: base_pension_fen 440523 2018-06" in found["changes"][0]["refused_a"]
    assert found["changes"][0]["a_fen"] is None
    assert found["changes"][0]["b_fen"] == found["cost_b_fen"]


def test_numbers_are_masked(raised: Path, tmp_path: Path) -> None:
    people = tmp_path / "人员.csv"
    people.write_text("身份证号码,个人账户储存额,缴费年限\n509901196308150013,100.00,15\n", "utf-8")
    arguments = ("policy", "diff", "500110", raised, "--people", people, "--month", "2024-08")

    for said in (jubao(*arguments), jubao(*arguments, "--json")):
        assert said.code == 0, said.err
        assert "509901********0013" in said.out
        assert "509901196308150013" not in said.out


def test_a_file_without_the_needed_columns_is_refused(raised: Path, tmp_path: Path) -> None:
    people = tmp_path / "人员.csv"
    people.write_text("姓名\n甲\n", "utf-8")

    answer = jubao("policy", "diff", "500110", raised, "--people", people, "--month", "2024-08")

    assert answer.code == 3


CLAIMS = (
    "身份证号码,姓名,缴费年限,间断缴费,职保记录,机保记录,跨省记录,税务在途,其他在途,特殊人群标识,是否服刑,死亡记录,"
    "银行账号,开户行,免申即享标识\n"
    "509901196408310010,甲,15,,,,,,,,,,6217000000000000001,重庆农村商业银行綦江支行,\n"
    "509901196408310029,乙,15,,,,,,,,,,6217000000000000002,大地银行綦江支行,\n"
)


@pytest.fixture
def with_second_bank(raised: Path) -> Path:
    """The same county with a second paying bank, as a planned pack."""
    file = raised / "variants.yaml"
    settings = yaml.safe_load(file.read_text("utf-8"))
    settings["claim.paying_banks"][-1]["value"].append(
        {"name": "大地银行", "aliases": [], "suffixes": ["支行"]}
    )
    file.write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    (raised / "parameters" / "raised.yaml").unlink()
    forget_packs()
    return raised


def test_whose_claim_free_decision_changes(with_second_bank: Path, tmp_path: Path) -> None:
    people = tmp_path / "人员.csv"
    people.write_text(CLAIMS, "utf-8")
    arguments = ("policy", "diff", "500110", with_second_bank, "--people", people, "--month", "2024-06")

    found = jubao(*arguments, "--json").json["people"]
    shown = jubao(*arguments).out

    assert found["pension"] is None
    assert (found["claim_free"]["candidates_a"], found["claim_free"]["candidates_b"]) == (1, 2)
    (change,) = found["claim_free"]["changes"]
    assert (change["name"], change["a"], change["reasons_a"], change["b"]) == (
        "乙",
        "excluded",
        ["BANK_NOT_PAYING_AGENT"],
        "candidate",
    )
    assert "excluded BANK_NOT_PAYING_AGENT → candidate" in shown


def test_a_pack_without_claim_free_text_says_so(tmp_path: Path) -> None:
    people = tmp_path / "人员.csv"
    people.write_text(
        CLAIMS.replace("缴费年限,", "缴费年限,个人账户储存额,").replace(",15,", ",15,100.00,"), "utf-8"
    )

    found = jubao(
        "policy", "diff", "500110", "440523", "--people", people, "--month", "2024-06", "--json"
    ).json["people"]
    shown = jubao("policy", "diff", "500110", "440523", "--people", people, "--month", "2024-06").out

    assert found["claim_free"]["candidates_a"] == 1
    assert "CLAIM_FREE_NOT_COVERED" in found["claim_free"]["not_covered_b"]
    assert found["pension"]["people"] == 2
    assert "B 不能筛选：CLAIM_FREE_NOT_COVERED" in shown
