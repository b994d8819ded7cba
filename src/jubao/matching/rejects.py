"""Rows that cannot be read: which file, row and column, what stood there (masked), which rule refused it, what to do.

Example::

    >>> Reject("火化名单.xls", 17, "身份证号码", mask_value("id_number", "500110196308150027"), "ID_CHECKSUM", "…").value_masked
    '500110********0027'

A reject never stops a run. Bulk rejects come from SQL: ``rejects_sql`` selects the refused rows of a cleaned table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from jubao.kernel.characters import shown
from jubao.kernel.id_number import mask_id
from jubao.kernel.text import _

REJECT_COLUMNS = ("file", "row", "field", "value_masked", "rule", "remedy")
ID_FIELDS = frozenset({"id_number"})
# Telephones have eleven digits, accounts and numbers of persons more; a day or an amount stays readable.
FEWEST_MASKED_DIGITS = 11
_LONG_NUMBER = re.compile(r"[0-9A-Za-z]{7,}")


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused row. ``row`` is the number a person sees in the file, ``field`` the header as it stands there."""

    file: str
    row: int
    field: str
    value_masked: str
    rule: str
    remedy: str


def _mask_run(match: re.Match[str]) -> str:
    run = match[0]
    return f"{run[:3]}{'*' * (len(run) - 7)}{run[-4:]}"


def mask_value(field: str, value: str | None) -> str:
    """What a reject may show: identity numbers, telephones and accounts masked, at most 30 characters."""
    if not value:
        return ""
    if field in ID_FIELDS:
        return mask_id(value)
    is_number = sum(c.isdigit() for c in value) >= FEWEST_MASKED_DIGITS
    return shown(_LONG_NUMBER.sub(_mask_run, value) if is_number else value)


def remedies() -> dict[str, str]:
    """Code of a refused cell -> one Chinese sentence saying what is wrong and what to do."""
    date_hint = _("请写成 2024-05-17 的样子。")
    years_hint = _("请写成 17 或 17年3个月 的样子。")
    return {
        "ID_EMPTY": _("证件号码是空的。请填写公民身份号码。"),
        "ID_SCIENTIFIC": _(
            "证件号码已被 Excel 破坏（按数字保存，只留 15 位）。请把整列设为“文本”后重新录入；改格式不能找回已丢的数字。"
        ),
        "ID_LENGTH": _("证件号码应为 18 位（或旧的 15 位）。请对照证件补全或改正。"),
        "ID_CHARACTERS": _("证件号码里有不该有的字符。号码只含数字，末位可以是 X；请对照证件改正。"),
        "ID_CHECKSUM": _("证件号码的校验位不符，至少有一位写错。请对照证件逐位核对。"),
        "ID_BIRTH_DATE": _("证件号码中的出生日期不可能。请对照证件改正。"),
        "ID_REGION": _("证件号码的地区码不存在。请对照证件改正。"),
        "NAME_EMPTY": _("姓名是空的。请补填姓名。"),
        "NAME_DAMAGED": _("姓名里有乱码，原字已丢。请从来源重新导出，编码选 UTF-8 或 GB18030。"),
        "DATE_EMPTY": _("日期是空的。") + date_hint,
        "DATE_UNREADABLE": _("日期读不出来。") + date_hint,
        "DATE_IMPOSSIBLE": _("没有这一天。") + date_hint,
        "MONTH_EMPTY": _("月份是空的。请写成 2024-05 的样子。"),
        "MONTH_UNREADABLE": _("月份读不出来。请写成 2024-05 的样子。"),
        "MONTH_IMPOSSIBLE": _("没有这个月份。请写成 2024-05 的样子。"),
        "AMOUNT_EMPTY": _("金额是空的。请填写以元为单位的金额，没有则填 0。"),
        "AMOUNT_UNREADABLE": _("金额读不出来。请填写以元为单位的数字，如 1234.50。"),
        "AMOUNT_DECIMALS": _("金额超过两位小数。请按实际到账金额填写到分。"),
        "AMOUNT_TOO_LARGE": _("金额大得不合情理。请核对单位是不是元。"),
        "YEARS_EMPTY": _("年限是空的。") + years_hint,
        "YEARS_DECIMAL": _("年限是小数，分不清是几个月。") + years_hint,
        "YEARS_UNREADABLE": _("年限读不出来。") + years_hint,
        "YEARS_IMPOSSIBLE": _("年限不合情理。") + years_hint,
        "YES_NO_EMPTY": _("是否一栏是空的。请填写 是 或 否。"),
        "YES_NO_UNREADABLE": _("这一格不是 是 或 否。请填写 是 或 否。"),
        "GENDER_UNREADABLE": _("性别读不出来。请填写 男 或 女。"),
    }


