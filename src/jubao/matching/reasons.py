"""The words of the answer: every code with its Chinese sentence and clause, joined as `CODE|中文|条款;…`.

Worked example: a train journey and a cremation give
`CONFLICT|同时有领取资格和丧失资格的证据（2024-05-02、2024-04-20）|CQ-14-2 渝人社办〔2019〕99号 第十四条;
TRAIN|火车出行记录|…;CREMATION|…`. The first code is the headline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from jubao.kernel.text import _
from jubao.matching.period import EPOCH
from jubao.matching.plan import FeedSource, Plan, clause_text
from jubao.rules import judgement as j
from jubao.rules.registry import RULES, decode

DIFFERENT_DEATHS = "DEATH_DATES_DIFFER"


@dataclass(frozen=True)
class Verdict:
    """What tells two answers apart; many persons share one verdict, so that each text is written once."""

    list_code: int
    standing: int
    doubts: int
    life_mask: int
    loss_mask: int
    hint_mask: int
    has_different_death_days: bool
    life_day: int
    loss_day: int


VERDICT_COLUMNS = (
    "list_code", "standing", "doubts", "life_mask", "loss_mask", "hint_mask", "has_different_death_days", "said_life_day",
    "said_loss_day",
)  # fmt: skip

_CONFLICT = 1 << j.DOUBTS.index("CONFLICT")


def verdicts_sql(judged: str = "judged") -> str:
    """Each subject with the columns of its verdict; days are said only where a conflict has to show both."""
    conflict = f"(doubts & {_CONFLICT}) <> 0"
    hints = "mismatch_mask | missing_mask | fuzzy_mask | unclear_mask | impossible_mask"
    return (
        f"SELECT subject, list_code, standing, doubts, life_mask, loss_mask, {hints} AS hint_mask,"
        f" has_different_death_days, last_life_day, CASE WHEN {conflict} THEN life_day ELSE {j.NO_DAY} END AS said_life_day,"
        f" CASE WHEN {conflict} THEN loss_day ELSE {j.NO_DAY} END AS said_loss_day FROM {judged}"
    )


class Wording:
    """The reasons of one run in Chinese, with the clauses of its pack."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.by_position = {source.position: source for source in plan.sources.values()}

    def headline_and_reasons(self, verdict: Verdict) -> tuple[str, str]:
        """The headline code and all reasons of a verdict."""
        codes = [*self._standing(verdict), *self._doubts(verdict), *self._notes(verdict)]
        life, loss = self._sources(verdict.life_mask), self._sources(verdict.loss_mask)
        hints = self._sources(verdict.hint_mask & ~verdict.loss_mask)
        found = [*loss, *life, *hints] if verdict.list_code == j.LOST else [*life, *loss, *hints]
        is_settled = verdict.list_code in (j.ELIGIBLE, j.LOST)
        codes = [*found, *codes] if is_settled else [*codes, *found]
        return codes[0][0], ";".join("|".join(_plain(part) for part in code) for code in codes)

    def _standing(self, verdict: Verdict) -> list[tuple[str, str, str]]:
        names = decode(RULES["standing"], verdict.standing)
        return [(name, self.standing_words[name], self.standing_clauses[name]) for name in names]

    def _doubts(self, verdict: Verdict) -> list[tuple[str, str, str]]:
        if verdict.list_code != j.TO_VERIFY:
            return []
        rows = []
        for name in decode(RULES["doubts"], verdict.doubts):
            words = self.doubt_words[name]
            if name == "CONFLICT":
                words += _("（资格证据最近 {life}，丧失证据 {loss}）").format(
                    life=_day(verdict.life_day), loss=_day(verdict.loss_day)
                )
            rows.append((name, words, self.doubt_clauses.get(name, self.verify_clause)))
        return rows

    def _notes(self, verdict: Verdict) -> list[tuple[str, str, str]]:
        if not verdict.has_different_death_days:
            return []
        return [(DIFFERENT_DEATHS, _("各来源的死亡日期不一致，请以核实为准"), "")]

    def _sources(self, mask: int) -> list[tuple[str, str, str]]:
        found = [source for position, source in self.by_position.items() if mask >> position & 1]
        return [(source.code, source.title, self._clause(source)) for source in found]

    def _clause(self, source: FeedSource) -> str:
        return source.clause or self.certification_clause

    @cached_property
    def standing_words(self) -> dict[str, str]:
        """Why somebody is not judged."""
        return {
            "SCHEME_NOT_COVERED": _("该险种不在本地区资格认证范围内"),
            "PAYMENT_STATE": _("待遇状态不属于本地区的认证对象"),
            "EXEMPT": _("未满 16 周岁的供养亲属不设认证期"),
            "NOT_YET_DUE": _("尚未到首次认证的时间"),
        }

    @cached_property
    def standing_clauses(self) -> dict[str, str]:
        """The clause behind each reason of standing."""
        return {
            "SCHEME_NOT_COVERED": self._setting_clause("cert.schemes"),
            "PAYMENT_STATE": self._setting_clause("cert.subject_states"),
            "EXEMPT": self._setting_clause("cert.exempt"),
            "NOT_YET_DUE": self._setting_clause("cert.first_due"),
        }

    @cached_property
    def doubt_words(self) -> dict[str, str]:
        """Why somebody has to be verified."""
        return {
            "DUPLICATE_NUMBER": _("花名册上同一证件号码登记了不同姓名"),
            "CONFLICTING_STATUS": _("户籍显示未注销或健在，其他部门显示已死亡"),
            "CONFLICT": _("同时有领取资格和丧失资格的证据"),
            "NAME_MISMATCH": _("丧失资格的记录号码相同而姓名不同"),
            "NAME_MISSING": _("丧失资格的记录只有号码没有姓名"),
            "FUZZY_LINK": _("丧失资格的记录没有可用号码，按姓名和出生日期疑似本人"),
            "EVIDENCE_UNCLEAR": _("丧失资格的记录没有写清原因、种类或亲属关系"),
            "DEATH_BEFORE_BIRTH": _("死亡日期早于出生日期，记录有误"),
            "CERTIFIED_AFTER_DEATH": _("死亡日期之后仍有认证记录"),
            "FEED_GUARD": _("该来源的数量远超通常，须先由人核对来源"),
            "NO_EVIDENCE": _("认证期内没有任何证据"),
        }

    @cached_property
    def doubt_clauses(self) -> dict[str, str]:
        """Clauses of the doubts that a text names; the others rest on the clause of the to-verify list."""
        conflict = self._setting_clause("match.conflict") or self.verify_clause
        return {"CONFLICT": conflict, "CONFLICTING_STATUS": conflict, "NO_EVIDENCE": self.verify_clause}

    @cached_property
    def verify_clause(self) -> str:
        """The clause by which somebody is on the to-verify list."""
        return self._setting_clause("match.neither") or self._setting_clause("match.lists")

    @cached_property
    def certification_clause(self) -> str:
        """The clause by which an earlier certification counts for the period."""
        return self._setting_clause("cert.length") or self._setting_clause("cert.period_kind")

    def _setting_clause(self, key: str) -> str:
        found = self.plan.pack.find_setting(key, self.plan.as_of)
        return clause_text(self.plan.pack, [found.clause]) if found is not None and found.clause else ""


