"""Made-up names with the frequencies of real ones: surnames, given names by sex, rare characters, names with a dot.

A pool of 131,072 names for each sex stands behind all people of a district; a person holds an index into it. Beside
each name lie the forms in which departments send it: a homophone (another name to a computer) and a form with a space
or another dot (the same name).

    >>> pool = name_pool(dotted_ppm=3000)
    >>> len(pool.names) == len(pool.homophones) == 2 * POOL_SIZE
    True
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.demo.counter import Integers, Words, below, draw, field, threshold
from jubao.demo.rates import rate

POOL_SIZE = 1 << 17
_POOL_SEED = 20240103

# Surnames in the order of their frequency; the weight of number i is about 1 / (i + 4).
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
TWO_CHARACTER_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "令狐", "东方", "皇甫", "尉迟")
# A character and one that sounds the same: the second is what a typist at another desk wrote.
FIRST_OF_GIVEN = (
    "建健国果秀绣桂贵玉钰淑舒凤奉春椿兰澜志智德得文闻明铭永咏金锦海荣"
    "蓉福付庆清素愫美每丽莉红洪小晓云芸世仕家佳兴星树述"
)
FEMALE_LAST = "英瑛兰蓝珍贞华花芳方梅玫芬纷香湘莲连琴芹凤奉玲铃芝枝娥鹅花华菊桔秋丘容蓉仙先妹媚云芸霞侠"
MALE_LAST = (
    "平萍军君民敏强墙伟炜国果良粮才财发法贵桂富付祥详生升林霖山珊川穿清青根跟旺望顺舜海亥涛滔龙隆虎琥刚钢"
)
RARE = (("𠮷", "吉"), ("䶮", "龚"), ("㛃", "洁"), ("𬭎", "宏"))
DOTTED_FAMILY = ("其木格", "阿依", "扎西", "巴特尔", "古丽", "乌云")
DOTTED_GIVEN = ("阿拉坦", "买买提", "多吉", "乌兰", "巴雅尔", "卓玛")


@dataclass(frozen=True)
class NamePool:
    """Names (women first, then men), and the two forms in which other departments write them."""

    names: pa.StringArray
    homophones: pa.StringArray
    spaced: pa.StringArray
    others: NDArray[np.int64]


def _weighted(words: Words, count: int, offset: int) -> Integers:
    weights = np.cumsum(1.0 / np.arange(offset, offset + count))
    return np.searchsorted(weights / weights[-1], field(words, 0) / 65536.0, side="right").astype(np.int64)


def _pairs(characters: str) -> tuple[pa.Array, pa.Array]:
    return pa.array(list(characters[::2])), pa.array(list(characters[1::2]))


def _joined(*parts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _surnames(index: Integers) -> pa.Array:
    words = draw(_POOL_SEED, 1, index)
    single = pa.array(list(SURNAMES)).take(pa.array(_weighted(words, len(SURNAMES), 4)))
    double = pa.array(TWO_CHARACTER_SURNAMES).take(pa.array(below(words, len(TWO_CHARACTER_SURNAMES))))
    return pc.if_else(pa.array(field(words, 1) < threshold(rate("two-character surname"))), double, single)


def _given(index: Integers, last_characters: str) -> tuple[pa.Array, pa.Array]:
    """Given names, and the same with a homophone in the last character."""
    words = draw(_POOL_SEED, 2, index)
    first, _ = _pairs(FIRST_OF_GIVEN)
    last, last_alike = _pairs(last_characters)
    rare, plain = pa.array([a for a, _ in RARE]), pa.array([b for _, b in RARE])
    head = first.take(pa.array(_weighted(words, len(first), 9)))
    chosen = pa.array(_weighted(words >> np.uint64(16), len(last), 9))
    is_rare = pa.array(field(words, 3) < threshold(rate("rare character (𠮷, 䶮)")))
    pick_rare = pa.array(below(words, len(RARE)))
    tail = pc.if_else(is_rare, rare.take(pick_rare), last.take(chosen))
    alike = pc.if_else(is_rare, plain.take(pick_rare), last_alike.take(chosen))
    single = pa.array(field(words, 2) < threshold(rate("one-character given name")))
    head = pc.if_else(single, pa.scalar(""), head)
    return _joined(head, tail), _joined(head, alike)


@cache
def name_pool(dotted_ppm: int) -> NamePool:
    """The pool of one district; the share of names with a dot differs between districts."""
    names, homophones, spaced = [], [], []
    for part, last_characters in enumerate((FEMALE_LAST, MALE_LAST)):
        index = np.arange(POOL_SIZE, dtype=np.int64) + part * POOL_SIZE
        surname, (given, alike) = _surnames(index), _given(index, last_characters)
        words = draw(_POOL_SEED, 3, index)
        is_dotted = pa.array(field(words, 0) < threshold(dotted_ppm))
        family = pa.array(DOTTED_FAMILY).take(pa.array(below(words, len(DOTTED_FAMILY))))
        own = pa.array(DOTTED_GIVEN).take(pa.array(below(words >> np.uint64(7), len(DOTTED_GIVEN))))
        names.append(pc.if_else(is_dotted, _joined(own, pa.scalar("·"), family), _joined(surname, given)))
        homophones.append(
            pc.if_else(is_dotted, _joined(own, pa.scalar("·"), surname, family), _joined(surname, alike))
        )
        other_dot = _joined(own, pa.scalar("•"), family)
        spaced.append(pc.if_else(is_dotted, other_dot, _joined(surname, pa.scalar("　"), given)))
    together = pa.concat_arrays(names)
    return NamePool(together, pa.concat_arrays(homophones), pa.concat_arrays(spaced), _others(together))


def _others(names: pa.StringArray) -> NDArray[np.int64]:
    """For each name the place of one that is certainly another name."""
    other = np.arange(len(names)) ^ 1
    for step in (2, 4, 8):
        same = pc.equal(names, names.take(pa.array(other))).to_numpy(zero_copy_only=False)
        other[same] = np.nonzero(same)[0] ^ step
    return other
