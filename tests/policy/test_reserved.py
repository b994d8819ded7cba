"""What a city keeps to itself, its districts use and cannot change: the rules of comparison (CQ-11-5)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jubao.kernel.month import Month
from jubao.policy import load_pack
from jubao.policy.loading import OWN_PACKS, forget_packs, pack_folders
from jubao.policy.reading import PackRefused

DISTRICT, CITY = "500110", "500000"
RULE = (
    "match.lost_sources: [{value: [COURT_DEATH], from: 2024-01-01, to: null, source: 本区自定,"
    " confidence: default, default: true}]\n"
)


@pytest.fixture
def own_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The district's pack as an office keeps its own copy."""
    delivered = pack_folders()[DISTRICT]
    own = tmp_path / delivered.name
    shutil.copytree(delivered, own)
    monkeypatch.setenv(OWN_PACKS, str(tmp_path))
    forget_packs()
    return own


def test_a_district_that_changes_a_rule_of_comparison_is_refused(own_pack: Path) -> None:
    variants = own_pack / "variants.yaml"
    variants.write_text(variants.read_text(encoding="utf-8") + RULE, encoding="utf-8")

    with pytest.raises(PackRefused, match="上级政策包 重庆市 统一规定"):
        load_pack(DISTRICT)


def test_a_district_that_brings_its_own_feeds_is_refused(own_pack: Path) -> None:
    shutil.copy(pack_folders()[CITY] / "sources.yaml", own_pack / "sources.yaml")

    with pytest.raises(PackRefused, match="不能修改"):
        load_pack(DISTRICT)


def test_a_district_uses_the_rules_of_its_city_and_may_set_what_is_its_own(own_pack: Path) -> None:
    month = Month(2024, 5)

    district, city = load_pack(DISTRICT), load_pack(CITY)

    assert (
        district.setting("match.lost_sources", month).value == city.setting("match.lost_sources", month).value
    )
    assert district.setting("match.lost_sources", month).pack_code == CITY
