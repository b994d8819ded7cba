"""Small files full of corners, the same every time: one feed of every kind that a region knows, cells of every odd form.

Worked example: `corner_request(folder, "500110", "2024-05")` writes a roster of 240 rows and a dozen feeds of 40 rows, and
answers the request to compare them; among the cells are numbers of 15 digits, full-width dates, sentences that end that day.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from jubao.kernel.id_number import id_check_char
from jubao.matching.compare import plan_of
from jubao.matching.plan import CERTIFICATION, FeedSource, Plan
from jubao.matching.run import CompareRequest

ROWS = 240
REPEATED = 9
ROSTER_WORDS = ("scheme", "payment_state", "benefit_start_month")
"""Mostly blank, or most people would be no subject."""
COUNTIES = {"500110": "509911", "440523": "449923", "150404": "159904", "360734": "369934"}
NAMES = ("张三", "李四", "王·五", "买买提•艾山", "欧阳　小 六", "𠮷田", "Li  Ming", "赵")
WORDS = {
    "scheme": (
        "",
        "",
        "resident_pension",
        "城乡居民基本养老保险",
        "失业保险",
        "employee_pension",
        "工伤保险",
        "不知道",
    ),
    "payment_state": ("", "正常", "normal", "暂停", "suspended", "注销", "?"),
    "benefit_kind": ("", "子女", "配偶", "父母", "伤残津贴", "孙子女"),
    "benefit_start_month": ("", "2020-01", "2024年5月", "202312", "2024-06", "2024-13"),
    "gender": ("", "男", "女", "1", "female"),
    "critical": ("", "是", "否", "1", "N", "不详"),
    "reason": ("", "死亡", "死亡注销", "迁往境外", "丧失国籍", "宣告死亡"),
    "mark": ("", "dead", "失踪", "in_prison", "死亡", "?"),
    "sentence_kind": ("", "有期徒刑", "缓刑", "管制", "假释", "死刑缓期执行", "罚金"),
    "register_status": ("", "未注销", "已注销", "死亡", "健在", "cancelled", "?"),
    "register_place": ("", "甲镇一村", "509911"),
    "township": ("甲镇", "乙镇", ""),
    "village": ("一村", "二村"),
    "mobile": ("", "13800000000"),
}
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBER_FORMS: tuple[Callable[[str], str], ...] = (
    str, str, str, str.lower, lambda n: f"'{n}", lambda n: n.translate(WIDE), lambda n: f" {n[:6]} {n[6:]}",
    lambda n: n[:6] + n[8:17], lambda n: n[:17] + ("1" if n[17:] != "1" else "2"), lambda n: "", lambda n: n + "41",
)  # fmt: skip
DAY_FORMS: tuple[Callable[[date], str], ...] = (
    str, str, "{0:%Y%m%d}".format, lambda d: f"{d.year}/{d.month}/{d.day}", lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d} 00:00:00", lambda d: str((d - date(1899, 12, 30)).days), lambda d: f"{d}".translate(WIDE),
)  # fmt: skip
NO_DAYS = ("", "", "2024-02-30", "昨天", "1899-01-01", "2090-01-01")


def number(place: int, county: str) -> str:
    """The number of a made-up person; some have an X, one in nineteen has the old foreign card."""
    if place % 19 == 18:
        return f"ABC{place:012d}"
    first = f"{county}{1930 + place % 40}{1 + place % 12:02d}{1 + place % 28:02d}{place:03d}"
    return first + id_check_char(first)


class Corners:
    """Draws cells for one region, always the same ones."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.draw = random.Random(plan.pack.code)
        self.county = COUNTIES[plan.pack.code]
        first, last = plan.period.window.first, plan.period.window.last
        edges = [day + timedelta(days=step) for day in (first, last, plan.as_of) for step in (-1, 0, 1)]
        self.days = [*edges, plan.as_of - timedelta(days=90), date(plan.as_of.year, 1, 1), date(1941, 1, 1)]

    def day(self) -> str:
        """A day, mostly near an edge, in any spelling."""
        if self.draw.random() < 0.15:
            return self.draw.choice(NO_DAYS)
        return self.draw.choice(DAY_FORMS)(self.draw.choice(self.days))

    def cell(self, column: str, place: int) -> str:
        """One cell of the person of that number."""
        if column == "id_number":
            return self.draw.choice(NUMBER_FORMS)(number(place, self.county))
        if column == "name":
            other = self.draw.random() < 0.2
            return self.draw.choice(["", "张三丰", "张 三"]) if other else NAMES[place % len(NAMES)]
        if column == "birth_date":
            text = number(place, self.county)
            return text[6:14] if self.draw.random() < 0.8 else ""
        if column in ROSTER_WORDS and self.draw.random() < 0.7:
            return ""
        return self.draw.choice(WORDS[column]) if column in WORDS else self.day()

    def write(self, path: Path, columns: Sequence[str], places: Sequence[int]) -> Path:
        """A CSV with a row for every place."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            rows = [[self.cell(column, place) for column in columns] for place in places]
            writer.writerows([*rows, *rows[:REPEATED]])
        return path


def kinds_of_source(plan: Plan) -> list[FeedSource]:
    """One source of every kind: two that differ in nothing but their name are one kind."""
    found = {}
    for source in plan.sources.values():
        columns = source.definition.columns
        if source.code != CERTIFICATION and "id_number" in columns.optional:
            kind = (
                source.evidence,
                source.nature,
                source.schemes,
                source.window_days,
                str(source.counts_when),
            )
            found.setdefault(kind, source)
    return list(found.values())


def corner_request(folder: Path, region: str, month: str) -> CompareRequest:
    """The files of a region and the request to compare them."""
    folder.mkdir(parents=True)
    request = CompareRequest(region, month, folder / "roster.csv", (), folder / "out", workbooks=False)
    plan = plan_of(request)
    corners = Corners(plan)
    roster_columns = ("id_number", "name", "scheme", "benefit_kind", "register_place", "township", "village", "payment_state",
                      "benefit_start_month", "last_certified_on", "mobile")  # fmt: skip
    places = [place if place % 11 else place // 2 for place in range(ROWS)]  # some stand twice
    corners.write(request.roster, roster_columns, places)
    feeds = []
    for position, source in enumerate(kinds_of_source(plan)):
        columns = tuple(
            dict.fromkeys([*source.definition.columns.optional, *source.definition.columns.required])
        )
        # Few rows for each person and feed, so that all lists are reached; a missing column is a corner, too.
        kept = [column for column in columns if column != "birth_date" or position % 2]
        places = [corners.draw.randrange(ROWS + 20) for _row in range(40)]
        feeds.append((source.code, corners.write(folder / f"{source.code}.csv", kept, places)))
    return replace(request, feeds=tuple(feeds))
