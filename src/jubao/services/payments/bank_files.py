"""The files of a run for its banks: made once when the run is handed in, made again byte for byte whenever asked (B5, B6).

Worked example: 11 204 lines at two banks are two files of profile `text_delimited`; their count, sum and SHA-256 stand in
the proposal that the reviewer approves; `file_bytes` makes the same bytes from the lines alone a year later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import BankFile, PaymentRun
from jubao.policy import load_pack
from jubao.services.documents.store import document_store
from jubao.services.payments.bank_profiles import FileHead, PayRow, Profile, profile
from jubao.services.payments.pieces import Done, Piece, Progress, in_pieces

FETCH = 20_000

_BANKS = """
SELECT a.bank_name, count(*)::int FROM payments_paymentline l JOIN people_payoutaccount a ON a.id = l.payout_account_id
WHERE l.run_id = %s AND l.is_in_run GROUP BY a.bank_name ORDER BY a.bank_name COLLATE "C"
"""
_AT_BANK = """
payments_paymentline l CROSS JOIN LATERAL (
    SELECT x.account_number, x.holder_name FROM people_payoutaccount x
    WHERE x.id = l.payout_account_id AND x.bank_name = %(bank)s OFFSET 0) a
WHERE l.run_id = %(run)s AND l.is_in_run
"""
"""By key (OFFSET 0 keeps it so): a join would read the accounts of the whole province once for each file."""
_BOUNDS = f"""
SELECT min(line_number), max(line_number), count(*)::int, sum(amount_fen)::bigint FROM (
    SELECT l.line_number, l.amount_fen FROM {_AT_BANK} AND l.line_number > %(after)s
    ORDER BY l.line_number LIMIT %(most)s) AS part
"""
_ROWS = f"""
SELECT l.line_number, a.account_number, a.holder_name, l.amount_fen, l.benefit_month, l.kind
FROM {_AT_BANK} AND l.line_number BETWEEN %(first)s AND %(last)s
ORDER BY l.line_number
"""
_AGENCY = "SELECT name FROM people_division WHERE code = %s AND valid_until IS NULL"


def make_files(
    actor: Actor, run_id: UUID, profiles: dict[str, str] | None, progress: Progress | None
) -> None:
    """Write the files of a draft that is being handed in, one per bank and part, each in its own transaction."""
    counted: list[tuple[str, int]] = []
    in_pieces(
        actor, run_id, "files", lambda piece: _make_one(piece, actor, profiles or {}, counted), progress
    )


def profile_of(district_code: str, bank_name: str, month: int, chosen: dict[str, str]) -> Profile:
    """The profile chosen for a bank, else the one that the region's pack names, else the plain text."""
    named = load_pack(district_code).setting("pay.bank_profiles", Month.from_index(month)).value
    return profile(str(chosen.get(bank_name) or named.get(bank_name) or named["default"]))


def _make_one(piece: Piece, actor: Actor, chosen: dict[str, str], counted: list[tuple[str, int]]) -> Done:
    run = piece.run
    if not counted:  # the lines stand still from here on: once is enough for all files
        with connection.cursor() as cursor:
            cursor.execute(_BANKS, [run.id])
            counted += cursor.fetchall()
    bank, sequence, after = _next_part(run, counted)
    if bank is None:
        return Done("", 0, True)
    how = profile_of(run.district_code, bank, run.benefit_month, chosen)
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, {"run": run.id, "bank": bank, "after": after, "most": how.max_rows})
        first, last, count, total = cursor.fetchone()
    made = BankFile(
        run=run, profile=how.code, bank_name=bank, sequence=sequence, first_line=first, last_line=last, line_count=count,
        total_fen=total, state="made",
    )  # fmt: skip
    content = _content(run, made, how)
    made.sha256 = hashlib.sha256(content).hexdigest()
    made.document = document_store(
        actor=actor, content=content, name=f"{run.number}-{bank}-{sequence:02d}.{how.extension}",
        content_type="application/octet-stream", document_class="bank_file", case_id=run.case_id,
        district_code=run.district_code,
    )  # fmt: skip
    made.save(force_insert=True)
    return Done("", count, False)


def _next_part(run: PaymentRun, banks: list[tuple[str, int]]) -> tuple[str | None, int, int]:
    """The bank whose lines are not all in files yet, the number of its next part, the last line already in one."""
    for bank, count in banks:
        parts = list(run.bank_files.filter(bank_name=bank).order_by("sequence"))
        if sum(part.line_count for part in parts) < count:
            return bank, len(parts) + 1, parts[-1].last_line if parts else 0
    return None, 0, 0


def _content(run: PaymentRun, bank_file: BankFile, how: Profile) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_AGENCY, [run.district_code])
        (agency,) = cursor.fetchone()
        asked: dict[str, Any] = {
            "bank": bank_file.bank_name,
            "first": bank_file.first_line,
            "last": bank_file.last_line,
        }
        cursor.execute(_ROWS, {"run": run.id, **asked})
        head = FileHead(
            run.number,
            bank_file.sequence,
            bank_file.line_count,
            bank_file.total_fen,
            agency,
            (run.pay_on or run.cut_off_on).isoformat(),
        )
        return how.write(head, _pay_rows(cursor))


def _pay_rows(cursor: Any) -> Iterator[PayRow]:
    remarks: dict[tuple[int, str], str] = {}
    while batch := cursor.fetchmany(FETCH):
        for number, account, name, fen, month, kind in batch:
            remark = remarks.get((month, kind))
            if remark is None:
                remark = remarks[month, kind] = _remark(month, kind)
            yield PayRow(number, account, name, fen, remark)


def _remark(month: int, kind: str) -> str:
    when = Month.from_index(month)
    word = {"monthly": "养老金", "back_pay": "补发", "difference": "差额", "funeral_grant": "丧葬补助", "refund": "退账户",
            "repayment": "重发"}[kind]  # fmt: skip
    return f"{when.year}年{when.month}月{word}"


def file_bytes(bank_file: BankFile) -> bytes:
    """The file made again from the lines. Raises CheckFailed FILE_DIFFERS when it is not what was approved."""
    with read_scope(bank_file.run.division_path):
        content = _content(bank_file.run, bank_file, profile(bank_file.profile))
    if hashlib.sha256(content).hexdigest() != bank_file.sha256:
        raise CheckFailed(
            "FILE_DIFFERS",
            _("按明细重新生成的银行文件与审批时不同。"),
            remedy=_("不要报送，请报告稽核人员。"),
        )
    return content


def manifest(run: PaymentRun) -> list[dict[str, Any]]:
    """What the approval shows of each file: bank, part, count, sum, hash."""
    return [
        {"bank": one.bank_name, "part": one.sequence, "profile": one.profile, "count": one.line_count,
         "total_fen": one.total_fen, "sha256": one.sha256}
        for one in run.bank_files.order_by("bank_name", "sequence")
    ]  # fmt: skip
