"""The dated numbers and settings of a pack after all overrides, each with its source.

Worked example: `pack.parameter("payout_divisor_months", Month(2024, 5))` is 139 months from 国发〔2014〕8号, found in the
national pack because no nearer one says otherwise; a month nobody covers raises NotCovered.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from jubao.kernel.errors import InputRefused, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy.answers import Gap, ParameterValue, SettingValue
from jubao.policy.pack_files import PackFiles
from jubao.policy.pack_texts import PackTexts
from jubao.policy.schema.values import ParameterEntry, ParameterPeriod, SettingPeriod
from jubao.policy.timeline import Span, in_month, month_bounds, on_day, overlay, span, until_month
from jubao.policy.vocabulary import SETTINGS, fault


class PackValues(PackTexts):
    """Parameters and settings of a pack."""

    def __init__(self, chain: list[PackFiles]) -> None:
        super().__init__(chain)
        self._parameter_lines: dict[str, tuple[Span[tuple[ParameterEntry, ParameterPeriod]], ...]] = {}
        self._setting_lines: dict[str, tuple[Span[SettingPeriod], ...]] = {}

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """Every parameter some pack of the chain knows, gaps included."""
        return tuple(sorted({name for files in self.chain for name in files.parameters}))

    def parameter_line(self, name: str) -> tuple[Span[tuple[ParameterEntry, ParameterPeriod]], ...]:
        """The periods of a parameter after all overrides, in order of days."""
        if name not in self._parameter_lines:
            line: tuple[Span[Any], ...] = ()
            for files in self.chain:
                line = overlay(line, list(files.parameter_spans(name)))
            self._parameter_lines[name] = line
        return self._parameter_lines[name]

    def find_parameter(self, name: str, month: Month) -> ParameterValue | Gap:
        """The value for a month, or what is missing and why. Never raises for a gap."""
        if not self.covers(month):
            why = _("政策包 {title} 的适用期为 {starts} 至 {ends}").format(**self._span_words())
            return Gap(name, _("{month} 的 {name}").format(month=month, name=name), why, None, self.code)
        line = self.parameter_line(name)
        found = in_month(line, month)
        if found is None:
            why = _("{title} 及其上级政策包都没有这个月的数值").format(title=self.title)
            what = _("{month} 的 {name}").format(month=month, name=name)
            return Gap(name, what, why, None, self.code, declared=False)
        entry, period = found.entry
        if period.missing:
            return Gap(name, period.what or name, period.why or "", period.clause, found.pack_code)
        return ParameterValue(
            name=name,
            value=period.value,
            unit=entry.unit or "",
            source=period.source or "",
            confidence=period.confidence or "default",
            date_confidence=period.date_confidence,
            clause=period.clause,
            pack_code=found.pack_code,
            from_month=found.from_month,
            until_month=until_month(line, found),
            note=period.note,
        )

    def parameter(self, name: str, month: Month) -> ParameterValue:
        """The value for a month. Raises NotCovered naming parameter, region, month and what to supply."""
        found = self.find_parameter(name, month)
        if isinstance(found, ParameterValue):
            return found
        message = _("{title} {month} 没有参数 {name}：{what}；{why}。").format(
            title=self.title, month=month, name=name, what=found.what, why=found.why
        )
        remedy = _("请在政策包 parameters/ 中补充该期间的数值和出处。")
        citation = self.cite(found.clause) if found.clause else None
        raise NotCovered("PARAMETER_MISSING", message, remedy=remedy, citation=citation)

    def parameter_bounds(self, names: Iterable[str]) -> list[Month]:
        """Every month in which one of the parameters changes, begins or ends, in order."""
        bounds: set[Month] = set()
        for name in names:
            bounds |= month_bounds(self.parameter_line(name))
        bounds |= month_bounds([span(self.head.covers.starts, self.head.covers.ends, None, self.code)])
        return sorted(bounds)

    @cached_property
    def setting_keys(self) -> tuple[str, ...]:
        """Every setting some pack of the chain holds."""
        return tuple(sorted({key for files in self.chain for key in files.settings}))

    def setting_line(self, key: str) -> tuple[Span[SettingPeriod], ...]:
        """The periods of a setting after all overrides, in order of days."""
        if key not in self._setting_lines:
            line: tuple[Span[SettingPeriod], ...] = ()
            for files in self.chain:
                line = overlay(line, list(files.setting_spans(key)))
            self._setting_lines[key] = line
        return self._setting_lines[key]

    def find_setting(self, key: str, on: date | Month) -> SettingValue | None:
        """The setting on a day or for a month; None when no text and no default covers it.

        Raises InputRefused when the pack holds a value that no code offers, LookupError for a key outside the vocabulary.
        """
        if key not in SETTINGS:
            raise LookupError(f"no setting {key!r} in jubao.policy.vocabulary")
        if not self.covers(on):
            return None
        line = self.setting_line(key)
        found = in_month(line, on) if isinstance(on, Month) else on_day(line, on)
        if found is None:
            return None
        entry = found.entry
        wrong = fault(key, entry.value)
        if wrong:
            raise InputRefused(
                "SETTING_INVALID",
                _("政策包 {code} 的设置 {key} 不能使用：{wrong}。").format(
                    code=found.pack_code, key=key, wrong=wrong
                ),
                remedy=_("请改正 variants.yaml，并运行 jubao policy check。"),
            )
        return SettingValue(
            key=key,
            value=entry.value,
            clause=entry.clause,
            source=entry.source,
            confidence=entry.confidence,
            is_default=entry.default or entry.confidence == "default",
            pack_code=found.pack_code,
            note=entry.note,
            _cite=self.cite,
        )

    def setting(self, key: str, on: date | Month) -> SettingValue:
        """The setting on a day or for a month. Raises NotCovered naming key, region and date."""
        found = self.find_setting(key, on)
        if found is None:
            message = _("{title} {on} 没有设置 {key}（{what}）。").format(
                title=self.title, on=on, key=key, what=SETTINGS[key].title
            )
            remedy = _("请在政策包 variants.yaml 中补充该期间的值和依据。")
            raise NotCovered("SETTING_MISSING", message, remedy=remedy)
        return found
