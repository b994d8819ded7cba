"""What a pack says about pensions for one month, as arguments of the rules, with the gaps and their words.

Worked example: for 江西 and 2024-05 `terms(pack, month).arguments` holds `base_pension_fen=13300` and
`years_pension_rate_fen_is_known=False`; a person with 16 years is refused with
`PARAMETER_MISSING: years_pension_rate_fen 360000 2024-05 国发〔2014〕8号 六`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jubao.kernel.citation import Citation
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Gap, Pack, ParameterValue, SettingValue, load_pack, pack_folders
from jubao.rules import pension, pension_refusal  # noqa: F401  (registers the rules cited here)
from jubao.rules.parameters import Constants, constants
from jubao.rules.registry import RULES

COMPONENTS = ("years_pension", "only_child_supplement", "age_supplement")
"""The parts a region may or may not have; base and account pension everybody has (国发〔2014〕8号 六)."""

YEARS_PARAMETERS = (
    "years_pension_rate_fen",
    "years_pension_threshold_years",
    "years_pension_counts_partial_year",
    "years_pension_counts_made_up_years",
    "years_pension_min_tier_fen",
)
AGE_PARAMETERS = (
    "age_supplement_steps",
    "age_supplement_starts_month_after",
    "age_supplement_excludes_age70_by",
)
PARAMETERS = (
    "pension_age_years",
    "base_pension_fen",
    "payout_divisor_months",
    "min_contribution_years",
    *YEARS_PARAMETERS,
    "only_child_supplement_fen",
    *AGE_PARAMETERS,
)

FACTS = (
    "account_balance_fen",
    "contribution_months",
    "make_up_months",
    "min_tier_months",
    "is_only_child",
    "has_birth_date",
    "birth_month",
    "has_given_start_month",
    "given_start_month",
    "benefit_month",
)

_BLAMED = {
    "BELOW_AGE": ("BELOW_AGE", ("pension_age_years",)),
    "START_MONTH_UNKNOWN": ("BIRTH_DATE_MISSING", ("benefit_start_month",)),
    "COMPONENTS_NOT_COVERED": ("SETTING_MISSING", ("pension.components",)),
    "BASE_PENSION_MISSING": ("PARAMETER_MISSING", ("base_pension_fen",)),
    "PAYOUT_DIVISOR_MISSING": ("PARAMETER_MISSING", ("payout_divisor_months",)),
    "YEARS_PENSION_MISSING": ("PARAMETER_MISSING", YEARS_PARAMETERS),
    "ONLY_CHILD_SUPPLEMENT_MISSING": ("PARAMETER_MISSING", ("only_child_supplement_fen",)),
    "AGE_SUPPLEMENT_MISSING": ("PARAMETER_MISSING", ("age_supplement_steps",)),
    "AGE_SUPPLEMENT_OLDER_AMOUNT": ("AGE_SUPPLEMENT_OLDER_AMOUNT", ("age_supplement_excludes_age70_by",)),
    "BIRTH_DATE_MISSING": ("BIRTH_DATE_MISSING", ("age_supplement_steps",)),
}
"""Obstacle of the rule -> the code a clerk reads and the parameters or settings that may be to blame."""

_BLAMED_RULE = {
    "BELOW_AGE": "is_below_age",
    "START_MONTH_UNKNOWN": "is_below_age",
    "YEARS_PENSION_MISSING": "years_pension",
    "ONLY_CHILD_SUPPLEMENT_MISSING": "only_child_supplement",
    "PAYOUT_DIVISOR_MISSING": "account_pension",
    "BASE_PENSION_MISSING": "base_pension",
}


@dataclass(frozen=True)
class PensionTerms:
    """The rule arguments of one month; `parameters` keeps each value with source, `components` the setting."""

    pack: Pack
    month: Month
    arguments: dict[str, Any]
    parameters: Constants
    components: SettingValue | None

    def gap(self, name: str) -> Gap | None:
        """The gap of a parameter in this month, None where it has a value."""
        return self.parameters.gaps.get(name)

    def used(self, name: str) -> ParameterValue | None:
        """The value of a parameter with its source, None where it is missing."""
        return self.parameters.used.get(name)

    def refusal_text(self, obstacle: str, month: Month | None) -> str:
        """One obstacle as a clerk reads it: `CODE: parameter region month clause`; `month` is the person's own."""
        code, names = _BLAMED[obstacle]
        name = next((name for name in names if name in self.parameters.gaps), names[0])
        return f"{code}: {name} {self.pack.code} {month or _('月份未知')} {self._ground(obstacle, name)}"

    def _ground(self, obstacle: str, name: str) -> str:
        gap = self.gap(name)
        value = self.used(name)
        known = gap or value
        clause = known.clause if known else None
        cited = (
            self.pack.cite(clause)
            if clause
            else cited_by(self.pack, _BLAMED_RULE.get(obstacle, "monthly_pension"))
        )
        note = f"（{_gap_words(gap)}）" if gap else f"（{value.note}）" if value and value.note else ""
        return f"{cited}{note if obstacle != 'BELOW_AGE' else ''}"


def _gap_words(gap: Gap) -> str:
    return f"{gap.what}：{gap.why}" if gap.declared else gap.why


def cited_by(pack: Pack, rule_name: str) -> Citation:
    """The first source of a rule that the pack's chain holds, with the number of the document in place of its id."""
    return sources_in(pack, RULES[rule_name].source)[0]


def sources_in(pack: Pack, sources: Sequence[Citation]) -> list[Citation]:
    """The sources whose document the chain holds, by number; a rule that rests on other regions' texts names those."""
    heads = pack.documents
    own = [Citation(heads[one.document].number, one.clause) for one in sources if one.document in heads]
    return own or [_elsewhere(one) for one in sources]


def _elsewhere(citation: Citation) -> Citation:
    """A document of another region, used by analogy, with its number."""
    for code in pack_folders():
        head = load_pack(code).documents.get(citation.document)
        if head is not None:
            return Citation(head.number, citation.clause)
    return citation


def terms(pack: Pack, month: Month) -> PensionTerms:
    """Everything the pension rules take from the pack for one month. Never raises for a gap."""
    found = constants(pack, PARAMETERS, month)
    components = pack.find_setting("pension.components", month)
    start = pack.find_setting("pension.entitlement_from", month)
    arguments = dict(found.arguments)
    parts = components.value if components else ()
    arguments.update({f"has_{part}": part in parts for part in COMPONENTS})
    arguments["are_components_known"] = components is not None and start is not None
    arguments["months_until_entitlement"] = 0 if start and start.value == "month_conditions_met" else 1
    arguments["is_years_pension_known"] = all(arguments[f"{name}_is_known"] for name in YEARS_PARAMETERS)
    arguments["age_supplement_steps_is_known"] = all(arguments[f"{name}_is_known"] for name in AGE_PARAMETERS)
    return PensionTerms(pack, month, arguments, found, components)


def same_terms(one: PensionTerms, other: PensionTerms) -> bool:
    """Whether two months give the rules exactly the same arguments."""
    return one.arguments == other.arguments


def stretches(pack: Pack, months: Sequence[Month]) -> list[tuple[PensionTerms, list[Month]]]:
    """The months given, gathered into neighbours with equal arguments; the terms are those of the first month."""
    found: list[tuple[PensionTerms, list[Month]]] = []
    for month in sorted(set(months)):
        now = terms(pack, month)
        if found and same_terms(found[-1][0], now):
            found[-1][1].append(month)
        else:
            found.append((now, [month]))
    return found
