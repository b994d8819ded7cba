"""Charts as plain SVG: where each bar and each word stands, computed here, drawn by `components/bars.html` and `line.html`.

Worked example: `bars([("提取", "30", 30, ""), ("短信", "28", 28, "")])` gives two bars, the first as wide as the chart, the
second 28/30 of it; `line([("2026-10", 8000), ("2026-11", 9000)])` gives the points of a rate that climbs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BAR_LEFT, BAR_WIDE, BAR_HIGH, BAR_STEP = 112, 420, 18, 28
LINE_WIDE, LINE_HIGH, LINE_LEFT, LINE_TOP = 560, 150, 44, 14


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its value as written, the page behind it, where it stands."""

    title: str
    value: str
    link: str
    y: int
    width: int

    @property
    def middle(self) -> int:
        """The base line of the words."""
        return self.y + BAR_HIGH - 5

    @property
    def end(self) -> int:
        """Where the value is written."""
        return BAR_LEFT + self.width + 8


@dataclass(frozen=True)
class Bars:
    """A chart of bars with its size."""

    bars: list[Bar]
    height: int
    left: int = BAR_LEFT
    bar: int = BAR_HIGH
    width: int = BAR_LEFT + BAR_WIDE + 78


def bars(rows: Sequence[tuple[str, str, int, str]], *, most: int | None = None) -> Bars:
    """Bars from (title, value in words, size, link); the longest is `most`, else the greatest size."""
    top = max([most or 0, *(size for _t, _v, size, _l in rows)]) or 1
    made = [
        Bar(title, value, link, 6 + n * BAR_STEP, BAR_WIDE * max(size, 0) // top)
        for n, (title, value, size, link) in enumerate(rows)
    ]
    return Bars(made, 6 + len(made) * BAR_STEP)


@dataclass(frozen=True)
class Point:
    """One month of a line."""

    title: str
    value: str
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """A line through its points on a scale from 0 to 100 %."""

    points: list[Point]
    path: str
    width: int = LINE_WIDE
    height: int = LINE_HIGH + LINE_TOP + 30
    left: int = LINE_LEFT
    bottom: int = LINE_TOP + LINE_HIGH

    @property
    def grid(self) -> list[tuple[str, int]]:
        """The lines of the scale."""
        return [(f"{n * 25}%", LINE_TOP + LINE_HIGH - LINE_HIGH * n // 4) for n in range(5)]


def line(rows: Sequence[tuple[str, str, int]]) -> Line:
    """A line from (month, value in words, hundredths of a percent)."""
    step = (LINE_WIDE - LINE_LEFT - 40) // max(len(rows) - 1, 1)
    points = [
        Point(title, words, LINE_LEFT + 16 + n * step, LINE_TOP + LINE_HIGH - LINE_HIGH * rate // 10_000)
        for n, (title, words, rate) in enumerate(rows)
    ]
    return Line(points, " ".join(f"{one.x},{one.y}" for one in points))
