"""Input of the claim-free screening: people near sixty with what other departments know about them.

Most are clean; every obstacle of the screening occurs, alone and with others, and some cells are written in words.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.demo.columns import coded, mobiles
from jubao.demo.counter import Integers, choice_table, draw, field, threshold
from jubao.demo.histories import Accounts, years_text
from jubao.demo.numbers import as_strings, decimal_digits

_STREAM_CLAIMS = 640
_RECORDS = (None, "no", "contribution", "benefit", "both")
_TRANSIT = (None, "no", "transfer", "other")
_MARKS = (None, "低保户", "征地安置人员", "退捕渔民", "重残人员、低保户", "独生子女")
_BANKS = (
    "重庆农村商业银行",
    "重庆农村商业银行股份有限公司綦江支行",
    "农商行",
    "中国邮政储蓄银行",
    "重庆三峡银行",
    "外地村镇银行",
)
_FLAGS = ("none", "flagged", "revoked", "waived")

_RECORD_TABLE = choice_table((500_000, 12_000, 5_000, 2_000))
_TRANSIT_TABLE = choice_table((500_000, 6_000, 4_000))
_MARK_TABLE = choice_table((20_000, 8_000, 1_000, 6_000, 30_000))
_BANK_TABLE = choice_table((150_000, 50_000, 60_000, 20_000, 10_000))
_FLAG_TABLE = choice_table((300_000, 8_000, 4_000))


def account_numbers(persons: Integers) -> pa.Array:
    """Made-up card numbers of a block that no bank has, 19 digits with a right last digit (Luhn)."""
    body = decimal_digits(persons + 990000 * 10**12, 18)
    digits = (body - 48).astype(np.int64)
    doubled = digits[:, 1::2] * 2
    total = digits[:, 0::2].sum(axis=1) + (doubled // 10 + doubled % 10).sum(axis=1)
    return as_strings(np.concatenate([body, ((10 - total % 10) % 10 + 48).astype(np.uint8)[:, None]], axis=1))


def _emptied(column: pa.Array, which: NDArray[np.bool_]) -> pa.Array:
    return pc.if_else(pa.array(which), pa.scalar(None, column.type), column)


def claim_free_table(
    seed: int, persons: Integers, numbers: pa.Array, names: pa.Array, account: Accounts
) -> pa.Table:
    """One row per person near sixty, with the columns that `jubao extract` reads."""
    first, second, third = (draw(seed, _STREAM_CLAIMS + i, persons) for i in range(3))
    yes = ("否", "是")
    years = _emptied(
        pc.cast(years_text(account.contribution_months), pa.string()), field(third, 3) < threshold(2_000)
    )
    return pa.table(
        {
            "id_number": numbers,
            "name": names,
            "contribution_years": years,
            "contribution_gap": coded(account.has_gap, yes),
            "employee_pension_record": coded(_RECORD_TABLE[field(first, 0)], _RECORDS),
            "civil_pension_record": coded(_RECORD_TABLE[field(first, 1) ^ 0x5555], _RECORDS),
            "other_province_record": coded(_RECORD_TABLE[field(first, 2)], _RECORDS),
            "tax_in_transit": coded(_TRANSIT_TABLE[field(first, 3)], _TRANSIT),
            "other_in_transit": coded(_TRANSIT_TABLE[field(second, 0)], _TRANSIT),
            "special_group_marks": coded(_MARK_TABLE[field(second, 1)], _MARKS),
            "in_custody": coded(field(second, 2) < threshold(600), yes),
            "death_record": coded(field(second, 3) < threshold(800), yes),
            "payout_account": _emptied(account_numbers(persons), field(third, 0) < threshold(40_000)),
            "payout_bank": coded(_BANK_TABLE[field(third, 1)], _BANKS),
            "flag_state": coded(_FLAG_TABLE[field(third, 2)], _FLAGS),
            "mobile": mobiles(draw(seed, _STREAM_CLAIMS + 3, persons)),
        }
    )
