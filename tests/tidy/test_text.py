"""The texts of the project are tidy, and each check is able to fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.tidy import text_checks
from tests.tidy.repository import ROOT, contents, files, name, none, text

TEXTS = [(path, content) for path in files() if (content := text(path)) is not None]
PAGES = [(path, content) for path, content in TEXTS if path.suffix == ".md"]
# Optional extra cases may be looked for beside the project; a test that does so skips without them.
TESTS = ROOT / "tests"


def complaints(pages: list[tuple[Path, str]], check: Callable[[str], list[str]]) -> list[str]:
    return [f"{name(path)}: {said}" for path, content in pages for said in check(content)]


def test_nothing_refers_to_folders_beside_the_project() -> None:
    product = [(path, content) for path, content in TEXTS if not path.is_relative_to(TESTS)]

    none(complaints(product, text_checks.outside_references))


def test_what_is_cited_is_in_the_project() -> None:
    none(complaints(TEXTS, text_checks.absent_sources))


def test_nothing_is_left_unfinished() -> None:
    written = [
        (path, content)
        for path, content in TEXTS
        if path.suffix in {".py", ".md", ".sh", ".yaml", ".toml", ""}
    ]
    prose = [(path, content) for path, content in written if path.name != "LICENSE"]

    none(complaints(prose, text_checks.unfinished))


def test_no_official_is_named() -> None:
    none(complaints(TEXTS, text_checks.officials))


def test_identity_numbers_belong_to_nobody() -> None:
    none(complaints([(path, contents(path)) for path in files()], text_checks.real_numbers))


def test_pages_have_content_and_their_links_resolve() -> None:
    none(complaints(PAGES, text_checks.empty_headings))
    assert [
        f"{name(path)}: {said}" for path, content in PAGES for said in text_checks.broken_links(content, path)
    ] == []


def test_both_languages_of_the_readme_say_the_same() -> None:
    english, chinese = (ROOT / page for page in ("README.md", "README.zh-CN.md"))

    assert (
        text_checks.differing_pages(english.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8"))
        == []
    )


def test_changelog_fragments_are_well_formed() -> None:
    fragments = [
        (path, content)
        for path, content in PAGES
        if path.parent.name == "changelog.d" and path.name != "README.md"
    ]

    assert fragments
    none(complaints(fragments, text_checks.fragment_form))
    none([name(path) for path, _content in fragments if not path.stem.split("-")[0].isdigit()])


def numbered(county: str) -> str:
    first17 = f"{county}19630815002"
    return first17 + "10X98765432"[int(first17, 13) * 2 % 11]


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (text_checks.outside_references, "see ../" + "shared/design", "see docs/glossary.md"),
        (text_checks.absent_sources, "source: law" + ".md §8.4", "source: bylaw.md"),
        (text_checks.absent_sources, "parameters" + ".yaml meta", "parameters/pension.yaml"),
        (text_checks.absent_sources, "see docs/" + "nowhere.md", "see docs/glossary.md and docs/rules/*.md"),
        (text_checks.unfinished, "# TO" + "DO: more", "todos os dias"),
        (text_checks.unfinished, "good enough for no" + "w", "for nowhere"),
        (text_checks.officials, "联系人：" + "张某某", "联系人：代办员"),
        (text_checks.officials, "（李某" + "局长签发）", "由社保局长期保存"),
        (text_checks.real_numbers, numbered("50" + "0101"), numbered("509911")),
        (text_checks.real_numbers, "号码 " + numbered("11" + "0101") + "。", "号码 500110196308150026。"),
        (text_checks.empty_headings, "# A\n\ntext\n\n## B\n\n## C\n\ntext\n", "# A\n\n## B\n\ntext\n"),
        (text_checks.empty_headings, "# A\n\ntext\n\n## B\n", "# A\n\n```\n## no heading\n```\n"),
        (
            text_checks.fragment_form,
            "Change: x.\nAffects: none.\n",
            "Change: x.\nAffects: none.\nRecompute: nothing\n",
        ),
        (
            text_checks.fragment_form,
            "Change: x.\nAffects:\nRecompute: nothing\n",
            "Change: a: b.\n\nAffects: c\nRecompute: d\n",
        ),
    ],
)
def test_each_check_can_fail(check: Callable[[str], list[str]], bad: str, good: str) -> None:
    assert check(bad)
    assert not check(good)


def test_numbers_are_found_in_workbooks_and_in_gb18030(tmp_path: Path) -> None:
    number = numbered("50" + "0101")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_string("A1", number)
    (tmp_path / "b.csv").write_bytes(f"身份证号码,姓名\r\n{number},甲\r\n".encode("gb18030"))

    for path in tmp_path.iterdir():
        assert text_checks.real_numbers(contents(path))


@pytest.mark.parametrize(
    ("link", "is_broken"),
    [
        ("[a](other.md)", False),
        ("[a](other.md#erste-中文)", False),
        ("[a](#here)", False),
        ("[a](https://example.org/x)", False),
        ("`[a](missing.md)`", False),
        ("[a](missing.md)", True),
        ("[a](other.md#none)", True),
        ("![a](picture.png)", True),
    ],
)
def test_links_are_followed(tmp_path: Path, link: str, is_broken: bool) -> None:
    (tmp_path / "other.md").write_text("# Erste: 中文\n\ntext\n", encoding="utf-8")
    page = tmp_path / "page.md"

    assert bool(text_checks.broken_links(f"# Here\n\n{link}\n", page)) is is_broken


@pytest.mark.parametrize(
    ("second", "is_same"),
    [
        ("# 甲\n\n```\nmake\n```\n\n## 乙\n", True),
        ("# 甲\n\n```\nmake test\n```\n\n## 乙\n", False),
        ("# 甲\n\n```\nmake\n```\n", False),
        ("# 甲\n\n## 乙\n", False),
    ],
)
def test_pages_are_compared(second: str, is_same: bool) -> None:
    assert (text_checks.differing_pages("# A\n\n```\nmake\n```\n\n## B\n", second) == []) is is_same
