"""Printed forms as PDF: a typst template of `forms/templates/` and plain data in, the same bytes for the same data out.

Worked example: `render("payment_approval", {"title": "…", "made_on": "2026-11-12", …})` gives the 审批表 of one run; its
SHA-256 is kept, so that a reprint proves itself. `archive=True` writes PDF/A-2b for the electronic archive.

Only the packaged font is used, so a page looks the same on every machine. Data go in as JSON and never become markup.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from jubao.forms.fonts import FONT_FOLDER, replaced, unprintable
from jubao.kernel.text import _

TEMPLATES = Path(__file__).parent / "templates"
WORKERS = 2
JOBS_PER_WORKER = 4
"""A compiler keeps a cache for the life of its process: 1.25 GB after twenty big files. Four files hold 0.58 GB."""


@dataclass(frozen=True)
class Printed:
    """A PDF and the characters that have to be written into it by hand."""

    pdf: bytes
    unprintable: tuple[str, ...]


@dataclass(frozen=True)
class PrintJob:
    """One file of a mass printing."""

    template: str
    data: dict[str, Any]
    path: Path


def render(
    template: str, data: dict[str, Any], *, archive: bool = False, is_one_of_many: bool = False
) -> bytes:
    """The PDF alone; what the font lacks is named on the page itself.

    `is_one_of_many`: this process prints the same form many times and may keep the compiler with its fonts.
    """
    return render_checked(template, data, archive=archive, is_one_of_many=is_one_of_many).pdf


def render_checked(
    template: str, data: dict[str, Any], *, archive: bool = False, is_one_of_many: bool = False
) -> Printed:
    """The PDF with the list of characters the font lacks: each stands as `〔U+2FA1E〕` and in a note at the end."""
    lacking = unprintable(data)
    told = replaced(data) if lacking else data
    note = ""
    if lacking:
        codes = "、".join(f"U+{ord(c):04X}" for c in lacking)
        note = _("本机字库没有以下字，请在〔〕处手工填写：{codes}").format(codes=codes)
    compiler = _kept_compiler(template) if is_one_of_many else _compiler(template)
    pdf = compiler.compile(
        sys_inputs={
            "data": json.dumps({**told, "handwriting_note": note}, ensure_ascii=False, sort_keys=True)
        },
        timestamp=_stamp(data),
        pdf_standards=["a-2b"] if archive else [],
        pdf_tags=archive,
    )
    assert isinstance(pdf, bytes)
    return Printed(pdf, lacking)


def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONT_FOLDER)],
        ignore_system_fonts=True,
    )


_kept_compiler = lru_cache(maxsize=1)(_compiler)
"""Reading the fonts takes longer than setting five pages. For processes of one thread only."""


def _stamp(data: dict[str, Any]) -> datetime:
    """The day the form says it was made on; never the clock, so that a reprint has the same bytes."""
    made_on = str(data.get("made_on") or "2000-01-01")[:10]
    return datetime.fromisoformat(made_on).replace(tzinfo=UTC)


def qr_svg(text: str, *, mask: int | None = None) -> str:
    """A QR code as the SVG text that a template places; a mask given saves trying all eight, which takes five times as long."""
    return (
        segno.make(text, error="m", mask=mask)
        .svg_inline(border=1, omitsize=True)
        .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


def print_many(
    jobs: Iterable[PrintJob], progress: Callable[[int, Path], None], *, workers: int = WORKERS
) -> list[tuple[Path, str]]:
    """Print every job into its file; calls `progress(done, path)` after each.

    A file that is already there is left alone, so that a second call repeats only what failed or was cut short.
    Answers the failures as (path, reason).
    """
    asked = list(jobs)
    waiting = [job for job in asked if not job.path.exists()]
    done = len(asked) - len(waiting)
    failures: list[tuple[Path, str]] = []
    for path, problem in _results(waiting, workers):
        done += 1
        if problem:
            failures.append((path, problem))
        progress(done, path)
    return failures


def _results(jobs: Sequence[PrintJob], workers: int) -> Iterable[tuple[Path, str]]:
    if len(jobs) <= 2 or workers < 2:
        yield from map(_print, jobs)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, maxtasksperchild=JOBS_PER_WORKER) as pool:
        yield from pool.imap(_print, jobs)


def _print(job: PrintJob) -> tuple[Path, str]:
    try:
        pdf = render(job.template, job.data)
    except typst.TypstError as problem:
        return job.path, str(problem)
    job.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = job.path.with_suffix(".unfinished")
    unfinished.write_bytes(pdf)
    unfinished.replace(job.path)
    return job.path, ""
