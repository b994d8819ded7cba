"""The comparison in pandas, vectorised as a careful user would write it: Arrow strings, one merge per feed.

python -m bench.peers.compare_pandas /tmp/jubao-bench/1m/500110 OUT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.peers.semantics import (
    AS_OF,
    CHECK,
    DEATHS,
    FEEDS,
    FIRST_DUTY,
    FULL_WIDTH,
    PAYS_ON,
    PERIOD_FROM,
    WEIGHTS,
    Feed,
    feed_path,
)

AS_OF_DAY, PERIOD_DAY = pd.Timestamp(AS_OF), pd.Timestamp(PERIOD_FROM)
LIFE, LOSS, MISMATCH, NAMELESS = 1, 2, 4, 8
ORDER = ("eligible", "lost", "to_verify", "not_subject", "rejects")


def canonical(raw: pd.Series) -> pd.Series:
    """The 18 characters of every valid number; rows without one are left out."""
    text = raw.dropna()
    clean = text.str.fullmatch(r"[0-9]{17}[0-9X]").to_numpy(dtype=bool)
    dirty = text[~clean].str.translate(FULL_WIDTH).str.replace("[\\s\u3000]", "", regex=True).str.upper()
    short = dirty[dirty.str.fullmatch(r"[0-9]{15}").to_numpy(dtype=bool)]
    long = dirty[dirty.str.fullmatch(r"[0-9]{17}[0-9X]").to_numpy(dtype=bool)]
    first = pd.concat(
        [
            text[clean].str.slice(0, 17),
            long.str.slice(0, 17),
            short.str.slice(0, 6) + "19" + short.str.slice(6),
        ]
    )
    last = pd.concat([text[clean].str.slice(17), long.str.slice(17)])
    digits = first.to_numpy(dtype="S17").view(np.uint8).reshape(-1, 17).astype(np.int32) - 48
    check = pd.Series(
        np.array(list(CHECK))[(digits @ np.array(WEIGHTS)) % 11], index=first.index, dtype="string[pyarrow]"
    )
    valid = check.loc[last.index].to_numpy() == last.to_numpy()
    kept = last.index[valid].append(short.index)
    return first.loc[kept] + check.loc[kept]


def clean_name(raw: pd.Series) -> pd.Series:
    """Names without spaces and with one kind of dot."""
    odd = raw.str.contains("[\\s\u3000•]", regex=True).fillna(False).to_numpy(dtype=bool)
    if not odd.any():
        return raw
    clean = raw.copy()
    clean[odd] = raw[odd].str.replace("[\\s\u3000]", "", regex=True).str.replace("•", "·", regex=False)
    return clean


def counts(feed: Feed, rows: pd.DataFrame) -> Any:
    """Whether each row is evidence in this month."""
    day = rows["event_on"]
    ok = (day <= AS_OF_DAY).to_numpy(dtype=bool)
    if feed.counts_from:
        ok = ok & (day >= pd.Timestamp(feed.counts_from)).to_numpy(dtype=bool)
    if feed.source == "PRISON":
        until = rows["sentence_until"]
        ok = (
            ok
            & ~rows["sentence_kind"].isin(PAYS_ON).to_numpy()
            & (until.isna() | (until >= AS_OF_DAY)).to_numpy(dtype=bool)
        )
    elif feed.column:
        ok = ok & rows[feed.column].isin(feed.values).to_numpy()
    if feed.min_age:
        birth = pd.to_datetime(rows["id_number"].str.slice(6, 14), format="%Y%m%d")
        ok = ok & (day >= birth + pd.DateOffset(years=feed.min_age)).to_numpy(dtype=bool)
    return ok


def read(path: Path, columns: list[str]) -> pd.DataFrame:
    """A Parquet file with Arrow strings and native dates."""
    frame = pd.read_parquet(path, columns=columns, dtype_backend="pyarrow")
    for name in frame.columns:
        if name.endswith(("_on", "_until")):
            frame[name] = pd.to_datetime(frame[name])
        elif str(frame[name].dtype).startswith("dictionary"):
            frame[name] = frame[name].astype("string[pyarrow]")
    return frame


def read_roster(folder: Path) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """People with canonical numbers, and the rows that are rejected."""
    names = [
        "id_number",
        "name",
        "township",
        "village",
        "payment_state",
        "benefit_start_month",
        "last_certified_on",
    ]
    roster = read(folder / "roster.parquet", names)
    number = canonical(roster["id_number"])
    invalid = roster.drop(number.index)
    roster = roster.loc[number.index]
    roster["id_number"], roster["name"] = number, clean_name(roster["name"])
    roster = roster.sort_index()
    again = roster.duplicated(["id_number", "name"])
    people = roster[~again].reset_index(drop=True)
    people["doubled"] = people.duplicated("id_number", keep=False)
    return people, [invalid.assign(reason="ID"), roster[again].assign(reason="DUPLICATE_ROW")]


def link(feed: Feed, folder: Path, people: pd.DataFrame) -> pd.DataFrame:
    """Evidence rows of one feed."""
    columns = ["id_number", "name", "event_on", *([feed.column] if feed.column else [])]
    rows = read(feed_path(folder, feed), columns + (["sentence_until"] if feed.source == "PRISON" else []))
    number = canonical(rows["id_number"])
    rows = rows.loc[number.index]
    rows["id_number"], rows["name"] = number, clean_name(rows["name"])
    found = rows.merge(people[["id_number", "name", "person"]], on="id_number", suffixes=("", "_roster"))
    same = (found["name"] == found["name_roster"]).fillna(False).to_numpy(dtype=bool)
    missing = found["name"].isna().to_numpy()
    used = counts(feed, found)
    strong = LIFE if feed.is_life else LOSS
    weak = np.where(missing, NAMELESS, MISMATCH) if not feed.is_life else 0
    return pd.DataFrame(
        {
            "person": found["person"],
            "source": feed.source,
            "event_on": found["event_on"],
            "link": np.where(same, "exact", np.where(missing, "NAME_MISSING", "NAME_MISMATCH")),
            "used": used,
            "flag": np.where(used, np.where(same, strong, weak), 0).astype(np.int8),
        }
    )


def main(folder: Path, out: Path) -> None:
    """Read, link, judge and write the lists and the evidence."""
    out.mkdir(parents=True, exist_ok=True)
    people, rejected = read_roster(folder)
    people["person"] = np.arange(len(people))
    evidence = pd.concat([link(feed, folder, people) for feed in FEEDS], ignore_index=True)
    person, flag = evidence["person"].to_numpy(), evidence["flag"].to_numpy()
    has = np.zeros((4, len(people)), bool)
    for row, bit in zip(has, (LIFE, LOSS, MISMATCH, NAMELESS), strict=True):
        row[person[(flag & bit) > 0]] = True
    deaths = evidence[(flag == LOSS) & evidence["source"].isin(DEATHS)].groupby("person")["event_on"].min()
    certified = people["last_certified_on"]
    has[0] |= ((certified >= PERIOD_DAY) & (certified <= AS_OF_DAY)).to_numpy(dtype=bool)
    late = (deaths.reindex(people["person"]).to_numpy() < certified.to_numpy(dtype="datetime64[ns]")).astype(
        bool
    )
    life, loss, mismatch, nameless = has
    not_due = (people["benefit_start_month"] >= FIRST_DUTY).to_numpy(dtype=bool) & ~(
        loss | mismatch | nameless
    )
    cases = (
        (people["doubled"].to_numpy(), "to_verify", "DUPLICATE_NUMBER"),
        ((people["payment_state"] != "normal").to_numpy(dtype=bool), "not_subject", "PAYMENT_STATE"),
        (not_due, "not_subject", "NOT_YET_DUE"),
        (life & loss, "to_verify", "CONFLICT"),
        (mismatch, "to_verify", "NAME_MISMATCH"),
        (nameless, "to_verify", "NAME_MISSING"),
        (late, "to_verify", "CERTIFIED_AFTER_DEATH"),
        (life, "eligible", "LIFE"),
        (loss, "lost", "LOSS"),
    )
    place = np.select(
        [case for case, _, _ in cases], [ORDER.index(name) for _, name, _ in cases], ORDER.index("to_verify")
    )
    people["reason"] = np.select(
        [case for case, _, _ in cases], [code for _, _, code in cases], "NO_EVIDENCE"
    )
    found = {}
    for number, name in enumerate(ORDER[:4]):
        rows = people[place == number]
        rows.to_parquet(out / f"{name}.parquet")
        found[name] = len(rows)
    pd.concat(rejected).to_parquet(out / "rejects.parquet")
    evidence.drop(columns="flag").to_parquet(out / "evidence.parquet")
    print(json.dumps({**found, "rejects": sum(len(each) for each in rejected)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