def remedy_for(code: str) -> str:
    """The sentence for a code; a code without one is a programming error and shows as a KeyError in the tests."""
    return remedies()[code]


def quoted(text: str) -> str:
    """The text as a SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def mask_sql(expression: str, field: str) -> str:
    """SQL for the masked value of a text column; the same as ``mask_value`` up to invisible characters."""
    if field in ID_FIELDS:
        # Two characters are all that a short or broken number shows, so that a typing error never uncovers the rest.
        return (
            f"CASE WHEN length({expression}) = 18"
            f" THEN substr({expression}, 1, 6) || '********' || substr({expression}, 15, 4)"
            f" WHEN length({expression}) > 7 THEN substr({expression}, 1, 3)"
            f" || substr('****************************************', 1, length({expression}) - 7)"
            f" || substr({expression}, length({expression}) - 3, 4)"
            f" ELSE substr({expression}, 1, 2) END"
        )
    digits = f"length({expression}) - length(translate({expression}, '0123456789', ''))"
    return (
        f"CASE WHEN {digits} >= {FEWEST_MASKED_DIGITS}"
        f" THEN substr({expression}, 1, 3) || '****' || substr({expression}, length({expression}) - 3, 4)"
        f" ELSE substr({expression}, 1, 30) END"
    )


def named_fields_sql(rejects: str, headers: str, aliases: Mapping[str, Sequence[str]]) -> str:
    """The rejects with their fields named as the headers are: the identifier (en) or its first Chinese header (zh)."""
    if headers != "zh":
        return rejects
    arms = " ".join(
        f"WHEN {quoted(name)} THEN {quoted(texts[0])}" for name, texts in aliases.items() if texts
    )
    return f"SELECT * REPLACE (CASE field {arms} ELSE field END AS field) FROM ({rejects}) AS named"


def rejects_sql(cleaned: str, *, file: str, field: str) -> str:
    """SELECT of the rows of a cleaned table whose ``<field>_code`` is set, with the columns of REJECT_COLUMNS.

    Shape: one row per refused cell. ``cleaned`` is SQL text that still holds ``source_row`` and the original column.
    """
    cases = " ".join(f"WHEN {quoted(code)} THEN {quoted(text)}" for code, text in remedies().items())
    return (
        f"SELECT {quoted(file)} AS file, CAST(source_row AS BIGINT) AS row, {quoted(field)} AS field,"
        f" COALESCE({mask_sql(field, field)}, '') AS value_masked, {field}_code AS rule,"
        f" CASE {field}_code {cases} ELSE '' END AS remedy"
        f" FROM ({cleaned}) AS cleaned WHERE {field}_code IS NOT NULL"
    )


def rejects_table_sql(rejects: Iterable[Reject]) -> str:
    """SELECT of these rejects as literals, to be joined to others by UNION ALL; no rows give an empty table."""
    rows = [astuple(reject) for reject in rejects]
    if not rows:
        return (
            "SELECT '' AS file, CAST(0 AS BIGINT) AS row, '' AS field, '' AS value_masked, '' AS rule, '' AS remedy"
            " WHERE 1 = 0"
        )
    return f"SELECT * FROM (VALUES {', '.join(map(_literal_row, rows))}) AS t({', '.join(REJECT_COLUMNS)})"


def _literal_row(row: Sequence[object]) -> str:
    values = [f"CAST({value} AS BIGINT)" if isinstance(value, int) else quoted(str(value)) for value in row]
    return f"({', '.join(values)})"
