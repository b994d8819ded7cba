"""`jubao policy check`: exit 1 with every violation, exit 0 with the declared gaps listed."""

from __future__ import annotations

import pytest

from tests.policy.mini import Mini
from tests.support.cli import run as jubao


@pytest.fixture
def own_rules_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up packs know nothing of the program's real rules."""
    from tests.policy.mini import OFFER

    monkeypatch.setattr("jubao.commands.policy_check.program_offer", lambda: OFFER)


@pytest.mark.usefixtures("own_rules_only")
def test_sound_packs_pass_and_their_gaps_are_listed(mini: Mini) -> None:
    answer = jubao("policy", "check", "--packs", mini.root)

    assert answer.code == 0, answer.out
    assert "910000 base_pension_fen：北区基础养老金（2024-07-01 至 …）；没有读到新的通知" in answer.out
    assert "0 处问题" in answer.out


@pytest.mark.usefixtures("own_rules_only")
def test_each_violation_is_a_line_with_its_remedy(mini: Mini) -> None:
    mini.edit("910000_north/variants.yaml", "value: window", "value: weekly")
    mini.edit("900000_land/variants.yaml", ", default: true", "")

    answer = jubao("policy", "check", "--all", "--packs", mini.root)

    assert answer.code == 1
    assert "POLICY_CHECK" in answer.err
    assert "[variant] 910000_north/variants.yaml 的 cert.period_kind[0]：只能是 rolling" in answer.out
    assert "[default] 900000_land/variants.yaml 的 miss.contact_means[0]：" in answer.out
    assert "没有出处的默认值两处都要标明" in answer.out


@pytest.mark.usefixtures("own_rules_only")
def test_one_pack_can_be_checked_alone_and_as_json(mini: Mini) -> None:
    mini.edit("910000_north/variants.yaml", "value: window", "value: weekly")

    land = jubao("policy", "check", "大地", "--json", "--packs", mini.root)
    north = jubao("policy", "check", "北区", "--json", "--packs", mini.root)

    assert (land.code, land.json["violations"], land.json["packs"]) == (0, [], ["900000_land"])
    assert north.code == 1
    assert north.json["violations"][0] | {"what": "", "remedy": ""} == {
        "pack": "910000_north",
        "file": "910000_north/variants.yaml",
        "path": "cert.period_kind[0]",
        "kind": "variant",
        "what": "",
        "remedy": "",
    }


@pytest.mark.requirement("CQ-26-1")
@pytest.mark.usefixtures("own_rules_only")
def test_a_document_without_effective_date_fails_the_check(mini: Mini) -> None:
    line = "effective: {from: 2023-03-03, to: null, source: 文尾, confidence: seed}\n"
    mini.edit("910000_north/documents/rule.yaml", line, "")

    answer = jubao("policy", "check", "--packs", mini.root)

    assert answer.code == 1
    assert "910000_north/documents/rule.yaml 的 effective" in answer.out
    assert "没有生效日期的包不能使用" in answer.out


def test_an_unknown_pack_is_wrong_usage() -> None:
    assert jubao("policy", "check", "nowhere").code == 2


def test_the_delivered_packs_are_sound() -> None:
    answer = jubao("policy", "check", "--json")

    assert answer.json["violations"] == []
    assert answer.code == 0
    assert len(answer.json["packs"]) == 10
