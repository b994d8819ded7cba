"""What the ledger refuses, in words: the database names the rule, this module says what happened and what to do.

Worked example: a refund without its case breaks the guard LEDGER_LEAVING; the clerk reads 个人账户资金只能用于…（第十七条）.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.utils import DatabaseError

from jubao.kernel.citation import Citation
from jubao.kernel.errors import CheckFailed, DomainError
from jubao.kernel.text import _

CHISONG_56_17 = Citation("chisongzhengbanfa-2020-56", "第十七条")
LAW_14 = Citation("shehuibaoxianfa", "第十四条")


@contextmanager
def in_words() -> Iterator[None]:
    """Turn a refusal of the database into a DomainError; what is no refusal of the ledger goes on as it is."""
    try:
        yield
    except DatabaseError as error:
        found = refusal(error)
        if found is None:
            raise
        raise found from error


def refusal(error: DatabaseError) -> DomainError | None:
    """The refusal behind a database error, None for anything else."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    text = getattr(diagnosis, "message_primary", None) or ""
    key, _colon, detail = text.partition(": ")
    if name in _BY_CONSTRAINT:
        return _BY_CONSTRAINT[name](getattr(diagnosis, "message_detail", None) or "")
    return _BY_GUARD[key](detail) if key in _BY_GUARD else None


def _insufficient(detail: str) -> DomainError:
    return CheckFailed(
        "INSUFFICIENT_BALANCE",
        _("个人账户余额不足：扣除后会小于零或小于待银行回盘的金额。"),
        remedy=_("请查看账户余额和待回盘金额；超出余额的部分由统筹资金支付。"),
        citation=LAW_14,
    )


def _leaving(detail: str) -> DomainError:
    return CheckFailed(
        "ACCOUNT_MONEY_PROTECTED",
        _("个人账户资金只用于个人账户养老金；返还、转出、抵扣要有相应的业务件。"),
        remedy=_("请先办理注销、转移或追缴业务。"),
        citation=CHISONG_56_17,
    )


def _move(detail: str) -> DomainError:
    return CheckFailed(
        "MOVE_NOT_ALLOWED",
        _("这类资金不能在这两个账户之间划转（{detail}）。").format(detail=detail),
        remedy=_("请核对业务类型和账户。"),
    )


def _reversal(detail: str) -> DomainError:
    return CheckFailed(
        "REVERSAL_DIFFERS", _("冲正必须与原转账金额、类型相同，方向相反（{detail}）。").format(detail=detail)
    )


def _answer(detail: str) -> DomainError:
    return CheckFailed(
        "ANSWER_DIFFERS", _("回盘确认必须与待回盘的转账相同（{detail}）。").format(detail=detail)
    )


def _second_answer(detail: str) -> DomainError:
    return CheckFailed(
        "SECOND_ANSWER",
        _("这笔转账银行已经回盘，不能再作不同的答复。"),
        remedy=_("前后矛盾的回盘请冲正后另记。"),
    )


def _reason(detail: str) -> DomainError:
    return CheckFailed("REVERSAL_UNEXPLAINED", _("冲正要写明原因，并有业务件或批次。"))


def _reversed(detail: str) -> DomainError:
    return CheckFailed("ALREADY_REVERSED", _("这笔转账已经冲正。"))


def _line(detail: str) -> DomainError:
    return CheckFailed(
        "LINE_ALREADY_POSTED",
        _("这笔缴费（或这一年的利息）已经记账。"),
        remedy=_("已记的账不改；更正请冲正后另记。"),
    )


def _amount(detail: str) -> DomainError:
    return CheckFailed("AMOUNT_NOT_POSITIVE", _("转账金额必须是大于零的整数分。"))


_BY_CONSTRAINT = {
    "balance_not_negative": _insufficient,
    "transfer_leaving_has_case": _leaving,
    "transfer_resolved_once": _second_answer,
    "transfer_reversed_once": _reversed,
    "transfer_reversal_reason": _reason,
    "transfer_income_once_a_line": _line,
    "transfer_positive": _amount,
}
_BY_GUARD = {
    "LEDGER_MOVE": _move,
    "LEDGER_LEAVING": _leaving,
    "LEDGER_REVERSAL": _reversal,
    "LEDGER_ANSWER": _answer,
}
