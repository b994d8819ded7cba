"""Writes the pages that follow from packs, rules and proofs: `python -m scripts.make_docs`, or `--check` to only look.

Generated whole: docs/clauses.md, docs/regions.md. Generated between two marks: the table of rules at the foot of each page
of docs/rules, the tables of docs/glossary.md, the list of docs/README.md.
Example: after a setting was changed in a pack, `--check` names docs/regions.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import docs_clauses, docs_glossary, docs_regions, docs_rules

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BEGIN, END = "<!-- generated: {name} -->", "<!-- end of generated -->"


class MarkMissing(Exception):
    """A page lost the marks between which its table is written."""


def filled(page: str, name: str, table: str) -> str:
    """The page with what stands between the marks of that name replaced."""
    begin = BEGIN.format(name=name)
    before, mark, rest = page.partition(begin)
    _old, end, after = rest.partition(END)
    if not mark or not end:
        raise MarkMissing(f"{begin} … {END}")
    return f"{before}{begin}\n{table}{END}{after}"


def operating() -> str:
    """A line per page of docs/operating, by its title."""
    found = sorted((DOCS / "operating").glob("*.md"))
    titles = [path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for path in found]
    lines = [f"- [{title}](operating/{path.name})" for path, title in zip(found, titles, strict=True)]
    return "\n" + "\n".join(lines) + "\n\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with generated content and what it has to hold."""
    yield DOCS / "clauses.md", docs_clauses.page()
    yield DOCS / "regions.md", docs_regions.page()
    for path in sorted((DOCS / "rules").glob("*.md")):
        if path.stem != "README":
            yield path, filled(path.read_text(encoding="utf-8"), "rules", docs_rules.table(path.stem))
    index = DOCS / "README.md"
    yield index, filled(index.read_text(encoding="utf-8"), "operating", operating())
    glossary = DOCS / "glossary.md"
    text = glossary.read_text(encoding="utf-8")
    for name, table in docs_glossary.tables().items():
        text = filled(text, name, table)
    yield glossary, text


def stale() -> list[str]:
    """The pages that no longer say what packs, rules and proofs say."""
    return [
        path.relative_to(ROOT).as_posix()
        for path, text in pages()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check name those out of date and answer 1."""
    if arguments == ["--check"]:
        found = stale()
        for name in found:
            print(f"{name} is out of date; run python -m scripts.make_docs", file=sys.stderr)
        return 1 if found else 0
    for path, text in pages():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
