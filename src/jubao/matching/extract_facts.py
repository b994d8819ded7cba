"""From the cells of an extraction list to the facts of the screening rules: records, marks, gaps, accounts, banks.

Worked example: `低保对象、征地安置人员` holds an excluding mark because the pack lists land_expropriated; `重庆农商行綦江支行`
is a paying bank because it begins with an alias of one and ends with a branch suffix; `2015、2017` is a gap that names
its years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jubao.kernel.text import _
from jubao.matching.batch_extract import ScreeningTerms
from jubao.matching.list_cleaning import Limit
from jubao.matching.reading_input import Input
from jubao.matching.rejects import quoted

Words = Mapping[str, Mapping[str, Sequence[str]]]
SEPARATORS = "、;，；/ "
_YEARS = "^([0-9]{4}年?[、,;，；/ ]*)+$"
RECORDS = ("contribution", "benefit", "both", "yes")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(quoted(word.lower()) for word in dict.fromkeys(words))


def _gap_words(words: Words, value: str) -> str:
    return _listed(
        (value, "yes" if value == "true" else "no", *words.get("contribution_gap", {}).get(value, ()))
    )


def gap_limit(words: Words) -> Limit:
    """A cell about gaps that is neither yes nor no nor a list of years."""
    text = "lower(contribution_gap_value)"
    known = f"{text} IN ({_gap_words(words, 'true')}) OR {text} IN ({_gap_words(words, 'false')})"
    unknown = f"COALESCE({text}, '') <> '' AND NOT ({known} OR regexp_matches({text}, '{_YEARS}'))"
    return Limit(
        "contribution_gap",
        "WORD_UNKNOWN",
        unknown,
        _("间断缴费一栏请填 是、否 或间断的年份，如 2015、2017。"),
    )


def facts_sql(inp: Input, terms: ScreeningTerms, words: Words) -> str:
    """The facts of the rules, none of them null, and `gap_words` for the reason, in the order of the file."""
    written = (
        "CAST(strftime(birth_date_value, '%Y%m%d') AS BIGINT)" if "birth_date" in inp.columns else "NULL"
    )
    in_number = "CASE WHEN length(id_number_text) = 18 THEN CAST(substr(id_number_text, 7, 8) AS BIGINT) END"
    gap = "lower(COALESCE(contribution_gap_value, ''))"
    elsewhere, transit = (
        "COALESCE(other_province_record_value, 'no')",
        "COALESCE(other_in_transit_value, 'no')",
    )
    facts = {
        "birth_date": f"CAST(COALESCE({written}, {in_number}) AS BIGINT)",
        "contribution_months": "CAST(contribution_years_value AS BIGINT)",
        "has_contribution_gap": f"{gap} <> '' AND {gap} NOT IN ({_gap_words(words, 'false')})",
        "has_employee_record": "COALESCE(employee_pension_record_value, 'no') <> 'no'",
        "has_civil_record": "COALESCE(civil_pension_record_value, 'no') <> 'no'",
        # A bare yes says that there is a record, not that a pension is drawn: the weaker claim is taken.
        "has_contribution_elsewhere": f"{elsewhere} IN ('contribution', 'both', 'yes')",
        "has_benefit_elsewhere": f"{elsewhere} IN ('benefit', 'both')",
        "has_tax_in_transit": "COALESCE(tax_in_transit_value, 'no') <> 'no'",
        "has_transfer_in_transit": f"{transit} = 'transfer'",
        "has_other_in_transit": f"{transit} IN ('other', 'yes')",
        "has_excluding_mark": _marks_sql(terms.excluding_groups, words.get("special_group_marks", {})),
        "is_in_custody": "COALESCE(in_custody_value = 'true', FALSE)",
        "is_deceased": "COALESCE(death_record_value = 'true', FALSE)",
        "has_payout_account": _HAS_ACCOUNT,
        "is_other_bank": other_bank_sql(terms.paying_banks),
        "flag_state": "COALESCE(flag_state_value, 'none')",
    }
    named = ", ".join(f"{sql} AS {name}" for name, sql in facts.items())
    years = f"CASE WHEN regexp_matches({gap}, '{_YEARS}') THEN contribution_gap_value ELSE '' END"
    return f"SELECT source_row, {named}, {years} AS gap_words FROM cleaned"


_HAS_ACCOUNT = "regexp_matches(COALESCE(payout_account_value, ''), '[0-9]')"


def _marks_sql(groups: Sequence[str], spellings: Mapping[str, Sequence[str]]) -> str:
    """True when one of the marks of the cell, split at 、 , ; and the like, is on the pack's list."""
    excluding = _listed(word for group in groups for word in (group, *spellings.get(group, ())))
    if not excluding:
        return "FALSE"
    cell = f"translate(lower(COALESCE(special_group_marks_value, '')), {quoted(SEPARATORS)}, {quoted(',' * len(SEPARATORS))})"
    return f"list_has_any(string_split({cell}, ','), [{excluding}])"


def other_bank_sql(banks: Sequence[Mapping[str, Sequence[str]]]) -> str:
    """True when the bank is named and pays nothing in the district, or an account is there without a bank.

    A bank is one of the pack's when the cell is its name or an alias, alone or followed by a branch that ends with one
    of the suffixes. Where there is neither account nor bank the missing account is reason enough.
    """
    cell = "replace(COALESCE(payout_bank_value, ''), ' ', '')"
    tests = [
        f"({cell} = {quoted(name)}" + "".join(f" OR (starts_with({cell}, {quoted(name)}) AND ends_with({cell}, {quoted(suffix)}))"
                                             for suffix in bank.get("suffixes", ())) + ")"
        for bank in banks
        for name in (str(bank["name"]), *bank.get("aliases", ()))
    ]  # fmt: skip
    pays = " OR ".join(tests) or "FALSE"
    return f"CASE WHEN {cell} = '' THEN {_HAS_ACCOUNT} ELSE NOT ({pays}) END"
