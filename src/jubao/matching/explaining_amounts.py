"""Why this amount: each step of one person's pension or interest in Chinese, with inputs, article and source.

Worked example of one line: `个人账户养老金 18.02元 ＝ 个人账户储存额 2504.73元、计发月数 139（国发〔2014〕8号 六；计发月数：
国发〔2014〕8号 六，confirmed）`. The steps are those of the scalar evaluator, so what is explained is what was computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jubao.kernel.fen import Fen
from jubao.kernel.id_number import mask_id
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.back_pay import owed_months
from jubao.matching.batch_pension import INPUTS, TARGETS, PensionRun, entitlement_terms, refusal_text
from jubao.matching.reading_input import Input
from jubao.policy import Pack, ParameterValue
from jubao.rules.evaluate import Step, explain
from jubao.rules.pension_terms import sources_in
from jubao.rules.registry import RULES, decode

if TYPE_CHECKING:
    import duckdb

TITLES = {
    "pension_age_month": _("到龄月份"), "entitlement_month": _("符合条件的次月"), "benefit_start_month": _("待遇启领时间"),
    "base_pension": _("基础养老金"), "account_pension": _("个人账户养老金"), "counted_years": _("计入的缴费年限"),
    "min_tier_years": _("达到档次的年限"), "bonus_years": _("超出年限"), "years_pension": _("缴费年限养老金"),
    "only_child_supplement": _("独子增发养老金"), "age_for_supplement_years": _("计算高龄增发的周岁"),
    "age_supplement": _("高龄增发养老金"), "monthly_pension": _("月基本养老金"), "is_below_age": _("未到领取月份"),
    "is_years_pension_concerned": _("涉及缴费年限养老金"), "is_only_child_supplement_concerned": _("涉及独子增发"),
    "is_age_supplement_concerned": _("涉及高龄增发"), "is_older_age_supplement_kept": _("沿用旧高龄补贴"),
    "years_pension_weakness": _("年限养老金依据的可信度"), "pension_refusals": _("不能核定的原因"),
    "weakest_source_rank": _("依据的最低可信度"), "interest_weight_fen_months": _("积数"), "interest_fen": _("利息"),
    "closing_balance_fen": _("年末余额"), "account_balance_fen": _("个人账户储存额"), "contribution_months": _("缴费年限"),
    "make_up_months": _("其中补缴年限"), "min_tier_months": _("达到档次的缴费年限"), "is_only_child": _("独生子女父母"),
    "has_birth_date": _("有出生日期"), "birth_month": _("出生年月"), "has_given_start_month": _("名单给出启领时间"),
    "given_start_month": _("名单的启领时间"), "benefit_month": _("核算月份"), "payout_divisor_months": _("计发月数"),
    "base_pension_fen": _("基础养老金标准"), "pension_age_years": _("领取年龄"), "min_contribution_years": _("最低缴费年限"),
    "years_pension_threshold_years": _("年限养老金起点"), "years_pension_rate_fen": _("每年加发"),
    "years_pension_counts_partial_year": _("不满一年算一年"), "years_pension_counts_made_up_years": _("补缴年限计入"),
    "years_pension_min_tier_fen": _("年限养老金最低档次"), "only_child_supplement_fen": _("独子增发标准"),
    "age_supplement_steps": _("高龄增发档次"), "age_supplement_starts_month_after": _("高龄增发次月起"),
    "age_supplement_excludes_age70_by": _("沿用旧高龄补贴的截止月"), "months_until_entitlement": _("次月起发"),
    "has_years_pension": _("当地有年限养老金"), "has_only_child_supplement": _("当地有独子增发"),
    "has_age_supplement": _("当地有高龄增发"), "opening_balance_fen": _("年初余额"), "credits_fen": _("本年记入"),
    "payments_fen": _("本年支出"), "last_month_counted": _("计息到几月"), "credit_fen_months": _("记入的积数"),
    "payment_fen_months": _("支出的积数"), "account_interest_rate_ppm": _("记账利率"),
    "interest_rounding_quantum_fen": _("取整单位"), "interest_rounding_is_up": _("向上取整"),
}  # fmt: skip
HIDDEN = ("_is_known", "_weakness")
SKIPPED = ("weakest_source_rank", "years_pension_weakness", "is_years_pension_concerned", "is_only_child_supplement_concerned",
           "is_age_supplement_concerned", "is_older_age_supplement_kept", "is_below_age")  # fmt: skip


def shown(name: str, value: Any) -> str:
    """A value as a clerk reads it, by the unit its name ends with."""
    rule = RULES.get(name)
    if rule is not None and rule.codes:
        return "、".join(decode(rule, value)) or _("无")
    unit = rule.unit if rule else ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, tuple):
        return "；".join(
            _("满{age}周岁{add}元").format(age=age, add=Fen(add).yuan) for age, add in value
        ) or _("无")
    if name.endswith("fen_months"):
        return _("{yuan}元月").format(yuan=Fen(value).yuan)
    if unit.startswith("fen") or name.endswith("_fen"):
        return _("{yuan}元").format(yuan=Fen(value).yuan)
    if unit == "month_index" or (name.endswith(("_month", "_by")) and value > 12):
        return str(Month.from_index(value))
    if name in ("contribution_months", "make_up_months", "min_tier_months"):
        return _("{years}年{months}个月").format(years=value // 12, months=value % 12)
    if name.endswith("_ppm"):
        return f"{value / 10_000:.4f}%"
    return str(value)


def step_line(pack: Pack, step: Step, sources: Mapping[str, ParameterValue]) -> str:
    """One step: its name and value, what went in, the article, and where each parameter comes from."""
    name = step.rule.name
    wanted = {key: value for key, value in step.inputs.items() if not key.endswith(HIDDEN)}
    if not wanted.get("has_given_start_month", True):
        del wanted["given_start_month"]
    inputs = "、".join(f"{TITLES.get(key, key)} {shown(key, value)}" for key, value in wanted.items())
    article = "；".join(map(str, sources_in(pack, step.rule.source)))
    said = "".join(_("；{title}：{source}，{confidence}").format(title=TITLES.get(key, key), source=sources[key].source,
                   confidence=_confidence(sources[key])) for key in wanted if key in sources)  # fmt: skip
    return (
        f"  {TITLES.get(name, name)} {shown(name, step.value)} ＝ {inputs}（{article}{said}）[{step.rule.id}]"
    )


def _confidence(value: ParameterValue) -> str:
    dates = (
        _("，起止日期 {confidence}").format(confidence=value.date_confidence) if value.date_confidence else ""
    )
    return f"{value.confidence}{dates}"


def explain_pensions(
    con: duckdb.DuckDBPyConnection, run: PensionRun, inp: Input, asked: str | None
) -> list[str]:
    """The explanations of all people of the list, or of the one whose number is `asked`."""
    columns = [name for name in ("id_number", "personal_number", "name") if name in inp.columns]
    own = ", ".join(f"c.{'id_number_text' if name == 'id_number' else name} AS {name}" for name in columns)
    facts = ", ".join(f"p.{name}" for name in (*INPUTS, "benefit_month"))
    where = _chosen(columns, asked)
    cursor = con.execute(
        f"SELECT p.source_row, {own}, {facts} FROM cleaned AS c JOIN pensions AS p ON c.source_row = p.source_row"
        f"{where} ORDER BY 1",
        [asked.strip().upper()] * where.count("?") if asked else [],
    )
    names = [column[0] for column in cursor.description or ()]
    lines = [
        line for row in cursor.fetchall() for line in explain_one(run, dict(zip(names, row, strict=True)))
    ]
    return lines or [_("名单中没有号码为 {id} 的人，或该行已列入 rejects。").format(id=mask_id(asked or ""))]


def _chosen(columns: Sequence[str], asked: str | None) -> str:
    if asked is None:
        return ""
    tests = [
        f"c.{'id_number_text' if name == 'id_number' else name} = ?" for name in columns if name != "name"
    ]
    return f" WHERE {' OR '.join(tests)}"


def explain_one(run: PensionRun, row: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one person: heading, first month, every step of the amount, refusals, and what is owed for past months."""
    facts = {name: row[name] for name in (*INPUTS, "benefit_month")}
    terms = run.terms_of(row["benefit_month"])
    yield _heading(run, row)
    start = explain(["benefit_start_month"], {**facts, **entitlement_terms(run.pack, run.asked)})
    trace = explain(TARGETS, {**terms.arguments, **facts, **start.values})
    for step in (*start.steps, *(one for one in trace.steps if one.rule.name not in SKIPPED)):
        if _says_something(step, terms.arguments):
            yield step_line(run.pack, step, terms.parameters.used)
    mask = trace["pension_refusals"]
    if mask:
        yield _("  不能核定：{reason}").format(reason=refusal_text(run, row["benefit_month"], mask))
    yield from _owed_lines(run, {**facts, **start.values})


