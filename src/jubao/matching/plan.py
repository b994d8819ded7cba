"""What one comparison knows before it reads a row: sources, windows, who is judged and how, taken from the pack.

Worked example: `plan_for(load_pack("綦江"), Month(2024, 5), date(2024, 5, 31))` has the source TRAIN with nature PRESENCE, a
window from 2023-06-01, and the constants that the rules of judgement and certification take as arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jubao.kernel.errors import NotCovered, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.kernel.working_calendar import WorkingCalendar
from jubao.matching.period import (
    Period,
    Window,
    calendar_year,
    date_number,
    day_number,
    numbered_date,
    period_on,
)
from jubao.matching.words import SCHEMES, Words, sentence_words
from jubao.policy import SETTINGS, CountsWhen, Pack, Source
from jubao.rules import judgement as j
from jubao.rules.certification import field_check_due_date

CERTIFICATION = "ROSTER_CERTIFICATION"
EXEMPT_AGES = {"work_injury_dependant_under_16": 16}
DEPENDANTS = ("child", "grandchild", "sibling", "spouse", "parent", "grandparent")


@dataclass(frozen=True)
class FeedSource:
    """One source of the pack as the engine needs it. `position` orders the reasons, `bit` marks it in masks."""

    code: str
    title: str
    position: int
    evidence: str
    nature: int
    schemes: tuple[str, ...]
    clause: str
    window: Window | None
    counts_when: CountsWhen
    ceiling_ppm: int | None
    definition: Source

    @property
    def is_life(self) -> bool:
        """True for a source that proves life."""
        return self.evidence == "life"

    @property
    def proves_nothing(self) -> bool:
        """True for data that a region keeps but has no rule for (CQ-10-10b): it is linked, shown and ignored."""
        return self.evidence == "none"

    @property
    def window_days(self) -> tuple[int, int]:
        """First and last day number that count; without a window every day does."""
        if self.window is None:
            return j.NO_DAY, j.FOREVER
        return day_number(self.window.first), day_number(self.window.last)


@dataclass(frozen=True)
class Plan:
    """Everything that is constant in one run."""

    pack: Pack
    month: Month
    as_of: date
    period: Period
    sources: Mapping[str, FeedSource]
    constants: Mapping[str, Any]
    has_register_conflict: bool
    custody_pays_on: tuple[str, ...]
    sentence_words: Words
    due_on: date
    link_probability_ppm: int
    guard_minimum: int

    def source(self, code: str) -> FeedSource:
        """The source of that code. Raises WrongUsage listing the codes of the region."""
        found = self.sources.get(code)
        if found is None and code in self.pack.all_sources:
            raise self._not_in_use(code)
        if found is None or code == CERTIFICATION:
            known = "、".join(sorted(name for name in self.sources if name != CERTIFICATION))
            raise WrongUsage(
                "SOURCE_UNKNOWN",
                _("{title} {as_of} 没有数据来源 {code}。").format(
                    title=self.pack.title, as_of=self.as_of, code=code
                ),
                remedy=_("可用的来源：{known}。详见 jubao policy sources --region {region}。").format(
                    known=known, region=self.pack.code
                ),
            )
        return found

    def _not_in_use(self, code: str) -> NotCovered:
        definition = self.pack.all_sources[code]
        return NotCovered(
            "SOURCE_NOT_IN_USE",
            _("{title} 的数据来源 {code}（{name}）只用于 {first} 至 {last}，{as_of} 不能使用。").format(
                title=self.pack.title,
                code=code,
                name=definition.title,
                first=definition.starts or _("开始"),
                last=definition.ends or _("今"),
                as_of=self.as_of,
            ),
            remedy=_("请核对月份，或去掉这一来源。"),
        )


NATURES = {
    "death": j.DEATH, "custody": j.CUSTODY, "benefit": j.OTHER_LOSS, "status": j.OTHER_LOSS, "presence": j.PRESENCE,
    "mark": j.OTHER_LOSS, "money": j.OTHER_LOSS, "query": j.OTHER_LOSS,
}  # fmt: skip


def plan_for(pack: Pack, month: Month, as_of: date) -> Plan:
    """The plan of one run. Raises NotCovered (exit 4) when no text covers the region on that day."""
    pack.require_covers(as_of)
    period = period_on(pack, month, as_of)
    definitions = pack.sources(as_of)
    custody = pack.find_setting("custody.table", as_of)
    table: Mapping[str, Any] = custody.value if custody is not None else {}
    counted = _counted(pack, as_of)
    sources = {
        code: _source(pack, code, position, definition, period, as_of, is_counted=code in counted)
        for position, (code, definition) in enumerate(definitions.items())
    }
    sources[CERTIFICATION] = _certification(len(sources), period)
    return Plan(
        pack=pack,
        month=month,
        as_of=as_of,
        period=period,
        sources=sources,
        constants=_constants(pack, period, as_of),
        has_register_conflict=_has_register_conflict(pack, as_of),
        custody_pays_on=tuple(kind for kind, row in table.items() if row["pay"] == "continue"),
        sentence_words=sentence_words(table),
        due_on=_due_on(pack, as_of),
        link_probability_ppm=_whole(pack, "link.probability", as_of),
        guard_minimum=_whole(pack, "guard.min_matches", as_of),
    )


def _schemes(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(SCHEMES.read(name) for name in names))


SOURCE_LISTS = (
    "match.eligible_sources", "match.lost_sources", "match.lost_sources_unemployment", "match.lost_sources_injury",
)  # fmt: skip


def _counted(pack: Pack, as_of: date) -> frozenset[str]:
    """The codes that a list of the region names; a feed that none names is kept, but proves nothing there."""
    lists = [found.value for key in SOURCE_LISTS if (found := pack.find_setting(key, as_of)) is not None]
    return frozenset(code for codes in lists for code in codes)


def _source(
    pack: Pack, code: str, position: int, definition: Source, period: Period, as_of: date, *, is_counted: bool
) -> FeedSource:
    windows: dict[str, Window | None] = {
        "period": period.window, "window": period.window, "calendar_year": calendar_year(as_of), "none": None,
    }  # fmt: skip
    return FeedSource(
        code=code,
        title=definition.title,
        position=position,
        evidence=definition.evidence if is_counted else "none",
        nature=NATURES[definition.nature],
        schemes=_schemes(definition.schemes),
        clause=clause_text(pack, definition.clauses),
        window=windows[definition.window],
        counts_when=definition.counts_when or CountsWhen(),
        ceiling_ppm=definition.ceiling_ppm,
        definition=definition,
    )


def _certification(position: int, period: Period) -> FeedSource:
    """The certification written on the roster, as one more source of life."""
    definition = Source.model_validate(
        {"title": "花名册上的认证记录", "evidence": "life", "nature": "presence", "schemes": ["resident_pension"],
         "window": "period", "columns": {}}
    )  # fmt: skip
    return FeedSource(
        CERTIFICATION,
        definition.title,
        position,
        "life",
        j.PRESENCE,
        (),
        "",
        period.window,
        CountsWhen(),
        None,
        definition,
    )


def clause_text(pack: Pack, clauses: Iterable[str]) -> str:
    """`CQ-12-09 渝人社办〔2019〕99号 第十二条`: the clause's id and where it stands, for reasons."""
    return "、".join(f"{clause} {pack.cite(clause)}" for clause in clauses)


