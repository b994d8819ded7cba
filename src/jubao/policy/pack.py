"""A region's policy pack with all its parents: parameters, settings, feeds and texts at a date, each with its source.

Worked example: `load_pack("綦江").parameter("payout_divisor_months", Month(2024, 5))` is 139 months from 国发〔2014〕8号,
found in the national pack because neither 綦江 nor 重庆 says otherwise; a month nobody covers raises NotCovered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from jubao.kernel.citation import Citation
from jubao.kernel.errors import InputRefused, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy.answers import Clause, Gap, Notice, ParameterValue, SettingValue
from jubao.policy.pack_files import PackFiles
from jubao.policy.schema.feeds import CalendarEntry, CaseEntry, CoverageEntry, Source, Workflow
from jubao.policy.schema.pack import DocumentFile, DocumentHead
from jubao.policy.schema.values import ParameterEntry, ParameterPeriod, SettingPeriod
from jubao.policy.timeline import Span, in_month, month_bounds, on_day, overlay, span, until_month
from jubao.policy.vocabulary import SETTINGS, fault

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Pack:
    """One region's law as data. `chain` runs from the nation to the region; the nearest pack wins, day by day."""

    def __init__(self, chain: list[PackFiles]) -> None:
        self.chain = chain
        head = chain[-1].head
        self.code, self.name, self.status, self.slug = head.code, head.name, head.status, head.slug
        self.head = head
        self._parameter_lines: dict[str, tuple[Span[tuple[ParameterEntry, ParameterPeriod]], ...]] = {}
        self._setting_lines: dict[str, tuple[Span[SettingPeriod], ...]] = {}

    def __repr__(self) -> str:
        return f"<Pack {self.code} {self.name}>"

    @property
    def title(self) -> str:
        """Name and code, as messages show a region."""
        return f"{self.name}（{self.code}）"

    @cached_property
    def pack_hash(self) -> str:
        """SHA-256 over the names and contents of every file of the chain, from the nation down."""
        digest = hashlib.sha256()
        for files in self.chain:
            files.feed_hash(digest)
        return digest.hexdigest()

    # ---- parameters

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """Every parameter some pack of the chain knows, gaps included."""
        return tuple(sorted({name for files in self.chain for name in files.parameters}))

    def parameter_line(self, name: str) -> tuple[Span[tuple[ParameterEntry, ParameterPeriod]], ...]:
        """The periods of a parameter after all overrides, in order of days."""
        if name not in self._parameter_lines:
            line: tuple[Span[Any], ...] = ()
            for files in self.chain:
                line = overlay(line, list(files.parameter_spans(name)))
            self._parameter_lines[name] = line
        return self._parameter_lines[name]

    def find_parameter(self, name: str, month: Month) -> ParameterValue | Gap:
        """The value for a month, or what is missing and why. Never raises for a gap."""
        if not self.covers(month):
            why = _("政策包 {title} 的适用期为 {starts} 至 {ends}").format(**self._span_words())
            return Gap(name, _("{month} 的 {name}").format(month=month, name=name), why, None, self.code)
        line = self.parameter_line(name)
        found = in_month(line, month)
        if found is None:
            why = _("{title} 及其上级政策包都没有这个月的数值").format(title=self.title)
            what = _("{month} 的 {name}").format(month=month, name=name)
            return Gap(name, what, why, None, self.code, declared=False)
        entry, period = found.entry
        if period.missing:
            return Gap(name, period.what or name, period.why or "", period.clause, found.pack_code)
        return ParameterValue(
            name=name,
            value=period.value,
            unit=entry.unit or "",
            source=period.source or "",
            confidence=period.confidence or "default",
            date_confidence=period.date_confidence,
            clause=period.clause,
            pack_code=found.pack_code,
            from_month=found.from_month,
            until_month=until_month(line, found),
            note=period.note,
        )

    def parameter(self, name: str, month: Month) -> ParameterValue:
        """The value for a month. Raises NotCovered naming parameter, region, month and what to supply."""
        found = self.find_parameter(name, month)
        if isinstance(found, ParameterValue):
            return found
        message = _("{title} {month} 没有参数 {name}：{what}；{why}。").format(
            title=self.title, month=month, name=name, what=found.what, why=found.why
        )
        remedy = _("请在政策包 parameters/ 中补充该期间的数值和出处。")
        citation = self.cite(found.clause) if found.clause else None
        raise NotCovered("PARAMETER_MISSING", message, remedy=remedy, citation=citation)

    def parameter_bounds(self, names: Iterable[str]) -> list[Month]:
        """Every month in which one of the parameters changes, begins or ends, in order."""
        bounds: set[Month] = set()
        for name in names:
            bounds |= month_bounds(self.parameter_line(name))
        bounds |= month_bounds([span(self.head.covers.starts, self.head.covers.ends, None, self.code)])
        return sorted(bounds)

    # ---- settings

    @cached_property
    def setting_keys(self) -> tuple[str, ...]:
        """Every setting some pack of the chain holds."""
        return tuple(sorted({key for files in self.chain for key in files.settings}))

    def setting_line(self, key: str) -> tuple[Span[SettingPeriod], ...]:
        """The periods of a setting after all overrides, in order of days."""
        if key not in self._setting_lines:
            line: tuple[Span[SettingPeriod], ...] = ()
            for files in self.chain:
                line = overlay(line, list(files.setting_spans(key)))
            self._setting_lines[key] = line
        return self._setting_lines[key]

    def find_setting(self, key: str, on: date | Month) -> SettingValue | None:
        """The setting on a day or for a month; None when no text and no default covers it.

        Raises InputRefused when the pack holds a value that no code offers, LookupError for a key outside the vocabulary.
        """
        if key not in SETTINGS:
            raise LookupError(f"no setting {key!r} in jubao.policy.vocabulary")
        if not self.covers(on):
            return None
        line = self.setting_line(key)
        found = in_month(line, on) if isinstance(on, Month) else on_day(line, on)
        if found is None:
            return None
        entry = found.entry
        wrong = fault(key, entry.value)
        if wrong:
            raise InputRefused(
                "SETTING_INVALID",
                _("政策包 {code} 的设置 {key} 不能使用：{wrong}。").format(
                    code=found.pack_code, key=key, wrong=wrong
                ),
                remedy=_("请改正 variants.yaml，并运行 jubao policy check。"),
            )
        return SettingValue(
            key=key,
            value=entry.value,
            clause=entry.clause,
            source=entry.source,
            confidence=entry.confidence,
            is_default=entry.default or entry.confidence == "default",
            pack_code=found.pack_code,
            note=entry.note,
            _cite=self.cite,
        )

    def setting(self, key: str, on: date | Month) -> SettingValue:
        """The setting on a day or for a month. Raises NotCovered naming key, region and date."""
        found = self.find_setting(key, on)
        if found is None:
            message = _("{title} {on} 没有设置 {key}（{what}）。").format(
                title=self.title, on=on, key=key, what=SETTINGS[key].title
            )
            remedy = _("请在政策包 variants.yaml 中补充该期间的值和依据。")
            raise NotCovered("SETTING_MISSING", message, remedy=remedy)
        return found

    # ---- coverage in time

    def covers(self, on: date | Month) -> bool:
        """Whether the pack answers for that day or month at all."""
        first, last = (on.first_day, on.last_day) if isinstance(on, Month) else (on, on)
        covered = self.head.covers
        return covered.starts <= last and (covered.ends is None or first <= covered.ends)

    def require_covers(self, on: date | Month) -> None:
        """Raises NotCovered when the pack does not answer for that day or month."""
        if not self.covers(on):
            message = _("政策包 {title} 不适用于 {on}：适用期为 {starts} 至 {ends}。").format(
                on=on, **self._span_words()
            )
            raise NotCovered("MONTH_NOT_COVERED", message, remedy=_("请核对地区和月份。"))

    def _span_words(self) -> dict[str, str]:
        covered = self.head.covers
        return {
            "title": self.title,
            "starts": str(covered.starts),
            "ends": str(covered.ends) if covered.ends else _("今"),
        }

    # ---- feeds

    @cached_property
    def all_sources(self) -> dict[str, Source]:
        """Every feed of the chain by SOURCE code; the nearest pack's definition replaces the whole entry."""
        return {code: source for files in self.chain for code, source in files.sources.items()}

    def sources(self, on: date) -> dict[str, Source]:
        """The feeds in use on a day."""
        return {code: source for code, source in self.all_sources.items() if source.holds_on(on)}

    def header_aliases(self, source: str | None = None) -> dict[str, tuple[str, ...]]:
        """Canonical column → the headers people write for it, the plainest first.

        Without a source: the general words (nearest pack first), then those of every feed. With one: that feed's own
        words, then the general ones, so that its 判决日期 does not hide behind another feed's 火化日期.
        """
        general = [files.aliases for files in reversed(self.chain)]
        if source is not None:
            tables = [self.all_sources[source].aliases, *general]
        else:
            tables = [*general, *(feed.aliases for feed in self.all_sources.values())]
        found: dict[str, list[str]] = {}
        for table in tables:
            for canonical, headers in table.items():
                found.setdefault(canonical, []).extend(headers)
        return {canonical: tuple(dict.fromkeys(headers)) for canonical, headers in sorted(found.items())}

    def value_aliases(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Canonical column → canonical value → accepted spellings; the nearest pack's spellings come first."""
        found: dict[str, dict[str, list[str]]] = {}
        for files in reversed(self.chain):
            for column, values in files.values.items():
                for value, spellings in values.items():
                    found.setdefault(column, {}).setdefault(value, []).extend(spellings)
        return {
            column: {value: tuple(dict.fromkeys(spellings)) for value, spellings in values.items()}
            for column, values in found.items()
        }

    # ---- texts

    @cached_property
    def documents(self) -> dict[str, DocumentHead]:
        """The heads of all documents of the chain by id, from the nation down."""
        return {id: head for files in self.chain for id, (_file, head) in files.document_heads.items()}

    def document(self, id: str) -> DocumentFile:
        """A document with its articles. Raises KeyError for an unknown id."""
        for files in reversed(self.chain):
            if id in files.document_heads:
                return files.document(id)
        raise KeyError(id)

    def find_clause(self, id: str) -> Clause | None:
        """A clause by its id; only the documents whose prefix fits are read."""
        if id not in self._clauses:
            fitting = [
                head.id
                for head in self.documents.values()
                if head.prefix and id.startswith(f"{head.prefix}-")
            ]
            for document_id in fitting:
                self._index(document_id)
        return self._clauses.get(id)

    def clause(self, id: str) -> Clause:
        """A clause by its id. Raises NotCovered for an id no document of the chain has."""
        found = self.find_clause(id)
        if found is None:
            message = _("{title} 的文件中没有条款 {id}。").format(title=self.title, id=id)
            raise NotCovered("CLAUSE_UNKNOWN", message, remedy=_("请核对条款编号，或在 documents/ 中补上。"))
        return found

    def cite(self, id: str) -> Citation:
        """Document number and article of a clause."""
        clause = self.clause(id)
        return Citation(clause.document, clause.article)

    def readable(self, citation: Citation) -> Citation:
        """A citation of a rule with the document's number instead of its id; unknown documents stay as they are."""
        head = self.documents.get(citation.document)
        return Citation(head.number, citation.clause) if head else citation

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return {}

    def _index(self, document_id: str) -> None:
        document = self.document(document_id)
        for article in document.articles:
            for entry in article.clauses:
                if entry.id is not None:
                    clause = Clause(entry.id, document.number, article.article, entry.words, document.id)
                    self._clauses[entry.id] = clause

    # ---- the rest, read on demand

    @cached_property
    def coverage(self) -> dict[str, CoverageEntry]:
        """Requirement id → where it lives, over the whole chain."""
        return {id: entry for files in self.chain for id, entry in files.coverage.items()}

    @cached_property
    def cases(self) -> list[CaseEntry]:
        """Every worked example of the chain."""
        return [case for files in self.chain for cases in files.case_files.values() for case in cases]

    def notice(self, name: str) -> Notice:
        """The nearest wording of a notice. Raises NotCovered when the chain has none."""
        for files in reversed(self.chain):
            if name in files.notices:
                text = files.notices[name]
                placeholders = tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))
                return Notice(name, text, placeholders, files.head.code)
        message = _("{title} 没有通知模板 {name}。").format(title=self.title, name=name)
        raise NotCovered("NOTICE_MISSING", message, remedy=_("请在政策包 notices/ 中补充。"))

    def workflow(self, kind: str, on: date | None = None) -> Workflow:
        """The steps of a case kind on a day (the latest when no day is given). Raises NotCovered when there are none."""
        line: tuple[Span[Workflow], ...] = ()
        for files in self.chain:
            versions = files.workflows.get(kind, [])
            line = overlay(line, [span(one.starts, one.ends, one, files.head.code) for one in versions])
        found = on_day(line, on) if on else (line[-1] if line else None)
        if found is None:
            message = _("{title} 没有业务流程 {kind}。").format(title=self.title, kind=kind)
            raise NotCovered("WORKFLOW_MISSING", message, remedy=_("请在政策包 workflows.yaml 中补充。"))
        return found.entry

    @cached_property
    def calendar(self) -> dict[str, list[CalendarEntry]]:
        """Recurring dates by name; the nearest pack's list replaces the whole list."""
        return {name: entries for files in self.chain for name, entries in files.calendar.items()}
