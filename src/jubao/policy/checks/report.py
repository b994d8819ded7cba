"""What a check of packs is given and what it answers: what the program offers, and everything found wrong.

Worked example: `Report(violations=[…], findings=[…], gaps=[…])`; a declared gap and a declared finding are listed and pass,
a violation fails the check. The program's offer is handed in, because this floor knows no rules and no commands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jubao.kernel.citation import Citation
from jubao.policy.answers import Gap
from jubao.policy.pack import Pack
from jubao.policy.pack_files import PackFiles
from jubao.policy.reading import Violation, place


@dataclass(frozen=True)
class RuleOffer:
    """What a check must know of a rule: its id, its name as an argument, what it cites, what it divides by."""

    id: str
    name: str
    citations: tuple[Citation, ...]
    arguments: tuple[str, ...]
    denominators: frozenset[str] = frozenset()
    location: str = ""


@dataclass(frozen=True)
class Offer:
    """What the program offers to packs: rules by id, commands, modules, routes of the site, and every word its code names."""

    rules: Mapping[str, RuleOffer] = field(default_factory=dict)
    commands: frozenset[str] = frozenset()
    has_module: Callable[[str], bool] = lambda dotted: False
    words: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset()

    @property
    def denominators(self) -> frozenset[str]:
        """Every name some rule divides by."""
        return frozenset(name for rule in self.rules.values() for name in rule.denominators)


@dataclass
class Report:
    """The answer of a check over some packs."""

    packs: list[str] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    findings: list[Violation] = field(default_factory=list)
    gaps: list[tuple[Gap, str]] = field(default_factory=list)

    def add(self, found: list[Violation]) -> None:
        """Add violations, each once: what two packs inherit is one fault."""
        known = set(self.violations)
        self.violations += [item for item in dict.fromkeys(found) if item not in known]


def own(pack: Pack) -> PackFiles:
    """The pack's own files, without its parents'."""
    return pack.chain[-1]


def fault_in(file: Path, path: str, kind: str, what: str, remedy: str) -> Violation:
    """A violation at a place in a file."""
    folder, shown = place(file)
    return Violation(folder, shown, path, kind, what, remedy)
