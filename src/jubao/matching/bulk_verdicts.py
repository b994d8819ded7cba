"""Lists for millions at once: whoever has nothing but life evidence is judged by what they share with others.

Worked example: of 10 M persons 9.8 M have no sign of loss. Their verdict hangs on their standing and on which feeds prove them
alive: some hundred combinations, each judged once by the scalar rules. The others go through the SQL one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jubao.matching.bulk_input import Array
from jubao.matching.bulk_roster import Roster, read_words
from jubao.matching.facts import CONSTANTS
from jubao.matching.judging import RunBlocked
from jubao.matching.plan import CERTIFICATION, FeedSource, Plan
from jubao.matching.publishing import certified_until_of
from jubao.matching.reasons import Verdict, Wording
from jubao.matching.words import PAYMENT_STATES, SCHEMES, Words
from jubao.rules import judgement as j
from jubao.rules.evaluate import explain

if TYPE_CHECKING:
    import duckdb

NOTHING = {
    "has_loss": False, "has_guarded_life": False, "has_guarded_loss": False, "has_mismatch": False, "has_missing_name": False,
    "has_fuzzy": False, "has_unclear": False, "has_impossible_death": False, "has_death": False, "is_registered_alive": False,
    "is_number_shared": False, "death_day": j.FOREVER, "last_death_day": j.NO_DAY,
}  # fmt: skip
SAMPLE = 1000


@dataclass
class Verdicts:
    """The answer for every row of the roster: list (0 = refused), number of the text, from when certified."""

    list_of: Array
    text_of: Array
    until: Array
    numbers: dict[tuple[str, str], int]

    def number_of(self, text: tuple[str, str]) -> int:
        """The number of a headline with its reasons, given on first sight."""
        return self.numbers.setdefault(text, len(self.numbers))

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Headlines and reasons in the order of their numbers."""
        return list(self.numbers)


@dataclass
class Standing:
    """The facts of standing that rows share: the number of each row's group, and the facts of each group."""

    group_of: Array
    facts: list[dict[str, Any]]


def standing_groups(con: duckdb.DuckDBPyConnection, roster: Roster) -> Standing:
    """Rows by scheme, state and first benefit month."""
    count = len(roster)
    group = np.zeros(count, np.int32)
    parts: list[list[Any]] = []
    for name, values in (
        ("scheme", _coded(con, roster, "scheme", SCHEMES, "resident_pension")),
        ("payment_state", _coded(con, roster, "payment_state", PAYMENT_STATES, "normal")),
        ("benefit_start_month", _months(con, roster)),
    ):
        index = roster.dimensions.get(name)
        if index is not None:
            group = group * np.int32(len(values)) + index
        parts.append(values)
    occurring, numbered = _renumbered(group)
    facts = []
    for code in occurring:
        known: dict[str, Any] = {}
        rest = int(code)
        for name, values in reversed(
            list(zip(("scheme", "payment_state", "benefit_start_month"), parts, strict=True))
        ):
            if name in roster.dimensions:
                rest, at = divmod(rest, len(values))
                known[name] = values[at]
            else:
                known[name] = values[0]
        start = known.pop("benefit_start_month")
        facts.append({**known, "benefit_kind": "", "birth_date": 19000101, "has_benefit_start_month": start is not None,
                      "benefit_start_month": start or 0})  # fmt: skip
    return Standing(numbered, facts)


def _renumbered(codes: Array) -> tuple[Array, Array]:
    """The distinct codes and the place of each row's code among them; codes are small, so they are counted, not sorted."""
    size = int(codes.max()) + 1 if codes.size else 1
    seen = np.bincount(codes, minlength=size) > 0
    place = np.cumsum(seen) - 1
    return np.flatnonzero(seen), place[codes].astype(np.int32)


def _coded(con: duckdb.DuckDBPyConnection, roster: Roster, name: str, words: Words, blank: str) -> list[Any]:
    if name not in roster.dimensions:
        return [blank]
    texts = [str(value or "").lower() for (value,) in read_words(con, roster.words[name], "text")]
    return [words.read(text) or blank for text in texts]


def _months(con: duckdb.DuckDBPyConnection, roster: Roster) -> list[Any]:
    if "benefit_start_month" not in roster.dimensions:
        return [None]
    return [value for value, _code in read_words(con, roster.words["benefit_start_month"], "month")]


