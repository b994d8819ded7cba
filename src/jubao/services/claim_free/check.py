"""The one gate of 免申即享: what stands against a person today, by the rules, for the month's list or a step of the case.

Worked example: `check(enrolment_id, on=date(2024, 3, 12), stage="handle")` of somebody who serves a sentence until 2025 and
whose card belongs to a foreign bank answers SERVING_SENTENCE (2023-01-05—2025-01-05) and BANK_NOT_PAYING_AGENT (naming the bank
and those that pay), each with its clause. `require` raises them all in one refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from jubao.facts.claim_screening import screening_row
from jubao.kernel.citation import Citation
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated
from jubao.matching.batch_extract import FACTS, ScreeningTerms, screening_terms
from jubao.matching.period import numbered_date
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.rules.claim_free import GROUNDS
from jubao.rules.claim_free_handling import HANDLING_GROUNDS
from jubao.rules.evaluate import explain
from jubao.rules.pension_terms import sources_in
from jubao.rules.registry import RULES, decode
from jubao.services.cases.checks import CaseRefused
from jubao.services.claim_free.words import detail_of, sentence_of
from jubao.staff.regions import pack_of

Stage = Literal["extract", "confirm", "accept", "handle", "review"]
HANDLING_FACTS = (
    *FACTS,
    "enrolled_on",
    "has_death_benefit_elsewhere",
    "has_city_benefit",
    "has_city_death",
    "has_city_contribution",
    "has_card_failure",
)


@dataclass(frozen=True)
class Obstacle:
    """One reason against: its code, its sentence, the clause, and what in this person's records it rests on."""

    code: str
    words: str
    citation: Citation
    detail: str = ""

    def __str__(self) -> str:
        shown = f"（{self.detail}）" if self.detail else ""
        return f"{self.words}{shown}［{self.code}，{self.citation}］"


@dataclass(frozen=True)
class Checked:
    """What was found: the obstacles in order, the facts they rest on, the window of the person."""

    obstacles: tuple[Obstacle, ...]
    facts: Mapping[str, Any]
    window_from: date
    window_until: date

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands against the person."""
        return not self.obstacles

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in order; the first is the headline."""
        return tuple(one.code for one in self.obstacles)


class ClaimFreeRefused(CaseRefused):
    """A step of the claim-free way that may not be taken; `obstacles` are all the reasons."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        self.obstacles = tuple(obstacles)
        code = obstacles[0].code if len(obstacles) == 1 else "CLAIM_FREE_REFUSED"
        super().__init__(
            code,
            _("不能按免申即享办理：{reasons}。").format(reasons="；".join(map(str, obstacles))),
            remedy=_("请核实后处理；确实不符合的，撤销标识并告知按居保待遇申领办理。"),
            citation=obstacles[0].citation,
        )


def check(
    enrolment_id: UUID, *, on: date, stage: Stage, confirmed_on: date | None = None
) -> Checked:  # fmt: skip
    """Judge one person today. `confirmed_on` is the day of the confirmation once there is one.

    Raises NotCovered where no claim-free text covers place and month, CaseRefused ENROLMENT_ENDED.
    """
    enrolment = Enrolment.objects.only("division_path").filter(id=enrolment_id).first()
    terms = None if enrolment is None else terms_of(pack_of(enrolment.division_path), on)
    row = None if terms is None else screening_row(enrolment_id, drawn_on=on, **query_of(terms))
    if row is None or terms is None:
        raise CaseRefused("ENROLMENT_ENDED", _("参保关系已经终止。"), remedy=_("请核对人员。"))
    facts = facts_of(row, terms)
    values = {**terms.arguments, **{name: facts[name] for name in HANDLING_FACTS}}
    values |= {"judged_on": _number(on), "confirmed_on": _number(confirmed_on or on)}
    target, grounds = (
        ("claim_free_obstacles", GROUNDS)
        if stage == "extract"
        else ("claim_free_handling_obstacles", HANDLING_GROUNDS)
    )
    trace = explain((target, "claim_window_from", "claim_window_until"), values)
    codes = decode(RULES[target], trace[target])
    obstacles = tuple(
        Obstacle(code, translated(sentence_of(code)), _cited(terms.pack, grounds[code]), detail_of(code, facts, terms))
        for code in codes
    )  # fmt: skip
    return Checked(
        obstacles,
        facts,
        numbered_date(trace["claim_window_from"]),
        numbered_date(trace["claim_window_until"]),
    )


def require(
    enrolment_id: UUID, *, on: date, stage: Stage, confirmed_on: date | None = None
) -> Checked:  # fmt: skip
    """The same, raising ClaimFreeRefused with every reason when anything stands against the person."""
    checked = check(enrolment_id, on=on, stage=stage, confirmed_on=confirmed_on)
    if checked.obstacles:
        raise ClaimFreeRefused(checked.obstacles)
    return checked


def terms_of(pack: Pack, on: date) -> ScreeningTerms:
    """What the pack says of the claim-free way on a day. Raises NotCovered CLAIM_FREE_NOT_COVERED."""
    return screening_terms(pack, Month.containing(on), _number(on))


def query_of(terms: ScreeningTerms) -> dict[str, Any]:
    """What the query of the facts asks the pack: excluding groups, the first year of duty, how employee records count."""
    record = terms.pack.find_setting("claim.employee_record", terms.month)
    return {
        "excluding_groups": terms.excluding_groups,
        "first_duty_year": (int(terms.arguments["pilot_start_month"]) + 1) // 12,
        "any_employee_record": record is None or record.value == "any_record",
    }


def facts_of(row: Mapping[str, Any], terms: ScreeningTerms) -> dict[str, Any]:
    """The facts of the rules beside the columns of the query; nothing of it is null."""
    account, bank = str(row["payout_account_value"]), str(row["payout_bank_value"])
    return {
        **row,
        "has_payout_account": any(sign.isdigit() for sign in account),
        "is_other_bank": _is_other_bank(account, bank, terms.paying_banks),
        "has_card_failure": row["card_outcome"] == "failed",
    }


def _is_other_bank(account: str, bank: str, banks: Sequence[Mapping[str, Any]]) -> bool:
    """As `matching.extract_facts.other_bank_sql` says it, for one cell."""
    cell = bank.replace(" ", "")
    if not cell:
        return any(sign.isdigit() for sign in account)
    return not any(
        cell == name or (cell.startswith(name) and cell.endswith(tuple(one.get("suffixes", ()))))
        for one in banks
        for name in (str(one["name"]), *one.get("aliases", ()))
    )


def _cited(pack: Pack, ground: Citation) -> Citation:
    return sources_in(pack, [ground])[0]


def _number(day: date) -> int:
    return int(f"{day:%Y%m%d}")
