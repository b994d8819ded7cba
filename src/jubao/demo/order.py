"""One order of demo files: which districts, how many people, which kinds of file; from the order to the works.

>>> order = Order(Path("demo-data"), people=1000, seed=7, month=Month.parse("2026-10"), regions=("360734",))
>>> [work.path.name for work in order.works()][:2]
['roster.parquet', 'SELF_FACE.parquet']
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jubao.demo.districts import DISTRICTS, district
from jubao.demo.money import CLAIM_FREE, KINDS, POSTINGS, POSTINGS_EACH
from jubao.demo.parquet import ROSTER, Work, make_all
from jubao.demo.rates import as_json
from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _

FEEDS = "feeds"
ALL_KINDS = (ROSTER, FEEDS, *KINDS)
MOST_PEOPLE = 60_000_000
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


def carry_out(order: Order, tell: Callable[[int], None] = lambda rows: None) -> list[Work]:
    """Write all files of an order, with rates.json and demo.json; returns what was made. `tell` hears rows made."""
    works = order.works()
    order.out.mkdir(parents=True, exist_ok=True)
    make_all(works, tell)
    _write_json(order.out / "rates.json", as_json())
    _write_json(
        order.out / "demo.json",
        {
            "people": order.people,
            "seed": order.seed,
            "month": str(order.month),
            "files": [str(work.path.relative_to(order.out)) for work in works],
        },
    )
    return works


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
