"""What must hold in every text of the project: documents, packs, scripts. Every check gives a list of complaints.

Example: ``empty_headings("# A\\n\\n## B\\n")`` is ``["line 3: nothing stands under the heading 'B'"]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.tidy.repository import ROOT

# Written in two parts so that this file does not complain about itself.
OUTSIDE = ["../" + "shared", "/work" + "/"]
UNFINISHED = re.compile(r"(?<![\"'])\b(TO" r"DO|FIX" r"ME|XX" r"X|for no" r"w)\b", re.IGNORECASE)
# Notes the project was designed from; a reader of the project does not have them.
DESIGN_NOTES = re.compile(
    r"(?<![\w/-])(?:law|contracts|differences|architecture|integrity|engines|platform|screens)\.md\b"
    r"|(?<![\w/-])(?:parameters|requirements)\.yaml\b|clerks[-]needs|house[-]style"
)
CITED_PAGE = re.compile(r"(?<![\w/.])docs/[\w/-]+\.md\b")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
SYNTHETIC_COUNTIES = ("5099", "1599", "3699", "4499")
# The worked samples of GB 11643 and of the foreign card that the law notes give; nobody bears them.
SAMPLES = {"500110196308150026", "931105196001010010"}
FRAGMENT_LABELS = ["Change", "Affects", "Recompute"]
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕张孔曹严华金魏陶姜谢邹喻柏苏潘葛范彭鲁韦马苗方俞任袁柳唐"
    "罗薛雷贺倪汤滕殷毕郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄米贝明臧计伏成戴宋庞熊纪舒屈项祝董梁杜阮"
    "蓝闵席季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房解应宗丁宣邓郁单杭洪包左石崔吉龚程邢裴陆"
    "荣翁荀惠曲封靳段焦巴侯全班宁仇甘厉戎刘叶黎白蒲邰赖卓屠乔谭申冉桑桂牛尚温庄晏柴瞿阎慕连茹向古易廖曾关"
    "岳帅游权"
)
OFFICE = "局长|副局长|厅长|副厅长|处长|科长|股长|县长|区长|市长|省长|主任科员|书记|同志"
OFFICIAL = re.compile(
    rf"(?:联系人|签发人|经办人|发文人)\s*[:：]\s*[{SURNAMES}][\u4e00-\u9fff]{{1,2}}"
    rf"|(?:{OFFICE})\s*[:：]\s*[{SURNAMES}][\u4e00-\u9fff]{{1,2}}"
    rf"|(?<![\u4e00-\u9fff])[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:{OFFICE})"
)


def outside_references(text: str) -> list[str]:
    """The project stands alone: it refers to no folder beside itself."""
    return _lines(text, lambda line: next((f"refers to {place}" for place in OUTSIDE if place in line), ""))


def absent_sources(text: str) -> list[str]:
    """What is cited can be opened: no note that is not in the project, no page of docs that does not exist."""

    def complaint(line: str) -> str:
        if found := DESIGN_NOTES.search(line):
            return f"cites {found.group()}, which the project does not have"
        pages = (page for page in CITED_PAGE.findall(line) if not (ROOT / page).is_file())
        return next((f"cites {page}, which does not exist" for page in pages), "")

    return _lines(text, complaint)


def unfinished(text: str) -> list[str]:
    """What is not finished is an issue, not a remark."""
    return _lines(text, lambda line: f"says {found.group()!r}" if (found := UNFINISHED.search(line)) else "")


def officials(text: str) -> list[str]:
    """No names of officials, who stand in no rule."""
    return _lines(
        text, lambda line: f"names an official: {found.group()}" if (found := OFFICIAL.search(line)) else ""
    )


def _lines(text: str, complaint: Callable[[str], str]) -> list[str]:
    return [
        f"line {number}: {said}"
        for number, line in enumerate(text.splitlines(), 1)
        if (said := complaint(line))
    ]


def real_numbers(text: str) -> list[str]:
    """Every valid identity number belongs to nobody: its county code was never assigned, or it is a sample of the law."""
    complaints = []
    for found in re.finditer(r"(?<![0-9A-Za-z.])([1-9][0-9]{16})([0-9Xx])(?![0-9A-Za-z])", text):
        number = found.group().upper()
        if _is_valid(number) and number not in SAMPLES and not number.startswith(SYNTHETIC_COUNTIES):
            line = text.count("\n", 0, found.start()) + 1
            complaints.append(f"line {line}: an identity number outside the made-up counties: {number[:6]}…")
    return complaints


def _is_valid(number: str) -> bool:
    if "10X98765432"[int(number[:17], 13) * 2 % 11] != number[17]:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1880 <= born.year <= 2030


def headings(text: str) -> list[tuple[int, int, str]]:
    """Line, level and title of each heading outside fenced blocks."""
    found, fenced = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and (match := HEADING.match(line)):
            found.append((number, len(match[1]), match[2]))
    return found


def empty_headings(text: str) -> list[str]:
    """Under every heading stands something, if only a deeper heading with something under it."""
    lines, found = text.splitlines(), headings(text)
    complaints = []
    for (number, level, title), following in zip(found, [*found, (len(lines) + 1, 0, "")][1:], strict=True):
        content = any(line.strip() for line in lines[number : following[0] - 1])
        if not content and following[1] <= level:
            complaints.append(f"line {number}: nothing stands under the heading {title!r}")
    return complaints


def anchor(title: str) -> str:
    """The anchor a heading gets on the usual hosts: lower case, spaces to hyphens, punctuation dropped."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", title).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def broken_links(text: str, page: Path) -> list[str]:
    """Every relative link leads to a file, and its anchor to a heading of that file."""
    complaints = []
    for target in LINK.findall(re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        place, _hash, fragment = target.partition("#")
        linked = (page.parent / place).resolve() if place else page
        if place and not linked.exists():
            complaints.append(f"the link {target} leads nowhere")
        elif fragment and linked.suffix == ".md":
            titles = linked.read_text(encoding="utf-8") if place else text
            if fragment not in {anchor(title) for _line, _level, title in headings(titles)}:
                complaints.append(f"the link {target} leads to no heading")
    return complaints


def code_blocks(text: str) -> list[str]:
    """The fenced blocks of a page."""
    return re.findall(r"^```.*?^```", text, flags=re.DOTALL | re.MULTILINE)


def differing_pages(first: str, second: str) -> list[str]:
    """Two languages of one page have the same headings, level by level, and the same code blocks."""
    complaints = []
    levels = [[level for _line, level, _title in headings(page)] for page in (first, second)]
    if levels[0] != levels[1]:
        complaints.append(f"the headings differ in structure: {levels[0]} and {levels[1]}")
    blocks = [code_blocks(page) for page in (first, second)]
    if len(blocks[0]) != len(blocks[1]):
        complaints.append(f"{len(blocks[0])} code blocks beside {len(blocks[1])}")
    pairs = enumerate(zip(*blocks, strict=False), 1)
    return complaints + [f"code block {number} differs" for number, (left, right) in pairs if left != right]


def fragment_form(text: str) -> list[str]:
    """A changelog fragment says what changed, which months and regions it affects, and what to run again."""
    labels = [line.partition(":")[0] for line in text.splitlines() if line.strip()]
    complaints = (
        [] if labels == FRAGMENT_LABELS else [f"the lines are labelled {labels}, not {FRAGMENT_LABELS}"]
    )
    said = [line.partition(":")[2].strip() for line in text.splitlines() if line.strip()]
    return complaints + [
        f"nothing is said after {label}" for label, words in zip(labels, said, strict=True) if not words
    ]
