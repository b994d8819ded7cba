"""`jubao trace`: from clause to code, tests and faces; done means done."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jubao.commands import program_offer as offered
from jubao.commands import trace_index
from jubao.policy import load_pack
from jubao.policy.units import is_divisor
from tests.policy.mini import OFFER, Mini
from tests.support.cli import run as jubao


@pytest.fixture(autouse=True)
def own_rules_only(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The made-up packs know the made-up rule; what is delivered is traced with the real program."""
    if "mini" in request.fixturenames:
        monkeypatch.setattr(trace_index, "program_offer", lambda: OFFER)
        monkeypatch.setattr(
            trace_index, "command_places", lambda: {"pension": "src/jubao/commands/pension.py:1"}
        )


def proofs(mini: Mini, index: dict[str, Any]) -> None:
    (mini.root / "proofs.json").write_text(json.dumps(index), "utf-8")


def state(mini: Mini, id: str) -> Any:
    return jubao("trace", id, "--json", "--packs", mini.root).json


def test_a_requirement_with_code_face_and_test_is_done(mini: Mini) -> None:
    proofs(mini, {"LW-1": ["tests/rules/test_pension.py::test_divides"]})

    shown = jubao("trace", "LW-1", "--packs", mini.root)
    found = state(mini, "LW-1")

    assert shown.code == 0, shown.err
    assert (found["done"], found["missing"]) == (True, [])
    assert (found["citation"], found["quote"]) == ("大地令第1号 第一条", "除以一百三十九")
    assert found["code"] == [{"by": "rule:pension.account_pension", "place": "src/rules.py:1"}]
    assert found["faces"][0]["place"] == "src/jubao/commands/pension.py:1"
    for part in ("完成", "divide", "除以一百三十九", "src/rules.py:1", "command:pension", "test_divides"):
        assert part in shown.out


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('by: ["rule:pension.account_pension"]', "by: []", "没有写由什么实现"),
        ("rule:pension.account_pension", "rule:pension.gone", "rule:pension.gone 还不存在"),
        ('faces: ["command:pension"]', "faces: []", "没有可用的入口"),
        ("command:pension", "command:gone", "command:gone 还不存在"),
        ("command:pension", "page:/people", "page:/people 还不存在"),
        ('faces: ["command:pension"]}', 'faces: ["command:pension"], planned_for: B}', "留待 B"),
        (
            'faces: ["command:pension"]}',
            'faces: ["command:pension"], not_computable: 口号}',
            "不能计算：口号",
        ),
    ],
)
def test_whatever_is_missing_keeps_it_from_being_done(mini: Mini, old: str, new: str, why: str) -> None:
    proofs(mini, {"LW-1": ["tests/rules/test_pension.py::test_divides"]})
    mini.edit("900000_land/coverage.yaml", old, new)

    found = state(mini, "LW-1")

    assert not found["done"]
    assert any(why in reason for reason in found["missing"])


@pytest.mark.parametrize("index", [{}, {"LW-1": []}, {"LW-2": ["tests/x.py::test_x"]}])
def test_without_a_test_nothing_is_done(mini: Mini, index: dict[str, list[str]]) -> None:
    proofs(mini, index)

    assert state(mini, "LW-1")["missing"] == ["没有测试证明"]


def test_the_share_is_counted_by_document(mini: Mini) -> None:
    proofs(mini, {"LW-1": ["tests/x.py::test_x"], "LW-2": ["tests/x.py::test_x"]})

    answer = jubao("trace", "--json", "--packs", mini.root)

    assert answer.json == {
        "LW": {"total": 2, "done": 1},
        "NR": {"total": 1, "done": 0},
        "total": {"total": 3, "done": 1},
    }
    assert "LW      1 / 2     50 %" in jubao("trace", "--packs", mini.root).out


