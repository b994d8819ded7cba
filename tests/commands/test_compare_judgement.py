"""Every line of the judgement of contracts.md, through the command on tiny files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import Trial, person, record

LIFE = ["SELF_FACE", "CARD_BANK", "EMPLOYER", "LONG_TERM_CARE", "FAMILY_DOCTOR", "AIR", "TRAIN", "BANK_IN_PERSON", "BORDER", "OTHER"]


def chongqing(folder: Path, month: str = "2024-05") -> Trial:
    return Trial(folder, "500110", month)


@pytest.mark.parametrize("source", LIFE)
def test_life_evidence_inside_the_period_makes_eligible(tmp_path: Path, source: str) -> None:
    out = chongqing(tmp_path).roster([person(1), person(2)]).feed(source, [record(1, event_on="2024-05-02")]).run()
    assert out.code == 0
    assert (out.list_of(1), out.headline_of(1)) == ("eligible", source)
    assert (out.list_of(2), out.headline_of(2)) == ("to_verify", "NO_EVIDENCE")
