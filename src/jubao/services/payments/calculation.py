"""What a 养老金计算表 shows of one determination: who, the account by source, the pension by part, and each step with its rule.

Worked example: 183.02 = 基础养老金 165.00 + 个人账户养老金 18.02; the second
from its step: 个人账户储存额 2,504.78 ÷ 计发月数 139 = 18.02　国发〔2014〕8号 六.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from jubao.facts.payment_sheets import balances_of
from jubao.facts.payments import PART_TITLES
from jubao.forms.masks import masked_account
from jubao.forms.render import qr_svg
from jubao.kernel.text import in_chinese
from jubao.ledger.models import Account
from jubao.people.numbers import numbers_of
from jubao.services.payments.forms import month_text, yuan

PARTS = {value: str(label) for value, label in Account.Kind.choices}
GENDERS = {"male": "男", "female": "女"}


@in_chinese
def calculation_people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The data of the sheets of one village; the account number is masked, none is 未绑定银行账户."""
    numbers = numbers_of({row["person_id"] for row in rows})
    balances = balances_of([row["enrolment_id"] for row in rows])
    return [
        _person(row, numbers.get(row["person_id"], ""), balances.get(row["enrolment_id"], {})) for row in rows
    ]


def _person(row: dict[str, Any], number: str, balances: dict[str, int]) -> dict[str, Any]:
    months = row["contribution_months"]
    return {
        "name": row["name"], "gender": GENDERS[row["gender"]], "id_number": number, "number": row["case_number"] or "—",
        "place": f"{row['township'] or ''}{row['village'] or ''}", "identity": _identity(row["participation_identity"]),
        "birth": f"{row['birth_date'].year}年{row['birth_date'].month}月", "enrolled": row["enrolled_on"].isoformat(),
        "years": f"{months // 12}年{months % 12}个月", "start": month_text(row["start_month"]),
        "divisor": divisor_of(row["trace"]), "balance": yuan(row["account_balance_fen"]),
        "balances": [{"name": PARTS[kind], "value": yuan(fen)} for kind, fen in sorted(balances.items())],
        "monthly": yuan(row["monthly_pension_fen"]),
        "parts": [
            {"name": title, "value": yuan(row[part])} for part, title in PART_TITLES.items() if row.get(part)
        ],
        "steps": calculation_steps(row["trace"]), "holder": row["holder_name"], "bank": row["bank_name"],
        "account": masked_account(row["account_number"]), "qr": qr_svg(f"JUBAO DETERMINATION {row['id']}"),
    }  # fmt: skip


def _identity(code: str) -> str:
    return "普通参保人员" if code == "ordinary" else code


def _trace(trace: Any) -> list[dict[str, Any]]:
    """The stored steps; a cursor gives JSON as text, a model as a list."""
    steps = json.loads(trace) if isinstance(trace, str) else trace
    return (
        [step for step in steps if isinstance(step, dict) and "name" in step]
        if isinstance(steps, list)
        else []
    )


_FORMULAS: dict[str, Callable[[dict[str, Any]], str]] = {
    "base_pension": lambda given: f"基础养老金标准 {yuan(given['base_pension_fen'])}",
    "account_pension": lambda given: (
        f"个人账户储存额 {yuan(given['account_balance_fen'])} ÷ 计发月数 {given['payout_divisor_months']}"
    ),
    "years_pension": lambda given: (
        f"超过规定年限 {given['bonus_years']} 年 × 每年 {yuan(given['years_pension_rate_fen'])}"
    ),
    "only_child_supplement": lambda given: f"独生子女父母 {yuan(given['only_child_supplement_fen'])}",
    "age_supplement": lambda given: f"年满 {given['age_for_supplement_years']} 周岁",
}


def calculation_steps(trace: Any) -> list[dict[str, str]]:
    """How each part came about, with its article; a part of 0.00 is left out."""
    return [
        {
            "rule": PART_TITLES[f"{step['name']}_fen"],
            "text": f"{_FORMULAS[step['name']](step['inputs'])} = {yuan(step['value'])}　{'、'.join(step.get('source', []))}",
        }
        for step in _trace(trace)
        if step["name"] in _FORMULAS and step["value"]
    ]


def divisor_of(trace: Any) -> str:
    """计发月数, as the steps used it; a dash where they did not."""
    for step in _trace(trace):
        if step["name"] == "account_pension":
            return str(step["inputs"]["payout_divisor_months"])
    return "—"
