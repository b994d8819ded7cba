"""The cards of the demo's people, in the file of the made-up card system and nowhere else: the system must ask for them.

Worked example: of the 20 000 people of a district 19 950 have a card; one in nine of them has not had the bank function switched
on, one in forty of those near sixty has no card at all. `cards_make` a second time writes the same file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from jubao.database.places import data_dir
from jubao.demo.counterparts.card_system import cards_keep
from jubao.demo.districts import district
from jubao.demo.parquet import district_seed
from jubao.demo.system_people import SystemPeople
from jubao.kernel.month import Month

NOT_ACTIVATED_ONE_IN, NOT_ACTIVATED = 9, 4


def cards_path() -> Path:
    """The file of the made-up card system."""
    return data_dir() / "card-system.sqlite"


def cards_make(code: str, *, people: int, seed: int, month: Month) -> int:
    """Give every person of a demo district who has an account a card; how many cards the file has then."""
    table = SystemPeople(district(code), seed=district_seed(seed, code), month=month, people=people).people()
    named = ("id_number", "name", "bank_name", "account_number")
    numbers, names, banks, accounts = (table[name].to_pylist() for name in named)
    is_activated = (np.arange(table.num_rows) % NOT_ACTIVATED_ONE_IN != NOT_ACTIVATED).tolist()
    rows = zip(numbers, names, banks, accounts, is_activated, strict=True)
    return cards_keep(cards_path(), ((*row[:2], row[2] or "", *row[3:]) for row in rows if row[3]))
