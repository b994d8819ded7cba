"""Where a rule, a number or a refusal comes from: a document and the place in it.

Example: ``str(Citation("渝人社办〔2019〕99号", "第九条"))`` is ``渝人社办〔2019〕99号 第九条``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Citation:
    """A document (its number, or the id of a pack's document) and the article or clause in it."""

    document: str
    clause: str = ""

    def __str__(self) -> str:
        return f"{self.document} {self.clause}".strip()
