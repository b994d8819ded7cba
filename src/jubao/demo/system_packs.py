"""The made-up values without which the demo districts could not pay this month, as an office's own packs.

What a region has not published since the middle of 2025 is a gap in the delivered packs and is refused by name. The
demo does what an office would do: it puts the value into a pack of its own (`JUBAO_PACKS_DIR`), here with a source that
says it is made up.

    >>> values("500110", Month.parse("2026-11"))["base_pension_fen"]["periods"][0]["value"]
    18500
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.policy import Gap, load_pack
from jubao.policy.loading import pack_folders

SOURCE = "演示用的虚构数值，不是政策"
FIRST_GAP = Month.parse("2025-07")
BASE_FEN = {"500110": 18500, "150404": 21700, "360734": 17300, "440523": 24000}
INTEREST_PPM = 26_000
YEARS_RATE_FEN = 200
OLD_SUPPLEMENT = ("500110", "age_supplement_excludes_age70_by")
"""The one delivered value that is replaced: the older supplement of those who were 70 by 2019 is not known."""
TIERS = {10000: 3000, 20000: 4000, 30000: 5000, 50000: 6000}
_UNITS = {
    "subsidy_by_tier": "fen_by_tier_fen",
    "contribution_tiers_fen": "fen_per_year",
    "base_pension_fen": "fen_per_month",
    "years_pension_rate_fen": "fen_per_month",
    "account_interest_rate_ppm": "ppm_per_year",
}


def values(code: str, month: Month) -> dict[str, Any]:
    """Parameters that the delivered pack of a district lacks in the months of the demo, as a pack writes them."""
    made: dict[str, Any] = {}
    recorded = Month(month.year - 2, 1)
    wanted: dict[str, tuple[Any, Month, Month]] = {
        "subsidy_by_tier": (TIERS, recorded, month),
        "contribution_tiers_fen": (sorted(TIERS), recorded, month),
        "base_pension_fen": (BASE_FEN[code], FIRST_GAP, month),
        "years_pension_rate_fen": (YEARS_RATE_FEN, recorded, month),
        "account_interest_rate_ppm": (INTEREST_PPM, recorded, Month(month.year - 1, 12)),
    }
    for name, (value, first, last) in wanted.items():
        periods = _gaps(code, name, value, first, last)
        if periods:
            made[name] = {"unit": _UNITS[name], "import_name": "demo", "periods": periods}
    if code == OLD_SUPPLEMENT[0]:
        period = {
            "from": FIRST_GAP.first_day,
            "to": None,
            "value": 0,
            "source": SOURCE,
            "confidence": "default",
        }
        made[OLD_SUPPLEMENT[1]] = {"unit": "month_index", "import_name": "demo", "periods": [period]}
    return made


def _gaps(code: str, name: str, value: Any, first: Month, last: Month) -> list[dict[str, Any]]:
    """Stretches of months without a value, each filled with the made-up one; the last month's is open."""
    pack = load_pack(code)
    stretches: list[list[int]] = []
    for index in range(first.index, last.index + 1):
        if not isinstance(pack.find_parameter(name, Month.from_index(index)), Gap):
            continue
        if stretches and stretches[-1][1] == index - 1:
            stretches[-1][1] = index
        else:
            stretches.append([index, index])
    return [
        {
            "from": Month.from_index(start).first_day,
            "to": None
            if end == last.index and name != "account_interest_rate_ppm"
            else Month.from_index(end).last_day,
            "value": value,
            "source": SOURCE,
            "confidence": "default",
        }
        for start, end in stretches
    ]


def write_packs(folder: Path, codes: tuple[str, ...], month: Month) -> None:
    """Copies of the districts' packs with the made-up values beside them. An office's own folder is never touched."""
    marker = folder / ".jubao-demo"
    if folder.is_dir() and not marker.exists():
        raise WrongUsage("FOLDER_NOT_OURS", f"{folder}", remedy="JUBAO_PACKS_DIR")
    folders = {code: pack_folders(over=None)[code] for code in codes if code in BASE_FEN}
    made = {code: values(code, month) for code in folders}
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()
    for code, delivered in folders.items():
        own = folder / delivered.name
        shutil.rmtree(own, ignore_errors=True)
        shutil.copytree(delivered, own)
        text = "# " + SOURCE + "\n" + yaml.safe_dump(made[code], allow_unicode=True, sort_keys=False)
        (own / "parameters" / "demo.yaml").write_text(text, encoding="utf-8")
