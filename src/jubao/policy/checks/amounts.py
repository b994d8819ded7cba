"""Are the numbers of a pack whole, in bounds, without undeclared gaps, and not below the nation's floor?

Worked example: a base pension of 120.00 in a month whose national minimum is 123.00 is refused with both amounts and the
months, unless the period declares the finding; then it is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from jubao.kernel.text import _
from jubao.policy.answers import ParameterValue
from jubao.policy.checks.report import Offer, fault_in, own
from jubao.policy.pack import Pack
from jubao.policy.reading import Violation
from jubao.policy.schema.values import ParameterEntry, ParameterPeriod
from jubao.policy.timeline import ONE_DAY

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
BASE, MINIMUM = "base_pension_fen", "base_pension_minimum_fen"


def _entries(pack: Pack) -> Iterator[tuple[Path, str, ParameterEntry]]:
    for file, entries in own(pack).parameter_files.items():
        for name, entry in entries.items():
            yield file, name, entry


def special_values(pack: Pack, offer: Offer) -> Iterator[Violation]:
    """No value may be a code for something else (-1, 9999), out of what its unit allows, or a zero divisor."""
    for file, name, entry in _entries(pack):
        for number, period in enumerate(entry.periods):
            path = f"{name}.periods[{number}].value"
            wrong = None if period.missing else _out_of_unit(entry.unit or "", period)
            if wrong:
                yield fault_in(file, path, "special", wrong, _("没有数值的请写 missing: true、what 和 why"))
            if name in offer.denominators and period.value == 0:
                yield fault_in(
                    file, path, "denominator", _("此参数作除数，不能为 0"), _("请改正，或声明为缺项")
                )


def _out_of_unit(unit: str, period: ParameterPeriod) -> str | None:
    value = period.value
    if unit == "steps":
        return _bad_steps(value)
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


def _bad_steps(value: object) -> str | None:
    rows = value if isinstance(value, list) else None
    if rows is None or any(not isinstance(row, list) or len(row) != 2 or min(row) < 0 for row in rows):
        return _("应为 [[界限, 增加额], …]，现为 {value!r}").format(value=value)
    limits = [row[0] for row in rows]
    return (
        None
        if limits == sorted(set(limits))
        else _("界限应由小到大且不重复，现为 {limits}").format(limits=limits)
    )


def gaps(pack: Pack, parent: Pack | None) -> Iterator[Violation]:
    """Inside what a pack covers, every day of every parameter has a value or a declared gap."""
    inherited = {} if parent is None else {name: _holes(parent, name) for name in parent.parameter_names}
    for name in pack.parameter_names:
        for starts, ends in _holes(pack, name):
            if (starts, ends) in inherited.get(name, []):
                continue
            what = _("{starts} 至 {ends} 既没有数值，也没有声明缺项").format(starts=starts, ends=ends)
            file = next((file for file, known, _entry in _entries(pack) if known == name), None)
            remedy = _("请补上数值和出处；确实没有的，写 missing: true、what 和 why")
            yield fault_in(file or own(pack).folder / "parameters", name, "gap", what, remedy)


def _holes(pack: Pack, name: str) -> list[tuple[date, date]]:
    """The stretches of a pack's coverage (up to the day it was verified) where a parameter says nothing."""
    covers = pack.head.covers
    day, last = covers.starts, min(covers.ends or pack.head.last_verified_on, pack.head.last_verified_on)
    holes: list[tuple[date, date]] = []
    for item in pack.parameter_line(name):
        if item.first > last or day > last:
            break
        if item.first > day:
            holes.append((day, item.first - ONE_DAY))
        day = max(day, item.last + ONE_DAY)
    if day <= last:
        holes.append((day, last))
    return holes


def unknown_to_chain(pack: Pack, parameters_of_rules: frozenset[str]) -> Iterator[Violation]:
    """A parameter that rules take and another pack holds must at least be declared missing here."""
    for name in sorted(parameters_of_rules - set(pack.parameter_names)):
        what = _("规则用到的参数 {name} 在本包及上级包中都没有").format(name=name)
        remedy = _("请补上数值；没有的，写 missing: true、what 和 why")
        yield fault_in(own(pack).folder / "parameters", name, "gap", what, remedy)


def below_minimum(pack: Pack) -> Iterator[tuple[Violation, bool]]:
    """Months in which the region's own base pension lies below the national minimum; True where it is declared."""
    if BASE not in own(pack).parameters:
        return
    bounds = [month for month in pack.parameter_bounds([BASE, MINIMUM]) if pack.covers(month)]
    for month in bounds:
        base, floor = pack.find_parameter(BASE, month), pack.find_parameter(MINIMUM, month)
        if not isinstance(base, ParameterValue) or not isinstance(floor, ParameterValue):
            continue
        if base.pack_code == pack.code and base.value < floor.value:
            file, number, finding = _period_of(pack, base)
            what = _("{month} 起基础养老金 {base} 分低于全国最低标准 {floor} 分").format(
                month=month, base=base.value, floor=floor.value
            )
            remedy = _("数值已过期的，请截止到最后核实的月份并声明缺项；确有依据的，在该段写 finding 说明")
            fault = fault_in(file, f"{BASE}.periods[{number}]", "minimum", what, finding or remedy)
            yield fault, finding is not None


def _period_of(pack: Pack, value: ParameterValue) -> tuple[Path, int, str | None]:
    for file, name, entry in _entries(pack):
        if name == value.name:
            for number, period in enumerate(entry.periods):
                if period.starts <= value.from_month.last_day and period.value == value.value:
                    found = file, number, period.finding
                    if period.ends is None or period.ends >= value.from_month.first_day:
                        return found
    raise LookupError(value.name)


def unnamed(pack: Pack, offer: Offer) -> Iterator[Violation]:
    """A parameter that no rule, workflow, screen or notice names is a number nobody uses: say what it is planned for."""
    written = _written_in(pack)
    for file, name, entry in _entries(pack):
        planned = any(name in files.parameters and files.parameters[name].planned_for for files in pack.chain)
        if not planned and not entry.planned_for and name not in offer.words and name not in written:
            what = _("没有规则、流程、页面或通知用到此参数")
            yield fault_in(file, name, "unnamed", what, _("请核对名称，或用 planned_for 写明留作何用"))


def _written_in(pack: Pack) -> set[str]:
    names: set[str] = set()
    for files in pack.chain:
        for name in files.notices:
            names |= set(pack.notice(name).placeholders)
        for versions in files.workflows.values():
            names |= {
                material for version in versions for step in version.steps for material in step.materials
            }
    return names
