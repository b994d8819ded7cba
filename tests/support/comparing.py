"""Tiny comparisons through the command: write files, run `jubao compare`, read the lists back.

Example: `Trial(tmp_path, "500110", "2024-05").roster([person(1)]).feed("TRAIN", [record(1, event_on="2024-05-02")]).run()`
answers an `Outcome` whose `list_of(1)` is `eligible`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jubao.commands.main import run as run_command
from jubao.kernel.id_number import id_check_char

COUNTIES = {"500110": "509911", "440523": "449923", "150404": "159904", "360734": "369934"}
LISTS = ("eligible", "lost", "to_verify", "not_subject")


def number(person: int, birth: str = "19500302", county: str = "509911") -> str:
    """The valid number of a made-up person; the county code was never assigned."""
    first17 = f"{county}{birth}{person:03d}"
    return first17 + id_check_char(first17)


def name(person: int) -> str:
    """The name of a made-up person."""
    return "王赵钱孙李周吴郑"[person % 8] + "测" + "甲乙丙丁戊己庚辛壬癸"[person % 10]


def person(who: int, birth: str = "19500302", **columns: str) -> dict[str, str]:
    """A row of a roster."""
    return {"id_number": number(who, birth), "name": name(who), **columns}


def record(who: int, birth: str = "19500302", **columns: str) -> dict[str, str]:
    """A row of a feed."""
    return {"id_number": number(who, birth), "name": name(who), **columns}


def write_csv(path: Path, rows: Sequence[dict[str, str]], columns: Sequence[str] = ()) -> Path:
    """A CSV with every column that occurs."""
    names = list(dict.fromkeys([*columns, *(key for row in rows for key in row)]))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    """A written list as dictionaries."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def id_cells(path: Path) -> list[str]:
    """The identity numbers in a village's workbook."""
    import openpyxl

    sheet = openpyxl.load_workbook(path).active
    return [str(row[2]) for row in sheet.iter_rows(min_row=4, values_only=True) if len(str(row[2])) == 18]


@dataclass
class Outcome:
    """What a run left behind."""

    code: int
    out: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one list; ids come back without the tab that guards them from Excel."""
        return [
            {key: (value or "").strip("\t'") for key, value in row.items()}
            for row in read_csv(self.out / f"{name}.csv")
        ]

    def row_of(self, who: int, birth: str = "19500302") -> tuple[str, dict[str, str]]:
        """List and row of a person; fails unless there is exactly one."""
        found = [
            (name, row) for name in LISTS for row in self.rows(name) if row["id_number"] == number(who, birth)
        ]
        assert len(found) == 1, found
        return found[0]

    def list_of(self, who: int, birth: str = "19500302") -> str:
        """The list a person is on."""
        return self.row_of(who, birth)[0]

    def headline_of(self, who: int, birth: str = "19500302") -> str:
        """The headline reason of a person."""
        return self.row_of(who, birth)[1]["headline_reason"]

    def reasons_of(self, who: int, birth: str = "19500302") -> list[str]:
        """The codes of all reasons of a person."""
        return [part.split("|")[0] for part in self.row_of(who, birth)[1]["reasons"].split(";")]

    def evidence_of(self, who: int, birth: str = "19500302") -> list[dict[str, str]]:
        """The evidence of a person."""
        return [row for row in self.rows("evidence") if row["id_number"] == number(who, birth)]

    @property
    def summary(self) -> dict[str, object]:
        """The summary of the run."""
        content: dict[str, object] = json.loads((self.out / "summary.json").read_text(encoding="utf-8"))
        return content


@dataclass
class Trial:
    """One comparison being set up."""

    folder: Path
    region: str
    month: str
    arguments: list[str] = field(default_factory=list)
    roster_path: Path | None = None
    feeds: int = 0

    def roster(self, rows: Sequence[dict[str, str]], columns: Sequence[str] = ()) -> Trial:
        """The roster."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.roster_path = write_csv(self.folder / "roster.csv", rows, [*columns, "id_number", "name"])
        return self

    def feed(
        self, source: str, rows: Sequence[dict[str, str]], columns: Sequence[str] = ("event_on",)
    ) -> Trial:
        """One more feed."""
        self.feeds += 1
        path = write_csv(self.folder / f"feed{self.feeds}.csv", rows, ["id_number", "name", *columns])
        self.arguments += ["--feed", f"{source}={path}"]
        return self

    def option(self, *words: str) -> Trial:
        """More options."""
        self.arguments += words
        return self

    def run(self, out: str = "out") -> Outcome:
        """Run the command."""
        target = self.folder / out
        code = run_command(
            ["compare", "--region", self.region, "--month", self.month, "--roster", str(self.roster_path),
             *self.arguments, "-o", str(target)]
        )  # fmt: skip
        return Outcome(code, target)


def chongqing(folder: Path, month: str = "2024-05") -> Trial:
    """A comparison in Qijiang, under the texts of Chongqing."""
    return Trial(folder, "500110", month)
