"""Bank files by profile: the same rows always give the same bytes, in the form that a bank wants.

Worked example: profile `text_delimited` writes `7|6217003760000000017|张桂芳|163.02|2025年6月养老金` in GB18030 with CRLF; a
name that contains the delimiter gets its full-width form, a field longer than its fixed width is refused, never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import yaml

from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.matching.writing_xlsx import MADE_ON

FOLDER = Path(__file__).resolve().parents[2] / "payments"


class PayRow(NamedTuple):
    """One line as a bank sees it."""

    line_number: int
    account_number: str
    holder_name: str
    amount_fen: int
    remark: str


@dataclass(frozen=True)
class FileHead:
    """What stands above the rows: whose batch, which part, how many, how much, on which day."""

    run_number: str
    file_number: int
    line_count: int
    total_fen: int
    agency: str
    pay_on: str
    debtor_account: str = ""

    @property
    def total_yuan(self) -> str:
        """The sum in yuan with two decimals."""
        return Fen(self.total_fen).yuan


@dataclass(frozen=True)
class Profile:
    """One entry of `payments/bank_profiles.yaml`."""

    code: str
    title: str
    format: str
    extension: str
    max_rows: int
    columns: tuple[Mapping[str, Any], ...]
    more: Mapping[str, Any]

    def write(self, head: FileHead, rows: Iterable[PayRow]) -> bytes:
        """The whole file. Raises InputRefused FIELD_TOO_LONG."""
        return _WRITERS[self.format](self, head, rows)


@cache
def profiles() -> Mapping[str, Profile]:
    """All profiles by code."""
    data = yaml.safe_load((FOLDER / "bank_profiles.yaml").read_text(encoding="utf-8"))
    return {
        code: Profile(
            code,
            one["title"],
            one["format"],
            one["extension"],
            int(one["max_rows"]),
            tuple(one["columns"]),
            one,
        )
        for code, one in data.items()
    }


def profile(code: str) -> Profile:
    """The profile of that code. Raises WrongUsage BANK_PROFILE_UNKNOWN."""
    if code not in profiles():
        raise WrongUsage(
            "BANK_PROFILE_UNKNOWN",
            _("没有名为 {code} 的银行文件格式。").format(code=code),
            remedy=_("可选：{codes}").format(codes="、".join(profiles())),
        )
    return profiles()[code]


def _values(row: PayRow, fields: Sequence[str]) -> list[str]:
    whole, part = divmod(row.amount_fen, 100)
    named = {
        "line_number": str(row.line_number), "account_number": row.account_number, "holder_name": row.holder_name,
        "amount_fen": str(row.amount_fen), "amount_yuan": f"{whole}.{part:02d}", "remark": row.remark,
    }  # fmt: skip
    return [named[field] for field in fields]


def _clean(text: str, delimiter: str) -> str:
    """A name never breaks the line it stands in."""
    wide = chr(ord(delimiter) + 0xFEE0)
    return text.replace(delimiter, wide).replace("\r", "").replace("\n", "")


def _delimited(self: Profile, head: FileHead, rows: Iterable[PayRow]) -> bytes:
    mark, end = str(self.more["delimiter"]), str(self.more["line_end"])
    fields = [str(column["field"]) for column in self.columns]
    out = [mark.join(str(getattr(head, name, name)) for name in self.more["head"])]
    out.append(mark.join(str(column["title"]) for column in self.columns))
    out.extend(mark.join(_clean(value, mark) for value in _values(row, fields)) for row in rows)
    return (end.join(out) + end).encode(str(self.more["encoding"]))


def _fixed(self: Profile, head: FileHead, rows: Iterable[PayRow]) -> bytes:
    encoding, end = str(self.more["encoding"]), str(self.more["line_end"]).encode()
    fields = [str(column["field"]) for column in self.columns]
    heads = [str(getattr(head, name)) for name in self.more["head"]]
    out = [
        b"".join(
            _padded(v, int(w), " ", encoding) for v, w in zip(heads, self.more["head_widths"], strict=True)
        )
    ]
    for row in rows:
        cells = zip(_values(row, fields), self.columns, strict=True)
        out.append(b"".join(_padded(v, int(c["width"]), str(c.get("pad", " ")), encoding) for v, c in cells))
    return end.join(out) + end


def _padded(value: str, width: int, pad: str, encoding: str) -> bytes:
    text = value.replace("\r", "").replace("\n", "").encode(encoding)
    if len(text) > width:
        raise InputRefused(
            "FIELD_TOO_LONG",
            _("“{value}”超过银行文件规定的 {width} 字节。").format(value=value[:20], width=width),
            remedy=_("请更正户名，或与银行商定加长字段。"),
        )
    return text.rjust(width, pad.encode()) if pad == "0" else text.ljust(width, pad.encode())


def _xlsx(self: Profile, head: FileHead, rows: Iterable[PayRow]) -> bytes:
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": MADE_ON})
    sheet = book.add_worksheet("代发")
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    fields = [str(column["field"]) for column in self.columns]
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 2, 24)
    sheet.set_column(3, 4, 18)
    sheet.write_row(0, 0, [str(column["title"]) for column in self.columns], bold)
    for position, row in enumerate(rows, 1):
        for column, value in enumerate(_values(row, fields)):
            sheet.write_string(position, column, value, text)
    book.close()
    return target.getvalue()


_PAIN_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">'
    "<CstmrCdtTrfInitn><GrpHdr><MsgId>{message}</MsgId><CreDtTm>{day}T09:00:00</CreDtTm><NbOfTxs>{count}</NbOfTxs>"
    "<CtrlSum>{total}</CtrlSum><InitgPty><Nm>{agency}</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>{message}</PmtInfId>"
    "<PmtMtd>TRF</PmtMtd><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum><ReqdExctnDt>{day}</ReqdExctnDt>"
    "<Dbtr><Nm>{agency}</Nm></Dbtr><DbtrAcct><Id>{debtor}</Id></DbtrAcct>"
    "<DbtrAgt><FinInstnId><Nm>BANK</Nm></FinInstnId></DbtrAgt>"
)
_PAIN_ROW = (
    '<CdtTrfTxInf><PmtId><EndToEndId>{number}</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">{amount}</InstdAmt></Amt>'
    "<Cdtr><Nm>{name}</Nm></Cdtr><CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
    "<RmtInf><Ustrd>{remark}</Ustrd></RmtInf></CdtTrfTxInf>"
)


def _pain(self: Profile, head: FileHead, rows: Iterable[PayRow]) -> bytes:
    debtor = head.debtor_account or "FUND"
    is_iban = debtor[:2].isalpha() and debtor[2:4].isdigit()
    named = f"<IBAN>{debtor}</IBAN>" if is_iban else f"<Othr><Id>{escape(debtor)}</Id></Othr>"
    out = [
        _PAIN_HEAD.format(
            message=f"{head.run_number}-{head.file_number}", day=head.pay_on, count=head.line_count,
            total=head.total_yuan, agency=escape(head.agency[:70]), debtor=named,
        )
    ]  # fmt: skip
    out.extend(
        _PAIN_ROW.format(
            number=row.line_number, amount=Fen(row.amount_fen).yuan, name=escape(row.holder_name[:70]),
            account=escape(row.account_number), remark=escape(row.remark),
        )
        for row in rows
    )  # fmt: skip
    out.append("</PmtInf></CstmrCdtTrfInitn></Document>\n")
    return "".join(out).encode()


_WRITERS = {"delimited": _delimited, "fixed": _fixed, "xlsx": _xlsx, "pain001": _pain}