def _day(number: int) -> str:
    return str(EPOCH + timedelta(days=number)) if j.NO_DAY < number < j.FOREVER else _("日期不详")


def _plain(text: str) -> str:
    """A part must not hold the two marks that separate parts."""
    return text.replace("|", "/").replace(";", "；")


USE_WORDS: dict[int, tuple[str, str]] = {
    j.USED: ("used", "采用"),
    j.UNCLEAR_REASON: ("used", "注销原因空白，列为疑点"),
    j.UNCLEAR_MARK: ("used", "标识不明，列为疑点"),
    j.UNCLEAR_SENTENCE: ("used", "判刑种类不明，列为疑点"),
    j.UNCLEAR_RELATION: ("used", "未写亲属关系，列为疑点"),
    j.UNCLEAR_STATUS: ("used", "户籍状态不明，列为疑点"),
    j.BEFORE_BIRTH: ("used", "死亡日期早于出生，列为疑点"),
    j.AFTER_RUN: ("ignored: after the run", "晚于比对日"),
    j.SENTENCE_ENDED: ("ignored: sentence ended", "刑期已满"),
    j.SENTENCE_PAYS_ON: ("ignored: this kind of sentence pays on", "该种刑罚照发待遇"),
    j.NO_DATE: ("ignored: no date", "没有日期"),
    j.OUTSIDE_WINDOW: ("ignored: outside the window", "不在证据期间内"),
    j.UNDER_AGE: ("ignored: under the age of the source", "未到该来源的年龄"),
    j.CRITICAL: ("ignored: critical illness", "危重疾病住院"),
    j.CRITICAL_UNKNOWN: ("ignored: not known whether critical", "未写是否危重"),
    j.OTHER_REASON: ("ignored: another reason", "不是因死亡"),
    j.NO_MARK: ("ignored: no mark", "没有死亡、失踪、服刑标识"),
    j.OTHER_SCHEME: ("ignored: not a source for this scheme", "该来源不用于本险种"),
    j.OTHER_RELATION: ("ignored: relation not concerned", "亲属关系不属于该项"),
    j.BEFORE_BENEFIT: ("ignored: before the benefit began", "早于待遇开始"),
    j.REGISTERED_ALIVE: ("ignored: registered alive", "户籍在册，本身不是证据"),
    j.NO_RULE: ("ignored: no rule for this source", "政策包没有把这一来源列为证据"),
}
LINK_WORDS = {
    j.EXACT: "exact", j.NAME_MISMATCH: "NAME_MISMATCH", j.NAME_MISSING: "NAME_MISSING", j.FUZZY: "fuzzy",
}  # fmt: skip
NOT_EXACT = ("ignored: link not exact", "不是确切匹配，资格证据不采用")
AS_HINT = ("used", "不是确切匹配，列为疑点")
"""How a record that is no exact match is named: life changes nothing, loss asks for verification."""
