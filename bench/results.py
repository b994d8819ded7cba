"""From measurements to bench/results.md and results.json: medians with spread, ratios, growth, and whether answers agree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from bench.context import Context, Measured
from bench.measure import Contender

IGNORED = {"seconds", "least", "most", "engine", "pack_hash", "run_hash", "links", "rejects"}


def write(
    context: Context, sections: Mapping[str, Any], environment: dict[str, object], folder: Path
) -> None:
    """Both files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(
        "\n".join(_lines(context, sections, environment)) + "\n", encoding="utf-8"
    )
    (folder / "results.json").write_text(
        json.dumps(_as_json(context, environment), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _lines(context: Context, sections: Mapping[str, Any], environment: dict[str, object]) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield "Written by `make bench`. Measured, not promised: goals stand beside the figures, met or not.\n"
    yield from (f"- {name.replace('_', ' ')}: {_shown(value)}" for name, value in environment.items())
    yield "\nThe contenders of a table ran in turns, each run a process of its own; n is the number of runs."
    yield "CPU and peak memory are those of the whole process (peak: the largest run).\n"
    if context.generated:
        yield "## Demo data made in this run\n"
        yield "| people | files | rows | s | CPU s | peak MB of the largest process |\n|---|---|---|---|---|---|"
        for size, kinds, sample in context.generated:
            rows = sample.found.get("rows", 0)
            yield f"| {size} | {kinds} | {rows:,} | {sample.seconds:.1f} | {sample.cpu_seconds:.1f} | {sample.peak_mb:.0f} |"
        yield ""
    for name, section in sections.items():
        found = [each for each in context.measured if each.section == name]
        if not found:
            continue
        yield f"## {name}\n\n{section.NOTE}\n"
        yield from (f"- Goal: {goal}" for goal in section.GOALS)
        for work in dict.fromkeys(each.work for each in found):
            same = [each for each in found if each.work == work]
            for measured in same:
                yield from _table(measured)
            if len(same) > 1:
                yield from _growth(same)
        yield ""


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def times(measured: Measured, contender: Contender) -> list[float]:
    """The figures that count, one per run."""
    return [measured.seconds(sample) for sample in contender.samples]


def _table(measured: Measured) -> Iterator[str]:
    yield f"\n### {measured.work}, {measured.size}\n"
    yield "| contender | n | median s | least | most | CPU s | peak MB | M rows/s | × floor | CPU × floor | answer |"
    yield "|---" * 11 + "|"
    floor = next(each for each in measured.contenders if each.name == measured.floor)
    base = median(times(measured, floor)) if floor.samples else None
    base_cpu = median(floor.times(lambda s: s.cpu_seconds)) if floor.samples else None
    for contender in measured.contenders:
        if not contender.samples:
            why = contender.failure.splitlines()[-1][:90] if contender.failure else ""
            yield f"| {contender.name} | 0 | {why} | | | | | | | | |"
            continue
        taken = times(measured, contender)
        middle = median(taken)
        ratio = f"{middle / base:.2f}" if base else ""
        cpu, peak = (
            median(contender.times(lambda s: s.cpu_seconds)),
            max(contender.times(lambda s: s.peak_mb)),
        )
        cells = [
            contender.name,
            str(len(taken)),
            *(_seconds(each) for each in (middle, min(taken), max(taken))),
        ]
        cells += [f"{cpu:.1f}", f"{peak:.0f}", f"{measured.rows / middle / 1e6:.2f}", ratio]
        # Where the time is taken inside the process, its start and imports would blur the ratio.
        cells.append(f"{cpu / base_cpu:.2f}" if base_cpu and not measured.inner else "")
        yield f"| {' | '.join(cells)} | {agreement(measured, contender)} {contender.note} |"
    if measured.note:
        yield f"\n{measured.note}."


def _seconds(value: float) -> str:
    return f"{value * 1e6:.0f} µs" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def agreement(measured: Measured, contender: Contender) -> str:
    """Whether the contender found what the others found (the keys that both report)."""
    mine = _answer(contender)
    others = [_answer(each) for each in measured.contenders if each is not contender and each.samples]
    shared = [(mine[key], other[key]) for other in others for key in mine.keys() & other.keys()]
    if not shared:
        return ""
    differ = [
        abs(a - b) if isinstance(a, (int, float)) and isinstance(b, (int, float)) else int(a != b)
        for a, b in shared
    ]
    return "same" if not any(differ) else f"differs by up to {max(differ):,}"


def _answer(contender: Contender) -> dict[str, Any]:
    found = contender.samples[-1].found if contender.samples else {}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in found.items()
        if name not in IGNORED and isinstance(value, (int, float, list)) and not isinstance(value, bool)
    }


def _growth(same: list[Measured]) -> Iterator[str]:
    """Time and memory per ten times the rows."""
    yield (
        "\n| growth | "
        + " | ".join(f"{a.size} → {b.size}: time, peak" for a, b in zip(same, same[1:], strict=False))
        + " |"
    )
    yield "|---" * len(same) + "|"
    for contender in same[0].contenders:
        cells = []
        for small, large in zip(same, same[1:], strict=False):
            first, second = (_named(each, contender.name) for each in (small, large))
            if not first or not second or not first.samples or not second.samples:
                cells.append("")
                continue
            time = median(times(large, second)) / median(times(small, first))
            peak = max(second.times(lambda s: s.peak_mb)) / max(first.times(lambda s: s.peak_mb))
            cells.append(f"{time:.1f} ×, {peak:.1f} ×")
        yield f"| {contender.name} | " + " | ".join(cells) + " |"


def _named(measured: Measured, name: str) -> Contender | None:
    return next((each for each in measured.contenders if each.name == name), None)


def _as_json(context: Context, environment: dict[str, object]) -> dict[str, Any]:
    return {
        "environment": environment,
        "generated": [{"people": a, "files": b, **vars(c)} for a, b, c in context.generated],
        "measured": [
            {
                "section": each.section,
                "work": each.work,
                "size": each.size,
                "rows": each.rows,
                "floor": each.floor,
                "note": each.note,
                "contenders": [
                    {
                        "name": contender.name,
                        "failure": contender.failure,
                        "seconds": times(each, contender),
                        "samples": [vars(sample) for sample in contender.samples],
                    }
                    for contender in each.contenders
                ],
            }
            for each in context.measured
        ],
    }
