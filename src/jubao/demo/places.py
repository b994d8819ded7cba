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
        rows = [(town, f"{word}村") for town in district.townships for word in _VILLAGE_WORDS]
        self.count = len(rows)
        self._columns = {
            "register_place": pa.array([f"{district.name}{town}{village}" for town, village in rows]),
            "township": pa.array([town for town, _ in rows]),
            "village": pa.array([village for _, village in rows]),
        }

    def columns(self, village: Integers) -> dict[str, pa.Array]:
        """register_place, township and village of each person."""
        index = pa.array(village.astype(np.int16))
        return {name: pa.DictionaryArray.from_arrays(index, words) for name, words in self._columns.items()}
