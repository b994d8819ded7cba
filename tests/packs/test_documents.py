"""Every clause of the five texts is in the packs once, and no article of a text is left out.

Worked example: 渝人社办〔2019〕99号 has 26 articles; its fifth makes no testable demand and stands there without an id.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from jubao.policy.pack_files import PackFiles
from tests.packs.folders import PACKS, document

PER_PREFIX = {"QJ": 186, "CQ": 120, "GD": 186, "SS": 220, "XW": 47}
NUMERALS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """12 → 十二, 44 → 四十四."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十"
    return head + (NUMERALS[ones] if ones else "")


def clause_ids() -> list[str]:
    return [
        clause.id
        for pack in PACKS
        for id in pack.document_heads
        for article in pack.document(id).articles
        for clause in article.clauses
        if clause.id
    ]


def test_every_clause_stands_in_the_documents_exactly_once() -> None:
    ids = clause_ids()

    assert len(ids) == len(set(ids)) == 759
    assert Counter(id.split("-")[0] for id in ids) == PER_PREFIX


def test_coverage_names_every_clause_exactly_once() -> None:
    covered = [id for pack in PACKS for id in pack.coverage]

    assert sorted(covered) == sorted(clause_ids())


def test_a_clause_is_covered_in_the_pack_of_its_document() -> None:
    for pack in PACKS:
        own = {
            clause.id
            for id in pack.document_heads
            for article in pack.document(id).articles
            for clause in article.clauses
            if clause.id
        }

        assert set(pack.coverage) == own, pack.folder.name


@pytest.mark.parametrize(
    ("id", "articles"),
    [("yurensheban-2019-99", 26), ("gd-zige-renzheng-draft", 22), ("chisongzhengbanfa-2020-56", 44)],
)
def test_every_numbered_article_is_there_in_the_order_of_the_text(id: str, articles: int) -> None:
    labels = [article.article for article in document(id).articles]

    numbered = list(dict.fromkeys(re.match(r"第.+?条", label).group() for label in labels))  # type: ignore[union-attr]

    assert numbered == [f"第{chinese(number)}条" for number in range(1, articles + 1)]


@pytest.mark.parametrize(
    ("id", "parts"),
    [
        (
            "qishexian-2024-1",
            [
                "文头",
                "引言",
                "一",
                "二",
                "三",
                "四、（一）",
                "四、（四）",
                "五、（一）",
                "五、（三）",
                "文尾",
            ],
        ),
        ("cq-mianshen-zhiyin", ["一", "二", "三", "四", "五", "六", "七", "八", "九"]),
        ("cq-mianshen-shouce", ["一", "二", "三、（一）", "三、（二）", "三、（三）", "四"]),
        (
            "xunrenshefa-2020-25",
            [
                "文头",
                "引言",
                "一",
                "二、（一）",
                "二、（二）",
                "二、（三）",
                "二、（四）",
                "三、（一）",
                "三、（二）",
            ],
        ),
    ],
)
def test_every_part_of_a_text_without_articles_is_there(id: str, parts: list[str]) -> None:
    labels = [article.article for article in document(id).articles]

    missing = [part for part in parts if not any(label.startswith(part) for label in labels)]

    assert missing == []


def test_articles_of_a_document_are_named_once() -> None:
    for pack in PACKS:
        for id in pack.document_heads:
            labels = [article.article for article in pack.document(id).articles]
            assert len(labels) == len(set(labels)), id


def test_the_guangdong_text_says_that_it_is_a_draft_and_where_it_breaks_off() -> None:
    draft = document("gd-zige-renzheng-draft")

    assert draft.status == "draft_for_comment"
    assert any("articles after 22 not in the source" in note for note in draft.notes)
    assert next(pack for pack in PACKS if pack.head.code == "440000").head.status == "draft"


@pytest.mark.requirement("CQ-25-1")
def test_the_chongqing_text_names_its_interpreter() -> None:
    assert document("yurensheban-2019-99").interpreter == "重庆市人力资源和社会保障局"


@pytest.mark.requirement("SS-43-1")
def test_the_songshan_text_names_its_interpreter() -> None:
    assert document("chisongzhengbanfa-2020-56").interpreter == "区人社局"


def test_traditional_quotations_are_found_by_simplified_words() -> None:
    clauses = [
        clause for article in document("chisongzhengbanfa-2020-56").articles for clause in article.clauses
    ]

    found = {clause.id for clause in clauses if "待遇支付审批表" in (clause.simplified or clause.quote or "")}

    assert found == {"SS-22-3"}


def test_what_was_not_read_word_for_word_is_not_called_a_quotation() -> None:
    read = {pack.head.code: pack for pack in PACKS}["000000"]

    facts = [clause for article in read.document("guofa-2014-8").articles for clause in article.clauses]

    assert all(clause.quote is None and clause.confidence for clause in facts)


def test_every_base_document_is_in_the_chain() -> None:
    by_code: dict[str, PackFiles] = {pack.head.code: pack for pack in PACKS}
    for pack in PACKS:
        chain = {id for code in ancestry(pack, by_code) for id in by_code[code].document_heads}
        for _, head in pack.document_heads.values():
            assert set(head.base) <= chain, head.id


def ancestry(pack: PackFiles, by_code: dict[str, PackFiles]) -> list[str]:
    codes = [pack.head.code]
    while by_code[codes[-1]].head.parent:
        codes.append(str(by_code[codes[-1]].head.parent))
    return codes
