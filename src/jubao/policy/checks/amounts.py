"""Are the numbers of a pack whole, in bounds, without undeclared gaps, and not below the nation's floor?

Worked example: a base pension of 120.00 in a month whose national minimum is 123.00 is refused with both amounts and the
months, unless the period declares the finding; then it is listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from jubao.kernel.text import _
from jubao.policy.answers import ParameterValue
from jubao.policy.checks.report import Offer, fault_in, own
from jubao.policy.pack import Pack
from jubao.policy.reading import Violation
from jubao.policy.schema.values import ParameterEntry
from jubao.policy.timeline import ONE_DAY
from jubao.policy.units import remedy_for_value, zero_divisor

BASE, MINIMUM = "base_pension_fen", "base_pension_minimum_fen"


def _entries(pack: Pack) -> Iterator[tuple[Path, str, ParameterEntry]]:
    for file, entries in own(pack).parameter_files.items():
        for name, entry in entries.items():
            yield file, name, entry


def divisors(pack: Pack, offer: Offer) -> Iterator[Violation]:
    """What a rule divides by is never zero; names that say that they divide are refused when a pack loads already."""
    for file, name, entry in _entries(pack):
        for number, period in enumerate(entry.periods):
            if name in offer.denominators and period.value == 0:
                path = f"{name}.periods[{number}].value"
                yield fault_in(file, path, "denominator", zero_divisor(), remedy_for_value())


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
