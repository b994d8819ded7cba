"""One run of `jubao compare` seen from outside: write the files, run, read the lists back.

Example: `compare(tmp_path, {"TRAIN": [life("2024-05-02")]}).list_of()` is `eligible`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.acceptance.blackbox import Done, number, read, run, write

LISTS = ("eligible", "lost", "to_verify", "not_subject")


PERSON = number("19500101", 1)


OTHER = number("19510202", 3)


class Compared:
    """One run and what it wrote."""

    def __init__(self, done: Done, folder: Path) -> None:
        self.done, self.folder = done, folder
        assert done.code == 0, done.err
        self.rows = {name: read(folder / f"{name}.csv") for name in LISTS}
        self.rejects = read(folder / "rejects.csv")
        self.evidence = read(folder / "evidence.csv")
        self.feeds = read(folder / "feeds.csv")

    def list_of(self, id_number: str = PERSON) -> str:
        found = [name for name, rows in self.rows.items() for row in rows if row["id_number"] == id_number]
        assert len(found) == 1, found
        return found[0]

    def reason(self, id_number: str = PERSON) -> str:
        return next(
            r["headline_reason"] for rows in self.rows.values() for r in rows if r["id_number"] == id_number
        )

    def row(self, id_number: str = PERSON) -> dict[str, str]:
        return next(r for rows in self.rows.values() for r in rows if r["id_number"] == id_number)


def compare(
    tmp_path: Path,
    feeds: Mapping[str, Sequence[Mapping[str, object]]],
    *,
    region: str = "500110",
    month: str = "2024-05",
    roster: Sequence[Mapping[str, object]] | None = None,
    options: Sequence[object] = (),
) -> Compared:
    people = (
        roster
        if roster is not None
        else [{"id_number": PERSON, "name": "张三", "township": "甲镇", "village": "一村"}]
    )
    words: list[object] = [
        "compare",
        "--region",
        region,
        "--month",
        month,
        "--roster",
        write(tmp_path / "roster.csv", people),
    ]
    for code, rows in feeds.items():
        words += ["--feed", f"{code}={write(tmp_path / f'{code}.csv', rows)}"]
    return Compared(run(*words, "-o", tmp_path / "out", *options), tmp_path / "out")


def life(day: str, **more: str) -> dict[str, str]:
    return {"id_number": PERSON, "name": "张三", "event_on": day, **more}
