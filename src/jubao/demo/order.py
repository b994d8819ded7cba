"""One order of demo files: which districts, how many people, which kinds of file; from the order to the works.

>>> order = Order(Path("demo-data"), people=1000, seed=7, month=Month.parse("2026-10"), regions=("360734",))
>>> [work.path.name for work in order.works()][:2]
['roster.parquet', 'SELF_FACE.parquet']
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jubao.demo.districts import DISTRICTS, district
from jubao.demo.messy import write_messy
from jubao.demo.money import CLAIM_FREE, KINDS, POSTINGS, POSTINGS_EACH
from jubao.demo.parquet import ROSTER, Work, make_all
from jubao.demo.rates import as_json
from jubao.demo.spreadsheets import converted
from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _

FEEDS = "feeds"
ALL_KINDS = (ROSTER, FEEDS, *KINDS)
FORMATS = ("parquet", "csv", "xlsx")
MARKER = ".jubao-demo.json"
MOST_PEOPLE = 60_000_000
MOST_XLSX_PEOPLE = 80_000
MOST_DIRTY_PEOPLE = 50_000
_CLAIM_FREE_SHARE = 10


@dataclass(frozen=True)
class Order:
    """What is to be written where. `regions` empty means all four districts, `kinds` empty means every kind."""

    out: Path
    people: int
    seed: int
    month: Month
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    format: str = "parquet"
    dirty_files: bool = False
    claim_free_rows: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.people <= MOST_PEOPLE:
            raise WrongUsage(
                "DEMO_SIZE",
                _("人数 {people} 超出范围。").format(people=self.people),
                remedy=_("请给出 1 到 {most} 之间的人数。").format(most=MOST_PEOPLE),
            )
        unknown = [kind for kind in self.kinds if kind not in ALL_KINDS]
        if unknown:
            raise WrongUsage(
                "DEMO_KIND_UNKNOWN",
                _("没有“{kind}”这一类演示文件。").format(kind=unknown[0]),
                remedy=_("可选：") + "、".join(ALL_KINDS),
            )

        if self.format not in FORMATS:
            raise WrongUsage(
                "OPTION_INVALID",
                _("--format 只能是 {words}，现为 {value}。").format(
                    words="、".join(FORMATS), value=self.format
                ),
            )
        if self.format == "xlsx" and self.people > MOST_XLSX_PEOPLE:
            raise WrongUsage(
                "DEMO_TOO_LARGE_FOR_XLSX",
                _("xlsx 格式的演示数据最多 {most} 人。").format(most=MOST_XLSX_PEOPLE),
                remedy=_("请改用 csv 或 parquet。"),
            )
        if self.dirty_files and self.people > MOST_DIRTY_PEOPLE:
            raise WrongUsage(
                "DEMO_TOO_LARGE_FOR_DIRTY_FILES",
                _("--dirty-files 最多 {most} 人。").format(most=MOST_DIRTY_PEOPLE),
                remedy=_("请减少 --people，或去掉 --dirty-files。"),
            )

    def total_rows(self) -> int:
        """About how many rows the order has, for a progress bar."""
        return sum(work.rows for work in self.works())

    def works(self) -> list[Work]:
        """Every file of the order, in the order in which a reader would list them."""
        return [work for code in self.region_codes() for work in self._of_district(code)]

    def region_codes(self) -> list[str]:
        """Codes of the districts, each once. Raises WrongUsage for one without demo data."""
        chosen = [district(code).code for code in self.regions] or [each.code for each in DISTRICTS]
        return list(dict.fromkeys(chosen))

    def folder(self, code: str) -> Path:
        """Where the files of one district go."""
        return self.out / code

    def _of_district(self, code: str) -> list[Work]:
        place, folder, wanted = district(code), self.folder(code), self.kinds or ALL_KINDS
        truth = folder / "truth"
        works = []
        if ROSTER in wanted:
            works.append(self._work(code, ROSTER, folder / "roster.parquet", truth / "roster.parquet"))
        if FEEDS in wanted:
            for plan in place.feeds:
                name = f"{plan.source}.parquet"
                rows = self.people * plan.rows_permille // 1000
                works.append(self._work(code, plan.source, folder / "feeds" / name, truth / name, rows=rows))
        for kind in KINDS:
            if kind in wanted and (kind != CLAIM_FREE or place.has_claim_free):
                works.append(self._money(code, kind, folder))
        return works

    def _money(self, code: str, kind: str, folder: Path) -> Work:
        people = self.people
        if kind == CLAIM_FREE:
            people = self.claim_free_rows or max(1, self.people // _CLAIM_FREE_SHARE)
        rows = people * (POSTINGS_EACH if kind == POSTINGS else 1)
        return self._work(code, kind, folder / f"{kind}.parquet", None, people=people, rows=rows)

    def _work(
        self,
        code: str,
        kind: str,
        path: Path,
        truth: Path | None,
        *,
        people: int | None = None,
        rows: int | None = None,
    ) -> Work:
        people = people or self.people
        return Work(code, kind, people, self.seed, self.month, path, truth, people if rows is None else rows)


def carry_out(order: Order, tell: Callable[[int], None] = lambda rows: None) -> int:
    """Write all files of an order, with rates.json and demo.json; returns the number of rows. `tell` hears rows made.

    Raises WrongUsage for a folder that holds files of somebody else; the files of an earlier order are replaced.
    """
    works, made = order.works(), 0
    _prepare(order.out)

    def count(rows: int) -> None:
        nonlocal made
        made += rows
        tell(rows)

    make_all(works, count)
    paths = [work.path for work in works]
    messy = [
        path
        for code in order.region_codes()
        if order.dirty_files
        for path in write_messy(order.folder(code), district(code))
    ]
    if order.format != "parquet":
        paths = [converted(path, order.format) for path in paths]
    paths += messy
    _write_json(order.out / "rates.json", as_json())
    _write_json(order.out / MARKER, _manifest(order, paths))
    return made


def _manifest(order: Order, paths: list[Path]) -> dict[str, object]:
    return {
        "people": order.people,
        "seed": order.seed,
        "month": str(order.month),
        "files": [str(path.relative_to(order.out)) for path in paths],
    }


def _prepare(folder: Path) -> None:
    """An empty folder with the marker of this command; an earlier order in it is removed."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise WrongUsage(
                "OUT_HAS_OTHER_FILES",
                _("目录 {folder} 中有别的文件，不会覆盖。").format(folder=folder),
                remedy=_("请给出一个空目录或新目录。"),
            )
        for old in (*(folder / each.code for each in DISTRICTS), folder / "rates.json"):
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    # Written first as well, so that an interrupted order can be replaced.
    _write_json(folder / MARKER, {})


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
