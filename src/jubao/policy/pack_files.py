"""The files of one pack folder, read when they are asked for and kept for the life of the process.

Worked example: `PackFiles.read(Path("packs/500110_qijiang")).head.name` is 重庆市綦江区; its coverage is parsed only when
`.coverage` is first used, because a comparison never needs it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from jubao.kernel.text import _
from jubao.policy.reading import PackRefused, Violation, parse_yaml, place, validated
from jubao.policy.schema.feeds import CalendarEntry, CaseEntry, CoverageEntry, Source, Workflow
from jubao.policy.schema.pack import DocumentFile, DocumentHead, PackHead
from jubao.policy.schema.values import ParameterEntry, SettingPeriod
from jubao.policy.timeline import Span, overlaps, span
from jubao.policy.units import fault_of, is_divisor, remedy_for_value, zero_divisor

_HEAD = TypeAdapter(PackHead)
_DOCUMENT_HEAD = TypeAdapter(DocumentHead)
_DOCUMENT = TypeAdapter(DocumentFile)
_PARAMETERS = TypeAdapter(dict[str, ParameterEntry])
_SETTINGS = TypeAdapter(dict[str, list[SettingPeriod]])
_SOURCES = TypeAdapter(dict[str, Source])
_ALIASES = TypeAdapter(dict[str, list[str]])
_VALUES = TypeAdapter(dict[str, dict[str, list[str]]])
_WORKFLOWS = TypeAdapter(dict[str, list[Workflow]])
_CALENDAR = TypeAdapter(dict[str, list[CalendarEntry]])
_CASES = TypeAdapter(list[CaseEntry])
_COVERAGE = TypeAdapter(dict[str, CoverageEntry])
_ARTICLES = re.compile(r"^articles:", re.MULTILINE)


class PackFiles:
    """One folder of `packs/`. What does not fit its schema raises PackRefused when it is first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _load(self, name: str, adapter: TypeAdapter[Any], empty: Any) -> Any:
        file = self.folder / name
        if not file.exists():
            return empty
        data = parse_yaml(file)
        return validated(adapter, file, empty if data is None else data)

    @cached_property
    def head(self) -> PackHead:
        """pack.yaml."""
        file = self.folder / "pack.yaml"
        head: PackHead = validated(_HEAD, file, parse_yaml(file))
        if self.folder.name != f"{head.code}_{head.slug}":
            pack, name = place(file)
            what = _("文件夹名 {name} 与 code、slug 不符").format(name=self.folder.name)
            remedy = _("请把文件夹改名为 {code}_{slug}").format(code=head.code, slug=head.slug)
            raise PackRefused([Violation(pack, name, "code", "schema", what, remedy)])
        return head

    @cached_property
    def parameter_files(self) -> dict[Path, dict[str, ParameterEntry]]:
        """parameters/*.yaml, by file."""
        folder = self.folder / "parameters"
        return {
            file: validated(_PARAMETERS, file, parse_yaml(file) or {})
            for file in sorted(folder.glob("*.yaml"))
        }

    @cached_property
    def parameters(self) -> dict[str, ParameterEntry]:
        """Every parameter of the pack.

        Refused: a name in two files, two values for one day, a value out of what its unit allows, a divisor of zero.
        """
        wrong: list[Violation] = []
        merged: dict[str, ParameterEntry] = {}
        for file, entries in self.parameter_files.items():
            pack, shown = place(file)
            for name, entry in entries.items():
                if name in merged:
                    what, remedy = _("参数已在另一文件中写过"), _("请合并到一个文件")
                    wrong.append(Violation(pack, shown, name, "overlap", what, remedy))
                merged[name] = entry
                wrong += _impossible(pack, shown, name, entry)
                wrong += _overlapping(pack, shown, name, list(self.parameter_spans(name, entry)))
        if wrong:
            raise PackRefused(wrong)
        return merged

    def parameter_spans(self, name: str, entry: ParameterEntry | None = None) -> Iterator[Span[Any]]:
        """The periods of a parameter as spans; each carries (entry, period)."""
        found = entry or self.parameters.get(name)
        for period in found.periods if found else []:
            yield span(period.starts, period.ends, (found, period), self.head.code)

    @cached_property
    def settings(self) -> dict[str, list[SettingPeriod]]:
        """variants.yaml. Two values for one day are refused."""
        file = self.folder / "variants.yaml"
        settings: dict[str, list[SettingPeriod]] = self._load("variants.yaml", _SETTINGS, {})
        pack, shown = place(file)
        wrong = [
            found
            for key in settings
            for found in _overlapping(pack, shown, key, list(self._spans_of(settings[key])))
        ]
        if wrong:
            raise PackRefused(wrong)
        return settings

    def setting_spans(self, key: str) -> Iterator[Span[SettingPeriod]]:
        """The periods of a setting as spans."""
        return self._spans_of(self.settings.get(key, []))

    def _spans_of(self, periods: list[SettingPeriod]) -> Iterator[Span[SettingPeriod]]:
        return (span(period.starts, period.ends, period, self.head.code) for period in periods)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """sources.yaml: feeds by SOURCE code."""
        sources: dict[str, Source] = self._load("sources.yaml", _SOURCES, {})
        return sources

    @cached_property
    def aliases(self) -> dict[str, list[str]]:
        """aliases.yaml: canonical column → the headers people write."""
        aliases: dict[str, list[str]] = self._load("aliases.yaml", _ALIASES, {})
        return aliases

    @cached_property
    def values(self) -> dict[str, dict[str, list[str]]]:
        """values.yaml: canonical column → canonical value → the spellings people write."""
        values: dict[str, dict[str, list[str]]] = self._load("values.yaml", _VALUES, {})
        return values

    @cached_property
    def workflows(self) -> dict[str, list[Workflow]]:
        """workflows.yaml: case kind → dated steps."""
        workflows: dict[str, list[Workflow]] = self._load("workflows.yaml", _WORKFLOWS, {})
        return workflows

    @cached_property
    def calendar(self) -> dict[str, list[CalendarEntry]]:
        """calendar.yaml: recurring dates by name."""
        calendar: dict[str, list[CalendarEntry]] = self._load("calendar.yaml", _CALENDAR, {})
        return calendar

    @cached_property
    def coverage(self) -> dict[str, CoverageEntry]:
        """coverage.yaml: requirement → where it lives."""
        coverage: dict[str, CoverageEntry] = self._load("coverage.yaml", _COVERAGE, {})
        return coverage

    @cached_property
    def case_files(self) -> dict[Path, list[CaseEntry]]:
        """cases/*.yaml, by file."""
        files = sorted((self.folder / "cases").glob("*.yaml"))
        return {file: validated(_CASES, file, parse_yaml(file) or []) for file in files}

    @cached_property
    def notices(self) -> dict[str, str]:
        """notices/*.md: wording by name."""
        return {file.stem: file.read_text("utf-8") for file in sorted((self.folder / "notices").glob("*.md"))}

    @cached_property
    def document_heads(self) -> dict[str, tuple[Path, DocumentHead]]:
        """The heads of documents/*.yaml. Refuses a document without an effective date (CQ-26-1)."""
        heads: dict[str, tuple[Path, DocumentHead]] = {}
        wrong: list[Violation] = []
        for file in sorted((self.folder / "documents").glob("*.yaml")):
            try:
                head = self._document_head(file)
            except PackRefused as refused:
                wrong += refused.violations
                continue
            heads[head.id] = (file, head)
        if wrong:
            raise PackRefused(wrong)
        return heads

    def _document_head(self, file: Path) -> DocumentHead:
        """Parse only what stands above `articles:` — the articles are long and a run that cites nothing needs none.

        Where something stands below the articles, the head alone does not fit the schema and the whole file is read.
        """
        text = file.read_text("utf-8")
        cut = _ARTICLES.search(text)
        if cut and not re.search(r"^[a-z]", text[cut.end() :], re.MULTILINE):
            head: DocumentHead = validated(_DOCUMENT_HEAD, file, parse_yaml(file, text[: cut.start()]) or {})
            return head
        return self._document(file)

    def _document(self, file: Path) -> DocumentFile:
        document: DocumentFile = validated(_DOCUMENT, file, parse_yaml(file) or {})
        return document

    def document(self, id: str) -> DocumentFile:
        """A document with its articles; KeyError when the pack has none of that id."""
        if id not in self._documents:
            self._documents[id] = self._document(self.document_heads[id][0])
        return self._documents[id]

    @cached_property
    def _documents(self) -> dict[str, DocumentFile]:
        return {}

    def check_readable(self) -> None:
        """Read what a run needs. Raises PackRefused with the faults of all files together."""
        wrong: list[Violation] = []
        for part in ("head", "document_heads", "parameters", "settings", "sources", "aliases"):
            try:
                getattr(self, part)
            except PackRefused as refused:
                wrong += refused.violations
        if wrong:
            raise PackRefused(wrong)

    def files(self) -> list[Path]:
        """Every file of the pack; hidden files and compiled leftovers are not part of it."""
        return sorted(
            file
            for file in self.folder.rglob("*")
            if file.is_file() and not any(part[0] in "._" for part in file.relative_to(self.folder).parts)
        )

    def feed_hash(self, digest: Any) -> None:
        """Add the names and contents of all files to a running hash."""
        for file in self.files():
            content = file.read_bytes()
            digest.update(f"{self.folder.name}/{file.relative_to(self.folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(content).digest())


def _impossible(pack: str, file: str, name: str, entry: ParameterEntry) -> list[Violation]:
    found: list[Violation] = []
    for number, period in enumerate(entry.periods):
        path = f"{name}.periods[{number}].value"
        what = None if period.missing else fault_of(entry.unit or "", period.value)
        if what is not None:
            found.append(Violation(pack, file, path, "special", what, remedy_for_value()))
        if is_divisor(name) and period.value == 0:
            found.append(Violation(pack, file, path, "denominator", zero_divisor(), remedy_for_value()))
    return found


def _overlapping(pack: str, file: str, name: str, spans: list[Span[Any]]) -> list[Violation]:
    return [
        Violation(
            pack,
            file,
            name,
            "overlap",
            _("{one} 起与 {two} 起的两段重叠").format(one=one.first, two=two.first),
            _("请改正 to 或 from，使每一天只有一个值"),
        )
        for one, two in overlaps(spans)
    ]
