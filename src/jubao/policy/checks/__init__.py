"""The check of policy packs: every violation is listed, none is silently tolerated, declared gaps and findings pass.

Worked example: `check_packs(["500110"], offer).violations` is empty for a sound pack; each violation says pack, file, place in
the file, what is wrong and what to do, and the command exits with 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from jubao.policy.answers import Gap
from jubao.policy.checks import amounts, choices, coverage, references
from jubao.policy.checks.report import Offer, Report, RuleOffer, own
from jubao.policy.loading import load_pack, pack_folders
from jubao.policy.pack import Pack
from jubao.policy.reading import PackRefused, Violation
from jubao.policy.schema.feeds import CaseEntry

__all__ = ["Offer", "Report", "RuleOffer", "check_packs"]


def check_packs(names: Iterable[str] | None, offer: Offer, root: Path | None = None) -> Report:
    """Check some packs, or all with what only all together can show: rules without cases, citations of rules."""
    report = Report()
    everything = _readable(root, report if names is None else None)
    wanted = list(everything) if names is None else [_loaded(name, root, report) for name in names]
    cases = [case for pack in everything for cases in _tolerant_cases(pack) for case in cases]
    clauses = frozenset(id for pack in everything for id in _clause_ids(pack))
    of_rules = frozenset(
        name
        for rule in offer.rules.values()
        for name in rule.arguments
        if any(name in pack.parameter_names for pack in everything)
    )
    for pack in filter(None, wanted):
        report.packs.append(own(pack).folder.name)
        _one(pack, offer, root, clauses, of_rules, report)
    # With a pack that cannot be read its cases and texts are unknown: what rests on all packs together must wait.
    if names is None and len(everything) == len(pack_folders(root)):
        _run(report, lambda: coverage.rule_cases(cases, offer))
        _run(report, lambda: coverage.rule_citations(list(offer.rules.values()), everything))
    return report


def _run(report: Report, check: Callable[[], Iterable[Violation]]) -> None:
    """One check; a file that is read here for the first time and cannot be is a violation like any other."""
    try:
        report.add(list(check()))
    except PackRefused as refused:
        report.add(refused.violations)


def _readable(root: Path | None, report: Report | None) -> list[Pack]:
    packs = [_loaded(code, root, report) for code in pack_folders(root)]
    return [pack for pack in packs if pack is not None]


def _loaded(name: str, root: Path | None, report: Report | None) -> Pack | None:
    try:
        return load_pack(name, root)
    except PackRefused as refused:
        if report is not None:
            report.add(refused.violations)
        return None


def _one(
    pack: Pack,
    offer: Offer,
    root: Path | None,
    clauses: frozenset[str],
    of_rules: frozenset[str],
    report: Report,
) -> None:
    head = own(pack).head
    parent = load_pack(head.parent, root) if head.parent else None
    checks: tuple[Callable[[], Iterable[Violation]], ...] = (
        lambda: references.citations(pack),
        lambda: references.feeds(pack),
        lambda: references.ambiguous_headers(pack),
        lambda: choices.settings(pack),
        lambda: choices.effective(pack),
        lambda: amounts.divisors(pack, offer),
        lambda: amounts.gaps(pack, parent),
        lambda: amounts.unknown_to_chain(pack, of_rules) if parent is None else iter(()),
        lambda: amounts.unnamed(pack, offer),
        lambda: coverage.clauses_and_coverage(pack),
        lambda: coverage.references(pack, offer),
        lambda: coverage.case_references(pack, offer, clauses),
    )
    for check in checks:
        _run(report, check)
    for fault, is_declared in amounts.below_minimum(pack):
        if is_declared:
            report.findings.append(fault)
        else:
            report.add([fault])
    report.gaps += [(gap, pack.code) for gap in declared_gaps(pack)]


def declared_gaps(pack: Pack) -> Iterator[Gap]:
    """The gaps a pack itself declares; what needs them is refused by name."""
    for name, entry in own(pack).parameters.items():
        for period in entry.periods:
            if period.missing:
                ends = period.ends or "…"
                what = f"{period.what}（{period.starts} 至 {ends}）"
                yield Gap(name, what, period.why or "", period.clause, pack.code)


def _tolerant_cases(pack: Pack) -> list[list[CaseEntry]]:
    try:
        return list(own(pack).case_files.values())
    except PackRefused:
        return []


def _clause_ids(pack: Pack) -> Iterator[str]:
    files = own(pack)
    for id in files.document_heads:
        try:
            document = files.document(id)
        except PackRefused:
            continue
        for article in document.articles:
            yield from (entry.id for entry in article.clauses if entry.id)
