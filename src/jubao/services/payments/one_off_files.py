"""The bank files of a batch of one-off payments, by the profiles that the monthly files have.

Worked example: two payees at 松山农商行 and one at 邮储银行 give two files; the line numbers are those of the batch, so that an
answer names a payment whichever file it was in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from jubao.kernel.month import Month
from jubao.payments.models import OneOffPayment
from jubao.services.payments.bank_files import profile_of
from jubao.services.payments.bank_profiles import FileHead, PayRow
from jubao.services.payments.forms import place_name


@dataclass(frozen=True)
class MadeFile:
    """One file before it is kept."""

    bank: str
    profile: str
    name: str
    content: bytes
    count: int
    total_fen: int

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def manifest(self) -> dict[str, Any]:
        """What the approval shows of it."""
        return {
            "bank": self.bank, "profile": self.profile, "count": self.count, "total_fen": self.total_fen,
            "sha256": self.sha256,
        }  # fmt: skip


def files_of(district_code: str, number: str, lines: Sequence[OneOffPayment], today: date) -> list[MadeFile]:
    """One file per bank, its lines in the order of the batch. Raises InputRefused FIELD_TOO_LONG."""
    made = []
    for part, (bank, group) in enumerate(groupby(lines, key=lambda one: one.payee_bank), 1):
        rows = list(group)
        how = profile_of(district_code, bank, Month.containing(today).index, {})
        total = sum(one.amount_fen for one in rows)
        head = FileHead(number, part, len(rows), total, place_name(district_code), today.isoformat())
        content = how.write(head, [_row(one) for one in rows])
        made.append(MadeFile(bank, how.code, f"{number}-{bank}.{how.extension}", content, len(rows), total))
    return made


def _row(one: OneOffPayment) -> PayRow:
    assert one.line_number is not None
    return PayRow(
        one.line_number, one.payee_account, one.payee_name, one.amount_fen, str(one.get_kind_display())
    )
