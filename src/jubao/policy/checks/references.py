"""Does everything a pack cites exist? Clauses, documents, feeds, headers.

Worked example: a setting with `clause: CQ-99-1` is reported with file, key and the remedy to correct the number or to quote
the clause in `documents/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jubao.kernel.text import _
from jubao.policy.checks.report import fault_in, own
from jubao.policy.pack import Pack
from jubao.policy.reading import Violation
from jubao.policy.vocabulary import SCHEMES

LIST_EVIDENCE = {
    "match.eligible_sources": "life",
    "match.lost_sources": "loss",
    "match.lost_sources_unemployment": "loss",
    "match.lost_sources_injury": "loss",
}
ROSTER_SOURCES = frozenset({"ROSTER_CERTIFICATION"})


def citations(pack: Pack) -> Iterator[Violation]:
    """Every clause a pack names must stand in a document of its chain, every base document must be there."""
    for file, path, clause in _named_clauses(pack):
        if pack.find_clause(clause) is None:
            what = _("引用的条款 {clause} 不在本包及上级包的文件中").format(clause=clause)
            yield fault_in(file, path, "citation", what, _("请改正编号，或在 documents/ 中补上该条款和原文"))
    for file, head in own(pack).document_heads.values():
        for number, base in enumerate(head.base):
            if base not in pack.documents:
                what = _("所依据的文件 {base} 不在本包及上级包中").format(base=base)
                yield fault_in(file, f"base[{number}]", "citation", what, _("请改正编号，或补上该文件"))


def _named_clauses(pack: Pack) -> Iterator[tuple[Path, str, str]]:
    files = own(pack)
    for file, entries in files.parameter_files.items():
        for name, entry in entries.items():
            for number, period in enumerate(entry.periods):
                if period.clause:
                    yield file, f"{name}.periods[{number}].clause", period.clause
    for key, settings in files.settings.items():
        for number, setting in enumerate(settings):
            if setting.clause:
                yield files.folder / "variants.yaml", f"{key}[{number}].clause", setting.clause
    for code, source in files.sources.items():
        for number, clause in enumerate(source.clauses):
            yield files.folder / "sources.yaml", f"{code}.clauses[{number}]", clause
    for kind, versions in files.workflows.items():
        for number, version in enumerate(versions):
            named = [version.clause, *(step.clause for step in version.steps)]
            for clause in filter(None, named):
                yield files.folder / "workflows.yaml", f"{kind}[{number}]", clause
    for name, dates in files.calendar.items():
        for number, entry_on in enumerate(dates):
            if entry_on.clause:
                yield files.folder / "calendar.yaml", f"{name}[{number}].clause", entry_on.clause


def feeds(pack: Pack) -> Iterator[Violation]:
    """Feeds name schemes that exist and columns that have a header; lists name feeds of the right side."""
    file = own(pack).folder / "sources.yaml"
    known_headers = pack.header_aliases()
    for code, source in own(pack).sources.items():
        for scheme in source.schemes:
            if scheme not in SCHEMES:
                what = _("没有险种 {scheme}").format(scheme=scheme)
                yield fault_in(
                    file,
                    f"{code}.schemes",
                    "variant",
                    what,
                    _("只能取 {known}").format(known="、".join(SCHEMES)),
                )
        columns = [*source.columns.required, *source.columns.optional]
        for column in [*columns, *(name for group in source.columns.any_of for name in group)]:
            if column not in known_headers:
                what = _("列 {column} 没有任何中文表头").format(column=column)
                yield fault_in(
                    file, f"{code}.columns", "header", what, _("请在 aliases.yaml 或本来源的 aliases 中补上")
                )
    yield from _lists(pack)


def _lists(pack: Pack) -> Iterator[Violation]:
    for key, side in LIST_EVIDENCE.items():
        for number, period in enumerate(own(pack).settings.get(key, [])):
            for code in period.value if isinstance(period.value, list) else []:
                source = pack.all_sources.get(code)
                place = own(pack).folder / "variants.yaml", f"{key}[{number}]"
                if source is None and code not in ROSTER_SOURCES:
                    yield fault_in(
                        *place,
                        "variant",
                        _("没有来源 {code}").format(code=code),
                        _("请改正，或在 sources.yaml 中补上"),
                    )
                elif source is not None and source.evidence != side:
                    what = _("来源 {code} 的 evidence 是 {evidence}，不是 {side}").format(
                        code=code, evidence=source.evidence, side=side
                    )
                    yield fault_in(*place, "variant", what, _("请移到另一名单，或改正来源"))


def ambiguous_headers(pack: Pack) -> Iterator[Violation]:
    """One header of the general table must not stand for two columns."""
    meaning: dict[str, str] = {}
    for canonical, headers in own(pack).aliases.items():
        for header in headers:
            if meaning.setdefault(header, canonical) != canonical:
                what = _("表头“{header}”已属于 {column}").format(header=header, column=meaning[header])
                file = own(pack).folder / "aliases.yaml"
                yield fault_in(file, canonical, "header", what, _("一个表头只能指一列，请删去其一"))