def test_what_is_open_is_listed_with_reasons_by_area(mini: Mini) -> None:
    everything = jubao("trace", "--open", "--packs", mini.root, "--json").json
    pension = jubao("trace", "--open", "--area", "pension", "--packs", mini.root)

    assert [row["id"] for row in everything] == ["LW-1", "LW-2", "NR-1"]
    assert pension.out.splitlines() == ["LW-1  [pension]  没有测试证明", "未完成 1 项。"]
    assert jubao("trace", "--open", "--area", "dance", "--packs", mini.root).code == 2


def test_places_in_packs_are_named_with_their_line(mini: Mini) -> None:
    places = {row["by"]: row["place"] for row in state(mini, "LW-2")["code"]}

    assert places["setting:cert.period_kind"].endswith("900000_land/variants.yaml:1")
    assert places["source:TRAIN"].endswith("900000_land/sources.yaml:1")


def test_an_unknown_id_is_wrong_usage(mini: Mini) -> None:
    answer = jubao("trace", "LW-99", "--packs", mini.root)

    assert (answer.code, "ID_UNKNOWN" in answer.err) == (2, True)


def test_the_index_must_not_name_unknown_ids(mini: Mini) -> None:
    proofs(mini, {"LW-99": ["tests/x.py::test_x"]})

    answer = jubao("trace", "--check", "--packs", mini.root)

    assert (answer.code, "LW-99" in answer.err) == (1, True)


@pytest.mark.parametrize(("returned", "code"), [(0, 0), (4, 1)])
def test_the_index_is_compared_with_the_tests(
    mini: Mini, monkeypatch: pytest.MonkeyPatch, returned: int, code: int
) -> None:
    proofs(mini, {})
    said = "tests/a.py::test_a\nERROR: proofs.json is out of date; run `make proofs`\n"
    calls: list[list[str]] = []

    def run(command: list[str], **_rest: object) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        return subprocess.CompletedProcess(command, returned, said, "")

    monkeypatch.setattr("jubao.commands.trace_report.subprocess.run", run)

    answer = jubao("trace", "--check", "--packs", mini.root)

    assert answer.code == code
    assert calls[0][-2:] == [f"--check-proofs={mini.root / 'proofs.json'}", "tests"]
    assert ("out of date" in answer.err) == (code == 1)
    assert "test_a" not in answer.err


def test_without_the_tests_only_the_ids_are_checked(
    mini: Mini, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proofs(mini, {"LW-1": ["tests/x.py::test_x"]})
    monkeypatch.setattr("jubao.commands.trace_report.PROGRAM", tmp_path / "lib" / "jubao")

    answer = jubao("trace", "--check", "--packs", mini.root)

    assert (answer.code, "没有测试源码" in answer.out) == (0, True)


def test_every_requirement_of_the_five_texts_is_counted() -> None:
    answer = jubao("trace", "--json")

    totals = {document: row["total"] for document, row in answer.json.items()}
    assert totals == {"QJ": 186, "CQ": 120, "GD": 186, "SS": 220, "XW": 47, "total": 759}


def test_the_program_offers_its_rules_commands_and_words() -> None:
    offer = offered.program_offer()

    assert {"policy", "policy check", "policy show", "trace", "compare"} <= offer.commands
    assert offer.rules["pension.account_pension"].location.startswith("src/jubao/rules/pension.py:")
    assert "payout_divisor_months" in offer.denominators
    parameters = set(load_pack("500110").parameter_names)
    assert all(is_divisor(name) for name in offer.denominators & parameters), (
        "refused at loading only by name"
    )
    assert offer.has_module("jubao.kernel.fen")
    assert offer.has_module("jubao.kernel.fen.Fen")
    assert not offer.has_module("jubao.kernel.gold")
    assert not offer.has_module("json")
    assert offered.module_place("jubao.kernel.fen") == "src/jubao/kernel/fen.py:1"
    assert offered.module_place("jubao.kernel.fen.Fen").startswith("src/jubao/kernel/fen.py:")
    assert offered.command_places()["policy check"].startswith("src/jubao/commands/policy.py:")
