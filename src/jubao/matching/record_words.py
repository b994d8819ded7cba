"""What the words of a record say before anybody is looked up: why it cannot count, and what it would prove.

Worked example: HUKOU_CANCEL with reason `迁往境外` has fault OTHER_REASON; a PRISON row of kind `缓刑` has SENTENCE_PAYS_ON where
the custody table pays on; ENROLMENT_REGISTER with mark `失踪` has no fault and nature MISSING.
"""

from __future__ import annotations

from collections.abc import Sequence

from jubao.matching.plan import FeedSource, Plan
from jubao.matching.words import MARKS, REGISTER_STATUS, YES_NO, reason_sql
from jubao.rules import judgement as j

MARK_NATURES = {"dead": j.DEATH, "missing": j.MISSING, "in_prison": j.CUSTODY}


def word_columns(source: FeedSource) -> list[str]:
    """The columns whose words decide whether a record of the source counts."""
    counts = source.counts_when
    wanted = {
        "critical": counts.critical is not None,
        "reason": counts.reason is not None,
        "mark": counts.mark is not None,
        "sentence_kind": bool(counts.custody_table),
        "register_status": counts.register_status is not None,
    }
    return [column for column, is_wanted in wanted.items() if is_wanted]


def fault_and_nature(plan: Plan, source: FeedSource, present: Sequence[str]) -> tuple[str, str]:
    """SQL for `record_fault` and `record_nature` over the folded columns `<column>_value`; absent columns are blank."""
    if source.proves_nothing:
        return str(j.NO_RULE), str(source.nature)
    faults = []
    nature = str(source.nature)
    for column in word_columns(source):
        cell = f"lower(COALESCE({column}_value, ''))" if column in present else "''"
        if column == "mark":
            nature = _mark_nature(cell, source)
        faults.append(_FAULTS[column](cell, plan, source))
    return (f"CASE {' '.join(faults)} ELSE 0 END" if faults else "0"), nature


def _blank(source: FeedSource, ignored: int) -> int:
    """What a blank cell means: the pack says whether it counts."""
    return 0 if source.definition.blank == "counts" else ignored


def _critical(cell: str, plan: Plan, source: FeedSource) -> str:
    read = YES_NO.sql(cell)
    return (
        f"WHEN {read} = 'yes' THEN {j.CRITICAL} WHEN {read} = '' AND {_blank(source, 1)} = 1 THEN {j.CRITICAL_UNKNOWN}"
        f" WHEN {read} = '?' THEN {j.CRITICAL_UNKNOWN}"
    )


def _reason(cell: str, plan: Plan, source: FeedSource) -> str:
    read = reason_sql(cell, source.counts_when.reason or [])
    return f"WHEN {read} = 'no' THEN {j.OTHER_REASON} WHEN {read} = '' AND {_blank(source, 1)} = 1 THEN {j.UNCLEAR_REASON}"


def _mark(cell: str, plan: Plan, source: FeedSource) -> str:
    read = MARKS.sql(cell)
    listed = ", ".join(f"'{mark}'" for mark in source.counts_when.mark or [])
    return (
        f"WHEN {read} = '?' THEN {j.UNCLEAR_MARK} WHEN {read} = '' THEN {_blank(source, j.UNCLEAR_MARK)}"
        f" WHEN {read} NOT IN ({listed}) THEN {j.NO_MARK}"
    )


def _mark_nature(cell: str, source: FeedSource) -> str:
    arms = " ".join(f"WHEN '{mark}' THEN {nature}" for mark, nature in MARK_NATURES.items())
    return f"CASE {MARKS.sql(cell)} {arms} ELSE {source.nature} END"


def _sentence(cell: str, plan: Plan, source: FeedSource) -> str:
    read = plan.sentence_words.sql(cell)
    pays_on = ", ".join(f"'{kind}'" for kind in plan.custody_pays_on) or "'-'"
    return (
        f"WHEN {read} = '' THEN {_blank(source, j.UNCLEAR_SENTENCE)} WHEN {read} IN ({pays_on}) THEN {j.SENTENCE_PAYS_ON}"
        f" WHEN {read} = '?' THEN {j.UNCLEAR_SENTENCE}"
    )


def _register(cell: str, plan: Plan, source: FeedSource) -> str:
    read = REGISTER_STATUS.sql(cell)
    listed = ", ".join(f"'{status}'" for status in source.counts_when.register_status or [])
    return (
        f"WHEN {read} = '' THEN {_blank(source, j.UNCLEAR_STATUS)} WHEN {read} IN ({listed}) THEN 0"
        f" WHEN {read} = 'alive' THEN {j.REGISTERED_ALIVE} WHEN {read} = '?' THEN {j.UNCLEAR_STATUS}"
        f" WHEN {read} <> '' THEN {j.OTHER_REASON}"
    )


_FAULTS = {
    "critical": _critical, "reason": _reason, "mark": _mark, "sentence_kind": _sentence, "register_status": _register,
}  # fmt: skip
