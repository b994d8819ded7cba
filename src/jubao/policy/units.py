"""What the value of each unit may be, so that no number in a pack means something else.

Worked example: `fault_of("flag", 2)` says that a flag is 0 or 1; `fault_of("months", 9999)` that 9999 is no number of months;
`is_divisor("payout_divisor_months")` is True, and such a value is never 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from jubao.kernel.text import _

HIGHEST = {
    "flag": 1,
    "ppm": 1_000_000,
    "ppm_per_year": 1_000_000,
    "years": 150,
    "months": 1800,
    "days": 36_525,
    "working_days": 2500,
    "day_of_month": 31,
    "month_index": 2200 * 12,
    "times": 1000,
    "seconds": 86_400,
}
MOST_FEN = 10**12


def is_divisor(name: str) -> bool:
    """Whether a parameter says by its name that it divides."""
    return "divisor" in name.split("_")


def zero_divisor() -> str:
    """What is wrong with a divisor of zero."""
    return _("此参数作除数，不能为 0")


def remedy_for_value() -> str:
    """What to do about a value that is none."""
    return _("请改正；没有数值的请写 missing: true、what 和 why")


def fault_of(unit: str, value: object) -> str | None:
    """What is wrong with a value of that unit; None when nothing is."""
    if unit == "steps":
        return _fault_of_steps(value)
    if unit == "fen_by_tier_fen":
        if not isinstance(value, Mapping) or any(tier <= 0 or fen < 0 for tier, fen in value.items()):
            return _("应为 档次（分）→ 补贴（分）的表，现为 {value!r}").format(value=value)
        return None
    numbers = value if isinstance(value, list) else [value]
    low, high = 0, HIGHEST.get(unit, MOST_FEN)
    for item in numbers:
        if not isinstance(item, int) or not low <= item <= high:
            return _("单位 {unit} 的值应在 {low} 到 {high} 之间，现为 {item!r}").format(
                unit=unit, low=low, high=high, item=item
            )
    return None


def _fault_of_steps(value: object) -> str | None:
    rows = value if isinstance(value, list) else None
    if rows is None or any(not isinstance(row, list) or len(row) != 2 or min(row) < 0 for row in rows):
        return _("应为 [[界限, 增加额], …]，现为 {value!r}").format(value=value)
    limits = [row[0] for row in rows]
    if limits != sorted(set(limits)):
        return _("界限应由小到大且不重复，现为 {limits}").format(limits=limits)
    return None
