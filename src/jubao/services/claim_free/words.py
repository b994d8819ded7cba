"""The reasons against a claim-free claim in words, and what in the person's records each rests on.

Worked example: CONTRIBUTION_GAP of somebody who missed 2015 reads 存在间断缴费 with the detail 2015; BANK_NOT_PAYING_AGENT
names the bank of the card and the banks that pay in the district.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jubao.kernel.text import _, chinese
from jubao.matching.batch_extract import ScreeningTerms
from jubao.matching.extract_words import SENTENCES
from jubao.services.cases.kinds import kind_of

Facts = Mapping[str, Any]

_MORE = {
    "TOO_EARLY": chinese("距年满60周岁还有3个月以上"),
    "CONFIRMED_TOO_LATE": chinese("年满60周岁的次月及以后才确认信息"),
    "DEATH_MATCH": chinese("比对发现死亡信息"),
    "DEATH_BENEFIT_ELSEWHERE": chinese("已享受外地死亡待遇"),
    "CITY_SCHEME_BENEFIT": chinese("在本市城保、机保系统领取养老待遇（正常或暂停）"),
    "CITY_SCHEME_DEATH": chinese("本市城保、机保系统有死亡信息或已享受死亡待遇"),
    "CITY_SCHEME_CONTRIBUTION": chinese("本市城保、机保系统有未处理的参保缴费信息"),
    "NO_CARD_ACCOUNT": chinese("系统未获取社保卡银行账号"),
    "CARD_SYSTEM_FAILED": chinese("最近一次向社保卡系统调取账户失败，账户未知"),
}
# At handling 外地参保 is any record elsewhere that is neither transferred nor refunded.
_ALL = {**SENTENCES, **_MORE}


def sentence_of(code: str) -> str:
    """The sentence of a reason."""
    return _ALL[code]


def detail_of(code: str, facts: Facts, terms: ScreeningTerms) -> str:
    """What the reason rests on: years of the gap, source of the death, names of marks and banks; empty where nothing to add."""
    found = _DETAILS.get(code)
    return found(facts, terms) if found else ""


def _years(facts: Facts, terms: ScreeningTerms) -> str:
    months = int(facts["contribution_months"])
    return _("缴费 {years} 年 {months} 个月，须满 {least} 年").format(
        years=months // 12, months=months % 12, least=terms.arguments["min_contribution_years"]
    )


def _bank(facts: Facts, terms: ScreeningTerms) -> str:
    names = "、".join(str(one["name"]) for one in terms.paying_banks)
    return _("开户行 {bank}；代发银行：{names}").format(
        bank=facts["payout_bank_value"] or _("未载明"), names=names
    )


def _birth(facts: Facts, _terms: ScreeningTerms) -> str:
    born = int(facts["birth_date"])
    return _("出生于 {year:04d}-{month:02d}-{day:02d}").format(
        year=born // 10000, month=born // 100 % 100, day=born % 100
    )


def _marks(facts: Facts, terms: ScreeningTerms) -> str:
    words = terms.pack.value_aliases().get("special_group_marks", {})
    codes = str(facts["excluding_marks"]).split("、")
    return "、".join(words[code][0] if words.get(code) else code for code in codes)


def _kinds(facts: Facts, _terms: ScreeningTerms) -> str:
    return "、".join(kind_of(name).title for name in str(facts["other_kinds"]).split("、"))


def _of(name: str) -> Callable[[Facts, ScreeningTerms], str]:
    return lambda facts, _terms: str(facts[name])


_DETAILS: dict[str, Callable[[Facts, ScreeningTerms], str]] = {
    "TOO_EARLY": _birth,
    "CONFIRMED_TOO_LATE": _birth,
    "OVER_AGE": _birth,
    "CONTRIBUTION_YEARS_SHORT": _years,
    "CONTRIBUTION_GAP": lambda facts, _terms: str(facts["gap_years"]) or _("接管前已有间断"),
    "SPECIAL_GROUP": _marks,
    "SERVING_SENTENCE": _of("custody_days"),
    "DECEASED": _of("death_sources"),
    "DEATH_MATCH": _of("death_sources"),
    "CROSS_PROVINCE_CONTRIBUTION": _of("places_elsewhere"),
    "CROSS_PROVINCE_BENEFIT": _of("places_elsewhere"),
    "BANK_NOT_PAYING_AGENT": _bank,
    "IN_TRANSIT_OTHER": _kinds,
}