def _constants(pack: Pack, period: Period, as_of: date) -> dict[str, Any]:
    first_due = str(pack.setting("cert.first_due", as_of).value)
    exempt = pack.setting("cert.exempt", as_of).value
    return {
        "as_of": date_number(as_of),
        "as_of_day": day_number(as_of),
        "certification_period_kind": period.kind,
        "certification_cycle_months": period.cycle_months,
        "certification_window_last_month": period.window_last_month,
        "certification_first_due": first_due,
        "certification_schemes": _schemes(pack.setting("cert.schemes", as_of).value),
        "certification_subject_states": tuple(pack.setting("cert.subject_states", as_of).value),
        "dependant_benefit_kinds": DEPENDANTS,
        "dependant_exempt_below_age": max((EXEMPT_AGES[name] for name in exempt), default=0),
    }


def _due_on(pack: Pack, as_of: date) -> date:
    """The last day for checking the to-verify list, which the township receives on the day of the run."""
    value = pack.setting("cert.due_on_when_overdue", as_of).value
    if isinstance(value, str):
        month, day = (int(part) for part in value.split("-"))
        named = date(as_of.year, month, day)
        # After the day that the region names, only the days of the public notice are left.
        return named if as_of <= named else as_of + timedelta(days=_whole(pack, "notice.public_days", as_of))
    kind = {"month_end": "same_month", "month": "months_after", "year": "months_after"}.get(value["unit"])
    if kind is None:
        return _days_after(value["unit"], int(value["count"]), as_of)
    months = int(value["count"]) * (12 if value["unit"] == "year" else 1)
    number = field_check_due_date(kind, date_number(as_of), months, date_number(as_of))
    return numbered_date(number)


def _days_after(unit: str, count: int, as_of: date) -> date:
    if unit == "working_day":
        return WorkingCalendar.load().add_working_days(as_of, count)
    return as_of + timedelta(days=count)


def _has_register_conflict(pack: Pack, as_of: date) -> bool:
    """Whether a register that says alive contradicts a death elsewhere (Guangdong 第十二条); silence means no."""
    if "match.register_conflict" not in SETTINGS:
        return False
    found = pack.find_setting("match.register_conflict", as_of)
    return found is not None and found.value not in (False, "off", "none")


def _whole(pack: Pack, key: str, as_of: date) -> int:
    """A setting that is a number; 0 where the pack says none."""
    value = pack.setting(key, as_of).value
    return value if isinstance(value, int) else 0
