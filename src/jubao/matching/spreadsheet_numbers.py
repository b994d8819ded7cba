"""A number in somebody's spreadsheet: trimmed, cut to eighteen where a list adds figures, or said what is wrong with it.

Worked example::

    >>> number_in("50990119630815002X31").problem, number_in("1234").problem
    ('ID_CHECKSUM', 'ID_LENGTH')
    >>> number_in("509901196308150025").number[-4:], number_in("50990119630815002541").was_cut
    ('0025', True)
"""

from __future__ import annotations

from dataclasses import dataclass

from jubao.kernel.errors import ValueRefused
from jubao.kernel.id_number import IdNumber, clean_id_text

WIDTH = 18
LONGEST_ADDED = 4
"""A disability number adds kind and grade to the identity number, poverty lists add a figure or two."""


@dataclass(frozen=True, slots=True)
class NumberFound:
    """The number as it is kept, or the code and sentence of what is wrong; `added` are the figures cut off behind it."""

    number: str
    problem: str = ""
    message: str = ""
    added: str = ""

    @property
    def was_cut(self) -> bool:
        """Whether figures stood behind the eighteen."""
        return bool(self.added)


def number_in(text: str) -> NumberFound:
    """Read one cell. A text of 19 to 22 characters is cut to 18 and then checked like any other."""
    cleaned = clean_id_text(text)
    added = ""
    if WIDTH < len(cleaned) <= WIDTH + LONGEST_ADDED:
        cleaned, added = cleaned[:WIDTH], cleaned[WIDTH:]
    try:
        return NumberFound(IdNumber.parse(cleaned).text, added=added)
    except ValueRefused as error:
        return NumberFound(cleaned, error.code, error.message + error.remedy, added)
