"""Townships and villages of a demo district, made up, with the register place written as a department writes it.

>>> from jubao.demo.districts import XUNWU
>>> Places(XUNWU).count
72
"""

import numpy as np
import pyarrow as pa

from jubao.demo.counter import Integers
from jubao.demo.districts import District

_VILLAGE_WORDS = (
    "新民",
    "团结",
    "红星",
    "前进",
    "永安",
    "长乐",
    "双河",
    "石桥",
    "平安",
    "大坪",
    "青山",
    "和平",
)


class Places:
    """The villages of one district: twelve in each township."""

    def __init__(self, district: District) -> None:
        self.count = len(district.townships) * len(_VILLAGE_WORDS)
        self._townships = pa.array(district.townships)
        self._villages = pa.array([f"{word}村" for word in _VILLAGE_WORDS])
        self._places = pa.array(
            [f"{district.name}{town}{word}村" for town in district.townships for word in _VILLAGE_WORDS]
        )

    def columns(self, place: Integers) -> dict[str, pa.Array]:
        """register_place, township and village of each person."""
        township, village = np.divmod(place, len(_VILLAGE_WORDS))
        return {
            "register_place": _column(place, self._places),
            "township": _column(township, self._townships),
            "village": _column(village, self._villages),
        }


def _column(index: Integers, words: pa.Array) -> pa.Array:
    # A word may stand only once among the words: with repeated ones the Parquet writer's bytes vary.
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int16)), words)
