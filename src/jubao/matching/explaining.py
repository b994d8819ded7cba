"""The judgement of one person step by step: list and reasons, the evidence behind them, each rule with answer and clause.

Worked example: `jubao compare … --explain --id 5099…0026` begins with name, number, month and list, names reasons and
records, then the steps, each with what went in, its clauses and its rule:
`须核实的疑点 认证期内没有任何证据 ＝ 没有一项事实成立（渝人社办〔2019〕99号 第十四条）[judgement.doubts]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import ValueRefused, WrongUsage
from jubao.kernel.id_number import IdNumber, mask_id
from jubao.kernel.text import _
from jubao.matching.explaining_words import DENIED, EVIDENCE, LINKS, LISTS, PERIODS, STEPS, said, shown
from jubao.matching.judging import RAW_FACTS, RULE_FACTS, Guard, guarded_mask, known_of
from jubao.matching.plan import CERTIFICATION, Plan
from jubao.matching.reasons import VERDICT_COLUMNS, Verdict, Wording, verdicts_sql
from jubao.rules import judgement as j
from jubao.rules.evaluate import Step, explain
from jubao.rules.pension_terms import sources_in
from jubao.rules.registry import decode

if TYPE_CHECKING:
    import duckdb

TARGETS = ("list_code", "has_different_death_days", "last_life_day")
MOST = 1000
"""Without --id at most so many persons are explained; the lists hold the reasons of all."""
SILENT = ("is_certification_exempt", "has_different_death_days", "has_loss_sign")
"""Steps that say something only when they hold."""


def explanations(
    con: duckdb.DuckDBPyConnection, plan: Plan, guards: Sequence[Guard], id_number: str
) -> list[str]:
    """The lines for one person, or for all. Raises WrongUsage when nobody on the roster has that number."""
    where = f"s.id_number = '{_number(id_number)}'" if id_number else "TRUE"
    facts = ("subject", *RULE_FACTS, *RAW_FACTS)
    chosen = ", ".join([f"q.{name}" for name in facts] + [f"v.{name}" for name in VERDICT_COLUMNS])
    rows = con.execute(
        f"SELECT s.id_number, s.name, {chosen} FROM judged AS q JOIN subjects AS s ON s.subject = q.subject"
        f" JOIN ({verdicts_sql()}) AS v ON v.subject = q.subject WHERE {where} ORDER BY q.subject LIMIT {MOST}"
    ).fetchall()
    if id_number and not rows:
        raise WrongUsage(
            "PERSON_NOT_ON_ROSTER", _("花名册上没有这个证件号码（或该行读不出来，见 rejects）。")
        )
    explained = _Explained(con, plan, guarded_mask(guards))
    lines: list[str] = []
    for number, name, *values in rows:
        row = dict(zip(facts, values[: len(facts)], strict=True))
        verdict = Verdict(*values[len(facts) :])
        lines += explained.person(number, name, row, verdict)
    return lines


def _number(text: str) -> str:
    try:
        return IdNumber.parse(text).text
    except ValueRefused as refused:
        raise WrongUsage(refused.code, refused.message, remedy=refused.remedy) from refused


class _Explained:
    """What is the same for every person of a run."""

    def __init__(self, con: duckdb.DuckDBPyConnection, plan: Plan, guarded: int) -> None:
        self.con, self.plan, self.guarded = con, plan, guarded
        self.wording = Wording(plan)

    def person(self, number: str, name: str, row: dict[str, Any], verdict: Verdict) -> Iterator[str]:
        """Heading, reasons, period, evidence and steps of one person."""
        trace = explain(TARGETS, known_of(self.plan, row, self.guarded))
        plan, window = self.plan, self.plan.period.window
        yield _("第 {row} 行 {name} {id}：{title} {month} 资格比对，{list}（{code}）").format(
            row=row["subject"], name=name, id=mask_id(number), title=plan.pack.title, month=plan.month,
            list=LISTS[trace["list_code"]], code=j.LIST_NAMES[trace["list_code"]],
        )  # fmt: skip
        _headline, reasons = self.wording.headline_and_reasons(verdict)
        for number_of, (code, words, clause) in enumerate(part.split("|") for part in reasons.split(";")):
            label = _("  首要原因") if number_of == 0 else _("  原因")
            yield f"{label} {words}{f'（{clause}）' if clause else ''}[{code}]"
        yield _("  证据期间 {first} 至 {last}（{kind}）").format(
            first=window.first, last=window.last, kind=PERIODS[plan.period.kind]
        )
        yield from self._evidence(row["subject"])
        for step in trace.steps:
            if _says_something(step):
                yield self._step(step)

    def _evidence(self, subject: int) -> Iterator[str]:
        rows = self.con.execute(
            "SELECT source, file, row, COALESCE(CAST(event_on AS VARCHAR), ''), evidence, link, score, used, note"
            f" FROM evidence_words WHERE subject = {subject} ORDER BY feed, row"
        ).fetchall()
        if not rows:
            yield _("  记录 没有")
        for source, file, at, day, kind, link, score, used, note in rows:
            known = self.plan.sources.get(source)
            title = (
                known.title
                if known and source == CERTIFICATION
                else f"{known.title}（{source}）"
                if known
                else source
            )
            fate = note if used == "used" else _("不采用：{why}").format(why=note)
            yield _("  记录 {source} {file} 第 {row} 行 {day}：{kind}，{link}，{fate}").format(
                source=title, file=file, row=at, day=day or _("没有日期"), kind=EVIDENCE.get(kind, kind),
                link=LINKS.get(link, link) + (f" {score}" if score else ""), fate=fate,
            )  # fmt: skip

    def _step(self, step: Step) -> str:
        name = step.rule.name
        denied = DENIED if name == "list_code" else {}
        inputs = "、".join(said(self._worded(step.inputs), denied)) or _("没有一项事实成立")
        article = "；".join(map(str, sources_in(self.plan.pack, step.rule.source)))
        return f"  {STEPS.get(name, name)} {self._value(step)} ＝ {inputs}（{article}）[{step.rule.id}]"

    def _value(self, step: Step) -> str:
        words = {"doubts": self.wording.doubt_words, "standing": self.wording.standing_words}.get(
            step.rule.name
        )
        if words is not None:
            return "、".join(words[code] for code in decode(step.rule, step.value)) or _("无")
        if step.rule.name == "list_code":
            return LISTS[step.value]
        return shown(step.rule.name, step.value) or _("无")

    def _worded(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The codes of other steps as facts: whether there was any reason, and on which list."""
        coded: dict[str, Callable[[Any], Any]] = {
            "doubts": bool,
            "standing": bool,
            "list_code": LISTS.__getitem__,
        }
        return {name: coded[name](value) if name in coded else value for name, value in inputs.items()}


def _says_something(step: Step) -> bool:
    """An exemption nobody has, a first day that rests on no month and death days that agree need no line."""
    if step.rule.name == "certification_first_duty_date":
        return bool(step.inputs["benefit_start_month"])
    return bool(step.value) or step.rule.name not in SILENT
