"""The texts of a pack: documents, clauses and citations, notices, workflows, worked examples, coverage.

Worked example: `pack.cite("CQ-09-4")` is 渝人社办〔2019〕99号 第九条; only documents whose prefix fits the id are read.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property

from jubao.kernel.citation import Citation
from jubao.kernel.errors import NotCovered
from jubao.kernel.text import _
from jubao.policy.answers import Clause, Notice
from jubao.policy.pack_chain import PackChain
from jubao.policy.schema.feeds import CalendarEntry, CaseEntry, CoverageEntry, Workflow
from jubao.policy.schema.pack import DocumentFile, DocumentHead
from jubao.policy.timeline import Span, on_day, overlay, span

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class PackTexts(PackChain):
    """Texts of a pack."""

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
