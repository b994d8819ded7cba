"""docs/clauses.md: every requirement of the texts, its state, the code and the tests, from coverage.yaml and proofs.json.

Example: a row `CQ-09-4 | done | rule:certification.certified_until | command:compare | tests/…` is done because code and face
exist and a test carries the id; nothing here is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from jubao.commands.program_offer import program_offer
from jubao.commands.trace_index import Traced, all_traced
from jubao.policy.checks.coverage import resolves
from scripts.docs_tables import table

HEAD = """# Clauses

Generated from the packs' `coverage.yaml` and the index of proofs by `python -m scripts.make_docs`; do not edit.
A requirement is *done* when its code exists, a face that a user touches exists, and at least one test carries its id. *planned*
names the later stage of the work that brings it (B, C, later); *not computable* says why no program can decide it.
`jubao trace ID` prints the words of the clause, file and line; `jubao trace --open` prints what is missing.
"""


def state(item: Traced) -> str:
    """done, planned for a stage, not computable, or what is missing."""
    entry = item.entry
    if item.is_done:
        return "done"
    if entry.not_computable:
        return f"not computable: {entry.not_computable}"
    if entry.planned_for:
        return f"planned: {entry.planned_for}"
    return "; ".join(_lacks(item))


def _lacks(item: Traced) -> Iterable[str]:
    named = (*item.entry.by, *item.entry.faces)
    yield from (f"{name} missing" for name in named if not resolves(item.pack, program_offer(), name))
    if not item.entry.by:
        yield "no code"
    if not item.entry.faces:
        yield "no face"
    if not item.tests:
        yield "no test"


def _files(tests: tuple[str, ...]) -> str:
    names = sorted({test.partition("::")[0].removeprefix("tests/") for test in tests})
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _summary(found: list[Traced]) -> str:
    rows = []
    for document, items in groupby(sorted(found, key=lambda one: one.document), lambda one: one.document):
        states = [state(one).partition(":")[0] for one in items]
        done, planned, never = (states.count(word) for word in ("done", "planned", "not computable"))
        rows.append((document, len(states), done, planned, never, len(states) - done - planned - never))
    return table(("text", "requirements", "done", "planned", "not computable", "open"), rows)


def page() -> str:
    """The whole page."""
    found = list(all_traced(None))
    parts = [HEAD, "\n## By text\n\n", _summary(found)]
    for code, items in groupby(found, lambda one: one.pack.code):
        rows = [
            (one.id, one.entry.area, one.entry.demand, state(one), ", ".join(one.entry.by),
             ", ".join(one.entry.faces), _files(one.tests))
            for one in items
        ]  # fmt: skip
        name = next(one.pack.name for one in found if one.pack.code == code)
        parts.append(f"\n## {code} {name}\n\n")
        parts.append(table(("id", "area", "demand", "state", "code", "faces", "tests"), rows))
    return "".join(parts)