class PlainJudge:
    """Judges the rows that have nothing but life evidence."""

    def __init__(self, plan: Plan, feeds: list[FeedSource], standing: Standing) -> None:
        self.plan, self.feeds, self.standing = plan, feeds, standing
        self.constants = {name: plan.constants[name] for name in CONSTANTS}
        self.wording = Wording(plan)
        self.listed: dict[tuple[int, bool], int] = {}
        self.bits = len(feeds) + 1
        blocked = [
            explain(["standing"], self.known(group, 0, 0, 0))["standing"]
            for group in range(len(standing.facts))
        ]
        # Many months lead to one standing, so the verdicts are told apart by the standing and not by the month.
        self.kinds = sorted(set(blocked))
        self.example = [blocked.index(kind) for kind in self.kinds]
        self.kind_of_group = np.array([self.kinds.index(value) for value in blocked], np.int32)

    def source_mask(self, mask: int) -> int:
        """The bits of the sources for a mask of feeds; the highest bit is the certification on the roster."""
        found = 0
        for number, source in enumerate([*self.feeds, self.plan.sources[CERTIFICATION]]):
            if mask >> number & 1:
                found |= 1 << source.position
        return found

    def known(self, group: int, mask: int, life_day: int, certified_day: int) -> dict[str, Any]:
        """Facts and constants of such a person as the rules name them."""
        return {
            **self.constants, **self.standing.facts[group], **NOTHING, "has_life": mask != 0, "life_day": life_day,
            "certified_day": certified_day,
        }  # fmt: skip

    def judge(self, masks: Array, life_days: Array, certified: Array) -> Verdicts:
        """The verdicts of all rows. `certified` is NO_DAY where the roster's day is later than the run."""
        codes = (self.kind_of_group[self.standing.group_of] << self.bits) | masks
        occurring, numbered = _renumbered(codes)
        numbers: dict[tuple[str, str], int] = {}
        lists = np.zeros(occurring.size, np.int8)
        texts = np.zeros(occurring.size, np.int32)
        for at, code in enumerate(occurring):
            kind, mask = int(code) >> self.bits, int(code) & (1 << self.bits) - 1
            values = explain(["list_code"], self.known(self.example[kind], mask, 0, j.NO_DAY)).values
            lists[at] = values["list_code"]
            verdict = Verdict(values["list_code"], values["standing"], values["doubts"], self.source_mask(mask), 0, 0, False,
                              j.NO_DAY, j.NO_DAY)  # fmt: skip
            texts[at] = numbers.setdefault(self.wording.headline_and_reasons(verdict), len(numbers))
        list_of = lists[numbered]
        until = np.where(list_of == j.ELIGIBLE, np.maximum(life_days, certified), certified)
        return Verdicts(list_of, texts[numbered], until, numbers)

    def assert_sample(
        self, masks: Array, life_days: Array, certified: Array, is_special: Array, verdicts: Verdicts
    ) -> None:
        """Recompute 1 ‰ of the rows person by person. Raises RunBlocked on any difference."""
        # 7919 and 1000 have no common factor, so the rule of the small run chooses every thousandth row.
        first = next(row for row in range(SAMPLE) if (row * 7919 + 13) % SAMPLE == 0)
        for row in range(first, masks.size, SAMPLE):
            if is_special[row]:
                continue
            listed = self._list_of(int(self.standing.group_of[row]), int(masks[row]) != 0)
            until = int(j.last_life_day(listed, int(life_days[row]), int(certified[row])))
            if (listed, until) != (int(verdicts.list_of[row]), int(verdicts.until[row])):
                raise RunBlocked("EVALUATORS_DIFFER", f"roster row {row}: {listed} {until}")

    def _list_of(self, group: int, has_life: bool) -> int:
        """The list by the scalar evaluator; persons of one standing and one sign of life share the answer."""
        case = (group, has_life)
        if case not in self.listed:
            self.listed[case] = explain(["list_code"], self.known(group, int(has_life), 0, j.NO_DAY))[
                "list_code"
            ]
        return self.listed[case]


def until_dates(con: duckdb.DuckDBPyConnection, plan: Plan, days: Array) -> Array:
    """Until when a certification of each day counts, as day numbers; NO_DAY stays."""
    known = days > j.NO_DAY
    if not known.any():
        return days
    lowest = int(days[known].min())
    shifted = np.where(known, days - (lowest - 1), 0)
    occurring, numbered = _renumbered(shifted)
    until = certified_until_of(con, plan, [int(shift) + lowest - 1 for shift in occurring if shift])
    answers = np.array(
        [until[int(shift) + lowest - 1] if shift else j.NO_DAY for shift in occurring], np.int32
    )
    found: Array = answers[numbered]
    return found
