"""The words departments write in a column and the one code each stands for, as Python and as SQL.

Worked example: a sentence kind `有期徒刑三年缓刑四年` is `SUSPENDED_SENTENCE` (the more special word is looked for first), so
the custody table of the pack can say that it is paid on. A word nobody knows is `UNKNOWN`, a blank cell is `BLANK`: two states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

BLANK = ""
UNKNOWN = "?"


@dataclass(frozen=True)
class Words:
    """Words of one column. `equal` must be the whole cell, `inside` may be a part of it; the order decides."""

    equal: Mapping[str, tuple[str, ...]]
    inside: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> str:
        """The code of a cell that was folded and lower-cased before."""
        cell = text.strip().lower()
        if not cell:
            return BLANK
        for code, words in self.equal.items():
            if cell == code or cell in words:
                return code
        return next((code for part, code in self.inside if part in cell), UNKNOWN)

    def sql(self, column: str) -> str:
        """The same look-up over a cleaned, lower-cased SQL text column."""
        arms = [f"WHEN {column} IS NULL OR {column} = '' THEN ''"]
        arms += [
            f"WHEN {column} IN ({_quoted((code, *words))}) THEN '{code}'"
            for code, words in self.equal.items()
        ]
        arms += [f"WHEN {column} LIKE '%{part}%' THEN '{code}'" for part, code in self.inside]
        return f"CASE {' '.join(arms)} ELSE '{UNKNOWN}' END"


def _quoted(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


SCHEMES = Words(
    {
        "resident_pension": ("城乡居民基本养老保险", "城乡居民养老保险", "城乡居保", "居保", "居民养老保险", "170",
                             "城乡居民社会养老保险", "新型农村社会养老保险", "城乡居民", "养老保险", "pension"),
        "employee_pension": ("企业职工基本养老保险", "城镇企业职工基本养老保险", "职工养老保险", "城镇职工基本养老保险",
                             "企业职工", "城保", "职保", "110"),
        "civil_pension": ("机关事业单位养老保险", "机关事业单位基本养老保险", "机关事业", "机保", "120"),
        "unemployment_insurance": ("失业保险", "失业", "unemployment", "210"),
        "injury_long_term_benefit": ("工伤保险长期待遇", "工伤保险", "工伤", "work_injury", "injury", "410"),
    },
)  # fmt: skip
"""险种. The codes are those of the glossary; packs may write `unemployment` and `work_injury`."""

PAYMENT_STATES = Words(
    {
        "normal": ("正常", "正常待遇", "正常待遇人员", "正常发放", "正常领取", "在发", "在领", "发放", "领取中", "1"),
        "suspended": ("暂停", "暂停待遇", "暂停待遇人员", "待遇暂停", "暂停发放", "2", "paused"),
        "ended": ("终止", "待遇终止", "终止参保", "终止参保人员", "停发", "终止发放", "注销", "已注销", "死亡", "3", "4",
                  "terminated", "stopped", "deregistered"),
    },
)  # fmt: skip

RELATIONS = Words(
    {
        "child": ("子女", "子", "女", "儿子", "女儿", "养子女"),
        "grandchild": ("孙子女", "外孙子女", "孙子", "孙女", "外孙", "外孙女"),
        "sibling": ("兄弟姐妹", "兄弟", "姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹"),
        "spouse": ("配偶", "丈夫", "妻子", "夫", "妻"),
        "parent": ("父母", "父亲", "母亲", "父", "母"),
        "grandparent": ("祖父母", "外祖父母", "祖父", "祖母", "外祖父", "外祖母"),
    },
    (("外孙", "grandchild"), ("孙", "grandchild"), ("祖", "grandparent"), ("配偶", "spouse"), ("兄弟", "sibling"),
     ("姐妹", "sibling"), ("子女", "child"), ("父母", "parent")),
)  # fmt: skip
"""供养亲属 kinds in `benefit_kind`; any other word is a benefit that is no dependant's."""

MARKS = Words(
    {
        "dead": ("死亡", "已死亡", "去世", "已故", "宣告死亡", "deceased", "death"),
        "missing": ("失踪", "宣告失踪"),
        "in_prison": ("服刑", "处于服刑期", "服刑期", "在押", "服刑人员", "在服刑", "prison", "判刑"),
        "none": ("正常", "健在", "无", "alive", "normal", "正常参保", "否"),
    },
    (("死亡", "dead"), ("失踪", "missing"), ("服刑", "in_prison")),
)

REGISTER_STATUS = Words(
    {
        "alive": ("正常", "在世", "健在", "未注销", "normal", "active", "not_cancelled", "not cancelled", "在册", "存活",
                  "未死亡", "生存", "有效"),
        "dead": ("死亡", "死亡注销", "因死亡注销", "已死亡", "deceased", "death"),
        "cancelled": ("注销", "已注销", "户籍注销", "户口注销", "canceled"),
    },
    (("未注销", "alive"), ("死亡", "dead"), ("迁", "moved_out"), ("注销", "cancelled")),
)  # fmt: skip

SPECIAL_FIRST = (
    "PAROLE_REVOKED", "PAROLE_COMPLETED", "DEATH_IN_CUSTODY", "SUSPENDED_SENTENCE", "OUTSIDE_SERVING", "PAROLE", "RELEASED",
    "CONTROL",
)  # fmt: skip
"""In `有期徒刑三年缓刑四年` the second word decides, so these are looked for before the others."""


def sentence_words(table: Mapping[str, Mapping[str, Any]]) -> Words:
    """The words of the pack's custody table; `撤销缓刑` and the like, which no row names, stay unknown."""
    order = [kind for kind in SPECIAL_FIRST if kind in table] + [
        kind for kind in table if kind not in SPECIAL_FIRST
    ]
    equal = {kind: (kind.lower(), *(alias.lower() for alias in table[kind]["aliases"])) for kind in order}
    inside = [(alias.lower(), kind) for kind in order for alias in table[kind]["aliases"] if len(alias) > 1]
    first = [(part, kind) for part, kind in inside if kind == "PAROLE_REVOKED"]
    return Words(equal, (*first, ("撤销", UNKNOWN), *inside))


YES_NO = Words(
    {"yes": ("是", "有", "true", "1", "y", "危重"), "no": ("否", "无", "false", "0", "n", "非危重")}
)

DEATH_WORDS = ("死亡", "因死亡注销", "死亡注销", "dead", "death", "deceased", "died")


def reason_sql(column: str, listed: Iterable[str]) -> str:
    """`yes` where the cell is one of the pack's reasons or holds one (`因死亡注销户口`), `no` for another, '' blank."""
    words = list(dict.fromkeys([*listed, *(DEATH_WORDS if any("死亡" in word for word in listed) else ())]))
    held = " OR ".join(f"{column} LIKE '%{word.lower()}%'" for word in words if word.isascii() is False)
    found = f"{column} IN ({_quoted(word.lower() for word in words)})" + (f" OR {held}" if held else "")
    negated = f"{column} LIKE '非%' OR {column} LIKE '未%'"
    return (
        f"CASE WHEN {column} IS NULL OR {column} = '' THEN '' WHEN {negated} THEN 'no' "
        f"WHEN {found} THEN 'yes' ELSE 'no' END"
    )
