"""Reading a bank's return file, whatever form it has: by header, or by the fixed widths of the profile.

Worked example: an xlsx with 序号, 收款账号, 金额（元）, 处理结果, 失败原因 gives rows (7, '6217…', 16302, 'paid', ''); the word
冲正 in 处理结果 is no outcome we know, so its row says so and the file will be quarantined.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from jubao.kernel.errors import InputRefused, ValueRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.matching.reading import open_input
from jubao.services.payments.bank_profiles import FOLDER, Profile

REQUIRED = ("line_number", "state")
COLUMNS = ("line_number", "account_number", "amount", "amount_fen", "state", "reason")
STATES = ("paid", "returned", "unknown")
KNOWN_CELLS = 4096
"""So many different words and amounts of the rows last read are kept as worked out."""


class Answer(NamedTuple):
    """One row of a return file; `problem` says why it cannot be taken."""

    source_row: int
    line_number: int | None
    account_number: str
    amount_fen: int | None
    state: str
    reason: str
    problem: str


@cache
def _words() -> tuple[Mapping[str, list[str]], Mapping[str, str]]:
    data = yaml.safe_load((FOLDER / "bank_answers.yaml").read_text(encoding="utf-8"))
    states = {str(word): state for state, words in data["states"].items() for word in words}
    return data["headers"], states


def read_answer(content: bytes, name: str, profile: Profile) -> Iterator[Answer]:
    """The rows of a return file. Raises InputRefused when it is no list, or lacks number or state of the lines."""
    if profile.format == "fixed" and not content.startswith(b"PK"):
        yield from _fixed(content, profile)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answer{Path(name).suffix or '.txt'}"
        path.write_bytes(content)
        yield from _table(path)


def _table(path: Path) -> Iterator[Answer]:
    import duckdb

    headers, _states = _words()
    given = open_input(
        path, aliases=headers, required=REQUIRED, any_of=[("amount", "amount_fen")],
        optional=("account_number", "reason", "amount", "amount_fen"),
    )  # fmt: skip
    if given.rejects:
        first = given.rejects[0]
        raise InputRefused(
            "RETURN_DAMAGED",
            _("回盘文件有 {count} 行读不出来，第一处在第 {row} 行。").format(
                count=len(given.rejects), row=first.row
            ),
            remedy=_("请让银行重新导出。"),
        )
    con = duckdb.connect()
    names = [column for column in COLUMNS if column in given.columns]
    wanted = ", ".join(f"coalesce({name}::VARCHAR, '')" if name in names else "''" for name in COLUMNS)
    cursor = con.execute(f"SELECT source_row, {wanted} FROM ({given.scan_sql(con)}) ORDER BY source_row")
    while batch := cursor.fetchmany(20_000):
        for row in batch:
            yield _answer(row[0], *map(str.strip, row[1:]))


def _fixed(content: bytes, profile: Profile) -> Iterator[Answer]:
    encoding = str(profile.more["encoding"])
    headers, _states = _words()
    named = {alias: name for name, aliases in headers.items() for alias in aliases}
    fields = [(named[column["title"]], int(column["width"])) for column in profile.more["answer"]]
    width = sum(size for _name, size in fields)
    for number, line in enumerate(content.splitlines(), 1):
        if number == 1 and len(line) != width:
            continue
        cells, start = dict.fromkeys(COLUMNS, ""), 0
        for name, size in fields:
            cells[name] = line[start : start + size].decode(encoding, "replace").strip()
            start += size
        yield _answer(number, *(cells[name] for name in COLUMNS))


def _answer(
    source_row: int, number: str, account_number: str, amount: str, amount_fen: str, state: str, reason: str
) -> Answer:
    """One row as read: its cells in the order of `COLUMNS`, empty where the file has no such column."""
    number = number.removesuffix(".0")
    outcome, fen, problem = _state(state), _fen(amount_fen, amount), ""
    if not (number.isdecimal() and len(number) <= 9):
        problem = "NUMBER_UNREADABLE"
    elif fen is None:
        problem = "AMOUNT_UNREADABLE"
    elif not outcome:
        problem = "STATE_UNKNOWN"
    line_number = None if problem == "NUMBER_UNREADABLE" else int(number)
    return Answer(source_row, line_number, account_number, fen, outcome, reason[:100], problem)


@lru_cache(maxsize=KNOWN_CELLS)
def _state(word: str) -> str:
    """The outcome that a word of a bank means; empty for a word we do not know."""
    _headers, states = _words()
    return states.get(word.upper(), states.get(word, ""))


@lru_cache(maxsize=KNOWN_CELLS)
def _fen(fen: str, yuan: str) -> int | None:
    """The amount of a row; many people get the same one, so each is worked out once."""
    if fen.isdecimal():
        return int(fen)
    try:
        return int(Fen.from_yuan(yuan))
    except ValueRefused:
        return None
