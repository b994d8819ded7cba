"""A rate that is published: the municipality's pack with account rates, in a folder of the office's own.

Worked example: `publish_rates(tmp_path, monkeypatch, {2024: 60_000})` lets 重庆 have 6 % for 2024 and no rate for other years.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from jubao.policy.loading import pack_folders


def publish_rates(folder: Path, monkeypatch: pytest.MonkeyPatch, rates: Mapping[int, int]) -> None:
    """Put rates (year → ppm) into the municipality's pack for this process; they replace those put there before."""
    own = folder / f"packs-{len(list(folder.iterdir()))}"
    target = own / "500000_chongqing"
    shutil.copytree(pack_folders()["500000"], target)
    path = target / "parameters" / "pension.yaml"
    values: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    gap = {"missing": True, "what": "重庆市个人账户记账利率", "why": "还没有公布"}
    periods: list[dict[str, Any]] = [
        {"from": date(year, 1, 1), "to": date(year, 12, 31), "value": ppm, "source": "公布文件", "confidence": "confirmed"}
        for year, ppm in sorted(rates.items())
    ]  # fmt: skip
    first, last = min(rates), max(rates)
    values["account_interest_rate_ppm"]["periods"] = [
        {"from": date(2009, 7, 1), "to": date(first - 1, 12, 31), **gap}, *periods,
        {"from": date(last + 1, 1, 1), "to": None, **gap},
    ]  # fmt: skip
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("JUBAO_PACKS_DIR", str(own))
