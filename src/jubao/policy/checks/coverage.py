"""Is every clause of the texts accounted for, by code that exists, and every rule shown by worked examples?

Worked example: a clause CQ-09-4 in `documents/` without an entry in `coverage.yaml` is reported, and so is an entry whose
`by: ["rule:certification.first_duty"]` names a rule nobody registered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from jubao.kernel.citation import Citation
from jubao.kernel.text import _
from jubao.policy.checks.report import Offer, RuleOffer, fault_in, own
from jubao.policy.pack import Pack
from jubao.policy.reading import Violation
from jubao.policy.schema.feeds import CaseEntry, CoverageEntry
from jubao.policy.vocabulary import SETTINGS

CASES_PER_RULE = 3
WHOLE_TEXT = "全文"


def clauses_and_coverage(pack: Pack) -> Iterator[Violation]:
    """Every clause with an id has its line in coverage.yaml, and every line its clause."""
    files = own(pack)
    clauses: dict[str, Path] = {}
    for id, (file, _head) in files.document_heads.items():
        for article in files.document(id).articles:
            clauses |= {entry.id: file for entry in article.clauses if entry.id}
    for clause in sorted(set(clauses) - set(files.coverage)):
        what, remedy = (
            _("条款没有写进 coverage.yaml"),
            _("请在 coverage.yaml 中写明由什么实现，或为什么不能计算"),
        )
        yield fault_in(clauses[clause], clause, "coverage", what, remedy)
    for clause in sorted(set(files.coverage) - set(clauses)):
        what, remedy = _("documents/ 中没有此条款"), _("请改正编号，或补上条款原文")
        yield fault_in(files.folder / "coverage.yaml", clause, "coverage", what, remedy)


def resolves(pack: Pack, offer: Offer, reference: str) -> bool:
    """Whether what a `by` or `faces` entry names exists now."""
    kind, _, name = reference.partition(":")
    if kind == "rule":
        return name in offer.rules
    if kind == "module":
        return offer.has_module(name)
    if kind == "command":
        return name in offer.commands
    if kind in {"page", "api"}:
        return reference in offer.routes
    if kind == "setting":
        return name in SETTINGS and name in pack.setting_keys
    if kind == "source":
        return name in pack.all_sources
    if kind == "parameter":
        return name in pack.parameter_names
    return kind == "document" and name in pack.documents


def references(pack: Pack, offer: Offer) -> Iterator[Violation]:
    """What coverage points at must exist; what is only planned points at nothing yet."""
    file = own(pack).folder / "coverage.yaml"
    for id, entry in own(pack).coverage.items():
        for part, listed in (("by", entry.by), ("faces", entry.faces)):
            for number, reference in enumerate(listed):
                if not resolves(pack, offer, reference) and not _is_later_face(entry, reference):
                    what = _("{reference} 不存在").format(reference=reference)
                    yield fault_in(
                        file,
                        f"{id}.{part}[{number}]",
                        "by",
                        what,
                        _("请改正名称，或在做好以前写 planned_for"),
                    )
        if not entry.by and not entry.planned_for and not entry.not_computable:
            what = _("没有写由什么实现")
            yield fault_in(file, f"{id}.by", "by", what, _("请写 by，或写 planned_for、not_computable"))
        if entry.planned_for and entry.not_computable:
            what = _("planned_for 与 not_computable 不能并存")
            yield fault_in(file, id, "by", what, _("请删去其一"))


def _is_later_face(entry: CoverageEntry, reference: str) -> bool:
    return bool(entry.planned_for) and reference.partition(":")[0] in {"page", "api"}


def rule_cases(cases: Sequence[CaseEntry], offer: Offer) -> Iterator[Violation]:
    """Every rule is shown by at least three worked examples: those of the rule itself and those that expect its value."""
    for rule in offer.rules.values():
        shown = sum(1 for case in cases if case.rule == rule.id or _expects(case, rule))
        if shown < CASES_PER_RULE:
            what = _("规则 {id} 只有 {shown} 个算例，至少要 {least} 个").format(
                id=rule.id, shown=shown, least=CASES_PER_RULE
            )
            remedy = _("请在 cases/ 中补上：界限之下、恰在界限、界限之上")
            yield Violation("", "cases", rule.id, "cases", what, remedy)


def _expects(case: CaseEntry, rule: RuleOffer) -> bool:
    return isinstance(case.expect, dict) and rule.name in case.expect


def case_references(pack: Pack, offer: Offer, known_clauses: frozenset[str]) -> Iterator[Violation]:
    """Cases name rules, commands and requirements that exist."""
    known = {"pension", *offer.rules, *offer.commands}
    for file, cases in own(pack).case_files.items():
        for number, case in enumerate(cases):
            path = f"[{number}] {case.name}"
            if case.rule not in known:
                what = _("没有规则或命令 {rule}").format(rule=case.rule)
                yield fault_in(file, path, "cases", what, _("请改正 rule"))
            for id in case.requirements:
                if id not in known_clauses:
                    yield fault_in(
                        file, path, "citation", _("没有要求 {id}").format(id=id), _("请改正 requirements")
                    )


def rule_citations(rules: Sequence[RuleOffer], packs: Sequence[Pack]) -> Iterator[Violation]:
    """What a rule cites stands in a document of some pack, down to the article."""
    articles: dict[str, list[str]] = {}
    for pack in packs:
        for id, head in pack.documents.items():
            named = [article.article for article in pack.document(id).articles]
            articles.setdefault(id, named)
            articles.setdefault(head.number, named)
    for rule in rules:
        for citation in rule.citations:
            wrong = _unresolved(citation, articles)
            if wrong:
                what = _("规则 {id} 引用的 {wrong} 不在任何政策包的文件中").format(id=rule.id, wrong=wrong)
                yield Violation(
                    "",
                    rule.location or "rules",
                    rule.id,
                    "citation",
                    what,
                    _("请改正引用，或补上该文件、该条"),
                )


def _unresolved(citation: Citation, articles: dict[str, list[str]]) -> str | None:
    if citation.document not in articles:
        return citation.document
    for part in filter(None, re.split("、(?=第)", citation.clause)):
        if part != WHOLE_TEXT and not any(name.startswith(part) for name in articles[citation.document]):
            return f"{citation.document} {part}"
    return None
