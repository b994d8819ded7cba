"""`jubao policy show`: a pack as readable law, proven on the delivered packs."""

from __future__ import annotations

from pathlib import Path

import pytest

from jubao.policy import pack_folders
from tests.policy.mini import Mini
from tests.support.cli import run as jubao


@pytest.mark.parametrize("code", list(pack_folders()))
def test_every_pack_can_be_shown_with_chain_and_hash(code: str) -> None:
    answer = jubao("policy", "show", code, "--json")

    assert answer.code == 0, answer.err
    assert answer.json["code"] == code
    assert answer.json["chain"][-1]["code"] == code
    assert len(answer.json["pack_hash"]) == 64


@pytest.mark.requirement("CQ-25-1")
def test_the_interpreting_authority_is_named() -> None:
    answer = jubao("policy", "show", "500000", "--json")

    named = {row["number"]: row["interpreter"] for row in answer.json["documents"]}
    assert named["渝人社办〔2019〕99号"] == "重庆市人力资源和社会保障局"
    assert "解释 重庆市人力资源和社会保障局" in jubao("policy", "show", "500000").out


@pytest.mark.requirement("SS-43-1")
def test_the_district_bureau_interprets_the_songshan_rules() -> None:
    answer = jubao("policy", "show", "150404", "chisongzhengbanfa-2020-56")

    assert answer.code == 0, answer.err
    assert "解释 区人社局" in answer.out


@pytest.mark.requirement("GD-1-01")
def test_the_guangdong_draft_says_that_it_is_a_draft_and_where_it_ends() -> None:
    answer = jubao("policy", "show", "440000", "gd-zige-renzheng-draft", "--json")
    (document,) = answer.json["documents"]

    assert document["status"] == "DRAFT_FOR_COMMENT"
    assert any("articles after 22 not in the source" in note for note in document["notes"])
    assert "DRAFT_FOR_COMMENT" in jubao("policy", "show", "440000").out


@pytest.mark.requirement("SS-01-1")
def test_a_songshan_rule_is_explained_with_article_number_and_base_document() -> None:
    answer = jubao("policy", "show", "150404", "cert.period_kind", "SS-01-1", "--month", "2024-05")

    assert "赤松政办发〔2020〕56号 第二十六条" in answer.out
    assert "人社部发〔2019〕84号" in answer.out
    document = jubao("policy", "show", "150404", "chisongzhengbanfa-2020-56", "--json").json["documents"][0]
    assert (document["number"], document["issued_on"]) == ("赤松政办发〔2020〕56号", "2020-11-09")


@pytest.mark.requirement("SS-25-1")
def test_the_songshan_certification_rules_cite_the_ministry() -> None:
    answer = jubao("policy", "show", "150404", "cert.period_kind", "--month", "2024-05")

    assert "人社厅发〔2018〕107号" in answer.out


@pytest.mark.requirement("SS-44-1")
def test_the_songshan_rules_begin_on_the_day_they_were_issued() -> None:
    before = jubao("policy", "show", "150404", "cert.period_kind", "--as-of", "2020-11-08")
    after = jubao("policy", "show", "150404", "cert.period_kind", "--as-of", "2020-11-09", "--json")

    assert before.code == 4
    assert "SETTING_MISSING" in before.err
    assert "2020-11-08" in before.err
    assert after.json["settings"][0]["value"] == "calendar_year"


@pytest.mark.requirement("XW-0-1")
def test_a_suspension_in_xunwu_names_document_part_and_base() -> None:
    answer = jubao("policy", "show", "360734", "miss.effect", "--month", "2021-07")

    assert "寻人社发〔2020〕25号 二" in answer.out
    assert "赣人社字〔2019〕284号" in answer.out


def test_what_is_not_law_is_marked(mini: Mini) -> None:
    shown = jubao("policy", "show", "north", "--packs", mini.root).out.splitlines()

    marked = [line.split()[0] for line in shown if "not law 可改的默认值" in line]
    assert marked == ["base_pension_fen", "miss.contact_means（暂停前须用过的不同联系方式数）"]


def test_a_month_shows_one_value_with_source_confidence_and_clause(mini: Mini) -> None:
    answer = jubao("policy", "show", "north", "base_pension_fen", "--month", "2023-09", "--packs", mini.root)

    for part in ("= 13500 fen_per_month", "可信度 seed", "NR-1 北令〔2023〕7号 第一条", "“每年一至六月”"):
        assert part in answer.out


def test_a_gap_is_shown_with_its_reason(mini: Mini) -> None:
    answer = jubao("policy", "show", "north", "base_pension_fen", "--month", "2024-09", "--packs", mini.root)

    assert "北区基础养老金；没有读到新的通知" in answer.out
    assert "2024-07-01" in answer.out


def test_a_clause_is_shown_with_its_words(mini: Mini) -> None:
    assert "“每年认证一次”" in jubao("policy", "show", "north", "LW-2", "--packs", mini.root).out


def test_an_unknown_name_is_wrong_usage(mini: Mini) -> None:
    answer = jubao("policy", "show", "north", "base_pension", "--packs", mini.root)

    assert (answer.code, "NAME_UNKNOWN" in answer.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["南区"], 2, "PACK_UNKNOWN"),
        (["north", "--month", "2031-01"], 4, "MONTH_NOT_COVERED"),
        (["north", "--month", "2024-05", "--as-of", "2024-05-01"], 2, "TWO_MOMENTS"),
        (["north", "--month", "五月"], 2, "MONTH_UNREADABLE"),
        (["north", "--as-of", "昨天"], 2, "DATE_UNREADABLE"),
    ],
)
def test_a_wrong_question_gets_a_clear_answer(mini: Mini, arguments: list[str], code: int, said: str) -> None:
    answer = jubao("policy", "show", *arguments, "--packs", mini.root)

    assert (answer.code, said in answer.err) == (code, True), answer.err


def test_a_broken_pack_is_refused_with_place_and_remedy(mini: Mini) -> None:
    mini.edit("910000_north/variants.yaml", "confidence: seed", "confidence: sure")

    answer = jubao("policy", "show", "north", "--packs", mini.root)

    assert answer.code == 3
    assert "PACK_INVALID" in answer.err
    assert "910000_north/variants.yaml 的 cert.period_kind[0].confidence" in answer.err


@pytest.mark.requirement("QJ-0-1")
def test_a_claim_free_refusal_names_the_plan_and_the_clause(tmp_path: Path) -> None:
    people = tmp_path / "到龄人员.csv"
    people.write_text(
        "身份证号码,姓名,缴费年限,间断缴费,职保记录,机保记录,跨省记录,税务在途,其他在途,特殊人群标识,是否服刑,死亡记录,"
        "银行账号,开户行,免申即享标识\n"
        "509901196408310029,乙,15,,有,,,,,,,,6217000000000000002,重庆农村商业银行,\n",
        "utf-8",
    )

    answer = jubao("extract", "--region", "500110", "--month", "2024-06", people, "--explain")
    document = jubao("policy", "show", "500110", "qishexian-2024-1", "--json").json["documents"][0]

    assert answer.code == 0, answer.err
    assert "EMPLOYEE_SCHEME_RECORD" in answer.out
    assert "綦社险〔2024〕1号 三、（一）" in answer.out
    assert (document["number"], document["issued_on"], document["status"]) == (
        "綦社险〔2024〕1号",
        "2024-01-03",
        "in force",
    )
    assert document["issuer"]
    assert document["publication"]
