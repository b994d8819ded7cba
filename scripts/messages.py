"""Extract the messages and compile the translations: ``make messages``.

Found are texts given to ``_`` or ``chinese`` in any module, Chinese texts in the modules of the pages and the labels of
choices in models (pages show both through ``|said``), and in templates ``{% t "…" %}`` and texts handed to an include.

The source strings are Chinese; ``src/jubao/locale/en/LC_MESSAGES/jubao.po`` holds the English. A string that is new gets an
empty entry there for a person to fill in, one that is gone leaves; nothing is guessed. Example of what is found::

    _("第 {row} 行读不出来").format(row=17)
"""

from __future__ import annotations

import ast
import io
import re
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "jubao"
TEMPLATE = SOURCE / "locale" / "jubao.pot"
ENGLISH = SOURCE / "locale" / "en" / "LC_MESSAGES" / "jubao.po"
# One date for all, so that the files change only when a message does.
DATED = datetime(2026, 11, 22, tzinfo=UTC)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
IN_TEMPLATE = re.compile(r"""\{%\s*t\s+(?:"([^"]+)"|'([^']+)')""")
HANDED_ON = re.compile(r"""\{%\s*include\s[^%]*%\}""")
ARGUMENT = re.compile(r"""\b[a-z_]+=(?:"([^"]+)"|'([^']+)')""")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def extracted(source: Path = SOURCE) -> dict[str, list[str]]:
    """Every message of the product with the files it stands in, in order of text.

    Read from the syntax tree: an extractor that reads tokens misses messages inside f-strings before Python 3.12.
    """
    found: dict[str, set[str]] = {}
    for path in sorted(source.rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        shown = (
            labels_of(code)
            if path.is_relative_to(source / "workbench")
            or path.is_relative_to(source / "portal")
            or path.name in ("models.py", "month_records.py")
            else []
        )
        for message in (*messages_of(code), *shown):
            found.setdefault(message, set()).add(path.relative_to(source).as_posix())
    for path in sorted(source.rglob("*.html")):
        for message in messages_of_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, set()).add(path.relative_to(source).as_posix())
    return {message: sorted(files) for message, files in sorted(found.items()) if message}


def messages_of(code: str) -> list[str]:
    """The texts that a module gives to `_`, or to `chinese` to be stored as they are and translated where they are shown."""
    calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and node.args)
    first = (
        call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("_", "chinese")
    )
    return [text.value for text in first if isinstance(text, ast.Constant) and isinstance(text.value, str)]


def labels_of(code: str) -> list[str]:
    """The Chinese texts of a module of pages or models, apart from docstrings and what `help_text` says to developers."""
    tree = ast.parse(code)
    silent = {id(child) for node in ast.walk(tree) for child in _unseen(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in silent
        and CHINESE.search(node.value)
    ]


def _unseen(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.keyword) and node.arg == "help_text":
        return [node.value]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return [node.value]
    return []


def messages_of_template(template: str) -> list[str]:
    """The texts of a template: given to `{% t %}` or handed to an include."""
    pairs = IN_TEMPLATE.findall(template)
    for include in HANDED_ON.findall(template):
        pairs += [pair for pair in ARGUMENT.findall(include) if CHINESE.search(pair[0] or pair[1])]
    return [first or second for first, second in pairs]


def catalogue(translations: dict[str, str], messages: dict[str, list[str]], locale: str | None) -> Catalog:
    """A catalogue of these messages with the translations that exist."""
    made = Catalog(
        locale=locale,
        domain="jubao",
        project="jubao",
        version="0",
        creation_date=DATED,
        revision_date=DATED,
        fuzzy=False,
    )
    made.header_comment = (
        "# Messages of Jubao. The source strings are Chinese; `make messages` keeps this file."
    )
    made.last_translator, made.language_team, made.msgid_bugs_address = "Jubao", "Jubao", "-"
    made.copyright_holder = "Jubao"
    for message, files in messages.items():
        made.add(message, translations.get(message, ""), locations=[(file, None) for file in files])
    return made


def translations(path: Path = ENGLISH) -> dict[str, str]:
    """What a .po file translates: source string to translation, empty ones left out."""
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        return {
            str(entry.id): str(entry.string)
            for entry in read_po(stream)
            if entry.id and entry.string and not entry.fuzzy
        }


def as_po(made: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, made, width=110)
    return stream.getvalue()


def as_mo(made: Catalog) -> bytes:
    stream = io.BytesIO()
    write_mo(stream, made)
    return stream.getvalue()


def problems(messages: dict[str, list[str]], translated: dict[str, str]) -> list[str]:
    """Messages without a translation, and translations whose placeholders differ from the source's."""
    found = [f"no English for: {message}" for message in messages if message not in translated]
    for message, english in translated.items():
        if set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(english)):
            found.append(f"placeholders differ: {message} / {english}")
        if re.search(r"[\u4e00-\u9fff]{9,}", english):
            found.append(f"not English: {english}")
    return found


def main() -> None:
    messages = extracted()
    english = catalogue(translations(), messages, "en")
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_bytes(as_po(catalogue({}, messages, None)))
    ENGLISH.write_bytes(as_po(english))
    ENGLISH.with_suffix(".mo").write_bytes(as_mo(english))
    for problem in problems(messages, translations()):
        print(problem)


if __name__ == "__main__":
    main()
