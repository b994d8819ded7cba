"""The comparison in plain Python: one dictionary of the roster, one loop over the rows of every feed.

python -m bench.peers.compare_plain /tmp/jubao-bench/100k/500110 OUT
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.peers.semantics import (
    AS_OF,
    CHECK,
    DEATHS,
    FEEDS,
    FIRST_DUTY,
    FULL_WIDTH,
    PAYS_ON,
    PERIOD_FROM,
    Feed,
    birthday_65,
    feed_path,
)

_SPACES = re.compile(r"\s+")
_DIGITS = re.compile(r"\d{17}[\dX]")
LIFE, LOSS, MISMATCH, NAMELESS = 1, 2, 4, 8


def canonical(raw: str | None) -> str | None:
    """The 18 characters of a number, or None when it is not one."""
    if raw is None:
        return None
    text = raw if len(raw) == 18 and raw.isascii() else _SPACES.sub("", raw.translate(FULL_WIDTH))
    text = text.upper()
    if len(text) == 15 and text.isdigit():
        text = f"{text[:6]}19{text[6:]}"
        return text + CHECK[int(text, 13) * 2 % 11]
    if not _DIGITS.fullmatch(text) or CHECK[int(text[:17], 13) * 2 % 11] != text[17]:
        return None
    return text


def clean_name(raw: str | None) -> str:
    """A name without spaces and with one kind of dot."""
    return "" if raw is None else _SPACES.sub("", raw).replace("•", "·")


def counts(feed: Feed, row: dict[str, Any], number: str) -> bool:
    """Whether the row is evidence in this month."""
    day: date | None = row["event_on"]
    if day is None or day > AS_OF or (feed.counts_from and day < feed.counts_from):
        return False
    if feed.source == "PRISON":
        until = row["sentence_until"]
        return row["sentence_kind"] not in PAYS_ON and (until is None or until >= AS_OF)
    if feed.column and row[feed.column] not in feed.values:
        return False
    if feed.min_age:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        return day >= birthday_65(birth)
    return True


def main(folder: Path, out: Path) -> None:
    """Read, link, judge and write the lists and the evidence."""
    out.mkdir(parents=True, exist_ok=True)
    people, result = read_roster(folder)
    flags: dict[str, int] = dict.fromkeys(people, 0)
    first_death: dict[str, date] = {}
    with (out / "evidence.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for feed in FEEDS:
            add_feed(feed, feed_path(folder, feed), people, flags, first_death, writer)
    judge(people, flags, first_death, result)
    for name in ("eligible", "lost", "to_verify", "not_subject", "rejects"):
        with (out / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(row for place, row in result if place == name)
    print(json.dumps(Counter(place for place, _ in result)))


def read_roster(folder: Path) -> tuple[dict[str, dict[str, Any]], list[tuple[str, list[Any]]]]:
    """People by number, and the rows that are not judged."""
    people: dict[str, dict[str, Any]] = {}
    result: list[tuple[str, list[Any]]] = []
    for batch in pq.ParquetFile(folder / "roster.parquet").iter_batches():
        for row in batch.to_pylist():
            number = canonical(row["id_number"])
            row["name"] = clean_name(row["name"])
            if number is None:
                result.append(("rejects", [row["id_number"], row["name"], "ID"]))
            elif number not in people:
                people[number] = row
            elif people[number]["name"] == row["name"]:
                result.append(("rejects", [number, row["name"], "DUPLICATE_ROW"]))
            else:
                people[number]["doubled"] = True
                result.append(("to_verify", [number, row["name"], "DUPLICATE_NUMBER"]))
    return people, result


def add_feed(
    feed: Feed,
    path: Path,
    people: dict[str, dict[str, Any]],
    flags: dict[str, int],
    first_death: dict[str, date],
    writer: Any,
) -> None:
    """Link the rows of one feed."""
    for batch in pq.ParquetFile(path).iter_batches():
        for row in batch.to_pylist():
            number = canonical(row["id_number"])
            person = people.get(number) if number else None
            if person is None or number is None:
                continue
            name = clean_name(row["name"])
            link = "NAME_MISSING" if not name else "exact" if name == person["name"] else "NAME_MISMATCH"
            used = counts(feed, row, number)
            writer.writerow((number, feed.source, row["event_on"], link, used))
            if not used:
                continue
            if link == "exact":
                flags[number] |= LIFE if feed.is_life else LOSS
                if feed.source in DEATHS:
                    first_death[number] = min(first_death.get(number, row["event_on"]), row["event_on"])
            elif not feed.is_life:
                flags[number] |= MISMATCH if link == "NAME_MISMATCH" else NAMELESS


def judge(
    people: dict[str, dict[str, Any]],
    flags: dict[str, int],
    first_death: dict[str, date],
    result: list[tuple[str, list[Any]]],
) -> None:
    """Put every person on one list."""
    for number, person in people.items():
        has, certified = flags[number], person["last_certified_on"]
        if certified and PERIOD_FROM <= certified <= AS_OF:
            has |= LIFE
        if person.get("doubled"):
            place, reason = "to_verify", "DUPLICATE_NUMBER"
        elif person["payment_state"] != "normal":
            place, reason = "not_subject", "PAYMENT_STATE"
        elif person["benefit_start_month"] >= FIRST_DUTY and not has & (LOSS | MISMATCH | NAMELESS):
            place, reason = "not_subject", "NOT_YET_DUE"
        elif has & LOSS and has & LIFE:
            place, reason = "to_verify", "CONFLICT"
        elif has & (MISMATCH | NAMELESS):
            place, reason = "to_verify", "NAME_MISMATCH" if has & MISMATCH else "NAME_MISSING"
        elif certified and first_death.get(number, AS_OF) < certified:
            place, reason = "to_verify", "CERTIFIED_AFTER_DEATH"
        elif has & LIFE:
            place, reason = "eligible", "LIFE"
        elif has & LOSS:
            place, reason = "lost", "LOSS"
        else:
            place, reason = "to_verify", "NO_EVIDENCE"
        result.append((place, [number, person["name"], person["township"], person["village"], reason]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
