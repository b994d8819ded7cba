"""Names as they are sorted and searched: pinyin keys and initials, with the readings that surnames have of their own.

Worked example::

    >>> name_key("单桂芳"), name_initials("单桂芳")
    ('shan gui fang', 'sgf')
    >>> name_key("阿拉坦·其木格"), name_initials("欧阳·𠮷")
    ('a la tan qi mu ge', 'oyj')
"""

from __future__ import annotations

from functools import lru_cache

LONGEST_KEY, LONGEST_INITIALS = 200, 30

SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "朴": "piao", "盖": "ge", "繁": "po",
    "任": "ren", "乐": "yue", "覃": "qin", "冼": "xian", "员": "yun", "黑": "he", "缪": "miao", "秘": "bi", "折": "she",
    "种": "chong", "翟": "zhai", "祭": "zhai", "召": "shao", "隗": "wei", "晟": "cheng", "句": "gou", "柏": "bai",
    "洗": "xian", "牟": "mu", "重": "chong", "行": "xing", "难": "ning", "藏": "zang", "相": "xiang", "应": "ying",
    "於": "yu", "宁": "ning", "燕": "yan", "华": "hua", "车": "che", "谌": "chen", "都": "du", "褚": "chu", "幺": "yao",
    "那": "na", "逄": "pang", "哈": "ha", "薄": "bo", "卜": "bu", "尉": "wei", "尹": "yin", "万": "wan", "葛": "ge",
    "纪": "ji", "贾": "jia", "长孙": "zhang sun", "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai",
    "令狐": "ling hu", "宿": "su", "过": "guo", "不": "fou", "俞": "yu", "沈": "shen", "石": "shi", "洪": "hong",
}  # fmt: skip
"""Readings a surname has at the head of a name; longer surnames are tried first."""

RARE_READINGS = {"𠮷": "ji", "䶮": "yan", "㛃": "jie", "𬭎": "hong"}
"""Characters of names that the dictionary of readings does not hold."""


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """The syllables of a name with spaces between them, lower case: what lists are sorted by."""
    return " ".join(_syllables(name))[:LONGEST_KEY]


@lru_cache(maxsize=1 << 16)
def name_initials(name: str) -> str:
    """The first letter of each syllable: what a clerk types."""
    return "".join(syllable[0] for syllable in _syllables(name))[:LONGEST_INITIALS]


def _syllables(name: str) -> list[str]:
    text = "".join(name.split())
    surname = next((text[:length] for length in (2, 1) if text[:length] in SURNAME_READINGS), "")
    head = SURNAME_READINGS[surname].split() if surname else []
    return head + [syllable for part in _read(text[len(surname) :]) if (syllable := _letters(part))]


def _read(text: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return [RARE_READINGS.get(character, character) for character in lazy_pinyin(text)] if text else []


def _letters(part: str) -> str:
    """A syllable in plain letters; a character without a reading is kept, dots and signs are dropped."""
    kept = part.lower().replace("ü", "v")
    return "".join(character for character in kept if character.isalnum())
