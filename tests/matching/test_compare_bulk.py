"""The huge way and the imported way give what the SQL gives: the same lists, evidence and rejects, row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.matching.compare import plan_of, run_compare
from jubao.matching.importing import import_feed
from jubao.matching.run import CompareRequest
from tests.support.comparing import name, number, person, record, write_csv

pytest.importorskip("numba")
LISTS = ("eligible", "lost", "to_verify", "not_subject")
NEVER, ALWAYS = 1 << 60, 0


def corner_roster() -> list[dict[str, str]]:
    """Persons of every kind that goes its own way through the kernel."""
    people = [person(i, last_certified_on=f"2024-0{1 + i % 5}-10" if i % 4 == 0 else "") for i in range(60)]
    people[1]["id_number"] = people[1]["id_number"][:6] + people[1]["id_number"][8:17]
    people[2]["name"] = "卓玛·乌云"
    people[3]["name"] = " 张　三 "
    people[4]["payment_state"] = "暂停"
    people[5]["benefit_start_month"] = "2024-03"
    people[6] |= {"scheme": "工伤保险", "benefit_kind": "配偶"}
    people[7]["id_number"] = "12345"
    people[8]["name"] = ""
    people[9]["last_certified_on"] = "不记得"
    people[11]["scheme"] = "医疗保险"
    people += [dict(people[20]), {**people[21], "name": "另一人"}, {**people[22], "scheme": "失业保险"}]
    return [
        {**p, "register_place": "三角镇", "township": "三角镇", "village": f"{i % 3}村"}
        for i, p in enumerate(people)
    ]


def corner_feeds(folder: Path) -> list[tuple[str, Path]]:
    """Feeds with every kind of record."""
    columns = ["id_number", "name", "birth_date", "event_on", "critical", "reason", "mark"]
    train = [record(i, event_on=f"2024-0{1 + i % 5}-0{1 + i % 9}") for i in range(0, 60, 2)]
    train += [record(0, event_on="2024-01-01"), {**record(10, event_on="2024-05-02"), "name": "别人"}]
    train += [
        {**record(12, event_on="2024-05-02"), "name": ""},
        record(14, event_on=""),
        record(16, event_on="2024-02-30"),
    ]
    train += [
        {**record(18, event_on="2024-05-02"), "id_number": "5.0991E+17"},
        record(20, event_on="2020-01-01"),
    ]
    train += [{**record(23, event_on="2024-05-02"), "id_number": " " + number(23).lower() + "　"}]
    train += [
        {
            **record(24, event_on="2024-05-02"),
            "id_number": number(24)[:17] + ("0" if number(24)[17] != "0" else "1"),
        }
    ]
    train += [{"id_number": "", "name": name(25), "birth_date": "1950-03-02", "event_on": "2024-05-02"}]
    train += [
        record(21, event_on="2024-05-03"),
        record(22, event_on="2024-05-03"),
        record(3, event_on="2024-05-03"),
    ]
    train[-1]["name"] = "张三"
    hospital = [
        record(i, event_on="2024-04-02", critical=word) for i, word in ((31, "是"), (33, "否"), (35, ""))
    ]
    bus = [record(i, event_on="2024-04-02") for i in (37, 39)]
    dead = [record(i, event_on="2024-03-02") for i in (40, 41, 42, 5, 6, 22)] + [
        {**record(43), "name": "别人"},
        record(44),
    ]
    dead += [{"id_number": "", "name": name(45), "birth_date": "19500302", "event_on": "2024-03-02"}]
    dead += [
        record(46, event_on="1940-01-01"),
        {**record(47, event_on="2024-03-02"), "id_number": number(47)[:16]},
    ]
    gone = [
        record(i, event_on="2024-03-05", reason=word) for i, word in ((42, "死亡"), (48, "迁出"), (49, ""))
    ]
    marks = [record(i, mark=word) for i, word in ((50, "死亡"), (51, "正常"), (52, "服刑"), (22, "服刑"))]
    feeds = {
        "TRAIN": train,
        "HOSPITAL": hospital,
        "BUS_CARD": bus,
        "CREMATION": dead,
        "HUKOU_CANCEL": gone,
        "ENROLMENT_REGISTER": marks,
    }
    return [(code, write_csv(folder / f"{code}.csv", rows, columns)) for code, rows in feeds.items()]


@pytest.fixture(scope="module")
def request_of(tmp_path_factory: pytest.TempPathFactory) -> CompareRequest:
    folder = tmp_path_factory.mktemp("bulk")
    roster = write_csv(folder / "roster.csv", corner_roster(), ["id_number", "name"])
    return CompareRequest(
        region="500110", month="2024-05", roster=roster, feeds=tuple(corner_feeds(folder)), out=folder / "sql",
        format="parquet", workbooks=False, bulk_from=NEVER,
    )  # fmt: skip


@pytest.fixture(scope="module")
def by_sql(request_of: CompareRequest) -> Path:
    run_compare(request_of)
    return request_of.out


def rows(folder: Path, name: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:  # the default connection may hold another test's unfinished result
        found = con.sql(f"SELECT * FROM read_parquet('{folder}/{name}.parquet')").fetchall()
    return sorted(found, key=repr)


def assert_same(one: Path, other: Path) -> None:
    for table in (*LISTS, "evidence", "rejects"):
        assert rows(one, table) == rows(other, table), table
    keep = "source, file, rows, accepted, rejected, matched, guard"
    for folder in (one, other):
        assert duckdb.sql(f"SELECT {keep} FROM read_parquet('{folder}/feeds.parquet')").fetchall()
    first, second = (
        duckdb.sql(f"SELECT {keep} FROM read_parquet('{f}/feeds.parquet')").fetchall() for f in (one, other)
    )
    assert first == second


def test_the_kernel_gives_what_the_sql_gives(
    request_of: CompareRequest, by_sql: Path, tmp_path: Path
) -> None:
    run_compare(replace(request_of, out=tmp_path / "bulk", bulk_from=ALWAYS))

    assert_same(tmp_path / "bulk", by_sql)


def test_a_parquet_roster_and_feeds_go_the_same_way(
    request_of: CompareRequest, by_sql: Path, tmp_path: Path
) -> None:
    feeds = []
    for code, path in request_of.feeds:
        copy = tmp_path / f"{code}.parquet"
        duckdb.sql(f"COPY (SELECT * FROM read_csv('{path}', all_varchar=true)) TO '{copy}' (FORMAT parquet)")
        feeds.append((code, copy))
    roster = tmp_path / "roster.parquet"
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{request_of.roster}', all_varchar=true)) TO '{roster}' (FORMAT parquet)"
    )
    base = replace(request_of, roster=roster, feeds=tuple(feeds))

    run_compare(replace(base, out=tmp_path / "sql"))
    run_compare(replace(base, out=tmp_path / "bulk", bulk_from=ALWAYS))

    assert_same(tmp_path / "bulk", tmp_path / "sql")
    assert [len(rows(tmp_path / "sql", name)) for name in LISTS] == [
        len(rows(by_sql, name)) for name in LISTS
    ]


@pytest.mark.parametrize("bulk_from", [NEVER, ALWAYS])
def test_imported_feeds_give_what_the_files_give(
    request_of: CompareRequest, by_sql: Path, tmp_path: Path, bulk_from: int
) -> None:
    plan = plan_of(request_of)
    feeds = []
    for code, path in request_of.feeds:
        imported = import_feed(plan, code, path, tmp_path / f"{code}.feed")
        feeds.append((code, imported.folder))

    run_compare(replace(request_of, feeds=tuple(feeds), out=tmp_path / "out", bulk_from=bulk_from))

    assert_same(tmp_path / "out", by_sql)


def test_an_imported_feed_is_refused_for_another_source(request_of: CompareRequest, tmp_path: Path) -> None:
    imported = import_feed(plan_of(request_of), *request_of.feeds[0], tmp_path / "TRAIN.feed")

    with pytest.raises(WrongUsage, match="TRAIN"):
        run_compare(replace(request_of, feeds=(("AIR", imported.folder),), out=tmp_path / "out"))


def test_importing_again_replaces_only_an_import(request_of: CompareRequest, tmp_path: Path) -> None:
    plan, (code, path) = plan_of(request_of), request_of.feeds[0]
    first = import_feed(plan, code, path, tmp_path / "a.feed")
    second = import_feed(plan, code, path, tmp_path / "a.feed")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "照片.jpg").write_bytes(b"x")

    assert first.content == second.content and first.rows == second.rows
    with pytest.raises(WrongUsage):
        import_feed(plan, code, path, tmp_path / "mine")
    assert (tmp_path / "mine" / "照片.jpg").exists()


def test_a_feed_of_which_nothing_can_be_read_is_not_imported(
    request_of: CompareRequest, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "bad.csv", [{"id_number": "1", "name": "甲", "event_on": "2024-05-01"}] * 2)

    with pytest.raises(InputRefused):
        import_feed(plan_of(request_of), "TRAIN", path, tmp_path / "bad.feed")
    assert not (tmp_path / "bad.feed").exists()