def _heading(run: PensionRun, row: Mapping[str, Any]) -> str:
    who = [str(row["name"])] if row.get("name") else []
    who += [mask_id(row["id_number"])] if row.get("id_number") else []
    who += [str(row["personal_number"])] if row.get("personal_number") else []
    month = Month.from_index(row["benefit_month"])
    return _("第 {row} 行 {who}：{title} {month} 的养老金").format(
        row=row["source_row"], who=" ".join(who), title=run.pack.title, month=month
    )


def _says_something(step: Step, arguments: Mapping[str, Any]) -> bool:
    """Parts the region does not have, and refusals that do not exist, need no line."""
    name = step.rule.name
    if name == "pension_refusals":
        return False
    if name in ("counted_years", "bonus_years", "min_tier_years", "years_pension"):
        has_tier = name != "min_tier_years" or arguments["years_pension_min_tier_fen"] > 0
        return bool(arguments["has_years_pension"]) and has_tier
    if name == "only_child_supplement":
        return bool(arguments["has_only_child_supplement"])
    return (
        bool(arguments["has_age_supplement"])
        if name in ("age_supplement", "age_for_supplement_years")
        else True
    )


def _owed_lines(run: PensionRun, facts: Mapping[str, Any]) -> Iterator[str]:
    """What is owed before the month asked for, if nothing was paid yet: each month at its own amount."""
    if (
        run.asked is None
        or facts["benefit_start_month"] >= run.asked.index
        or not facts["benefit_start_month"]
    ):
        return
    months = owed_months(run.pack, facts, run.asked)
    known = [owed for owed in months if not owed.refused]
    listed = "、".join(f"{owed.month} {Fen(owed.amount_fen).yuan}" for owed in known)
    total = Fen(sum(owed.amount_fen for owed in known))
    message = _("  如以前各月尚未发放，应补发 {count} 个月共 {total}元：{listed}")
    yield message.format(count=len(known), total=total.yuan, listed=listed)
    refused = [str(owed.month) for owed in months if owed.refused]
    if refused:
        yield _("  其中 {months} 缺少标准，暂不能补发").format(months="、".join(refused))
