"""How dirty the synthetic files are: one line per kind of dirt, in parts per million, written to rates.json.

The rates are chosen, not measured: high enough that every kind occurs in a county of 20,000, low enough that the bulk
of a file stays clean, as in real returns. Kinds that departments really send come from the clerk's notes and from
F24–F39 of the integrity list.

    >>> rate("missing number")
    2000
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """One kind of dirt: where it is put, how often, and what a correct engine makes of it."""

    name: str
    where: str
    ppm: int
    effect: str


# The order of the number kinds is their code in truth (1 = first); 0 is a clean number.
NUMBER_DIRT = (
    Rate("15-digit number", "feed row", 5000, "converted, linked exactly"),
    Rate("full-width digits", "feed row", 3000, "folded, linked exactly"),
    Rate("spaces around or inside", "feed row", 5000, "removed, linked exactly"),
    Rate("wrong check digit", "feed row", 2000, "rejected ID_CHECKSUM, tried as fuzzy"),
    Rate("two neighbouring digits swapped", "feed row", 1000, "rejected, tried as fuzzy"),
    Rate("missing number", "feed row", 2000, "tried as fuzzy"),
    Rate("lower-case x", "feed row", 300000, "made a capital, linked exactly"),
)
NAME_DIRT = (
    Rate("homophone name", "feed row", 5000, "NAME_MISMATCH"),
    Rate("another person's name", "feed row", 500, "NAME_MISMATCH"),
    Rate("missing name", "feed row", 1000, "NAME_MISSING"),
    Rate("space in the name or another dot", "feed row", 4000, "cleaned, linked exactly"),
)
ROW_DIRT = (
    Rate("repeated feed row", "feed row", 2000, "counted as duplicate, no effect"),
    Rate("date after the run", "life feed row", 1500, "ignored: after the run"),
    Rate("missing date", "life feed row", 500, "no evidence"),
)
# The order is the code of the person's fate in truth; 0 is a living person with ordinary traces.
FATES = (
    Rate("living without any trace", "person", 90000, "NO_EVIDENCE unless certified"),
    Rate("dead, no life evidence", "person", 1600, "lost"),
    Rate("dead with life evidence", "person", 500, "CONFLICT"),
    Rate("living, reported dead by one feed", "person", 400, "CONFLICT, or lost without life evidence"),
    Rate("prisoner, or other sentence kinds", "person", 500, "by kind and end of the sentence"),
    Rate("register cancelled for another reason", "person", 800, "no loss"),
    Rate("missing person", "person", 200, "lost where a register marks it"),
    Rate("draws another pension", "person", 700, "lost where a feed tells it"),
    Rate("buried, but the register says alive", "person", 200, "CONFLICT where both feeds exist"),
)
ROSTER_DIRT = (
    Rate("same row twice", "roster row", 400, "second row rejected DUPLICATE_ROW"),
    Rate("same number, another name", "roster row", 200, "both to verify DUPLICATE_NUMBER"),
    Rate("invalid number on the roster", "roster row", 300, "rejected ID_CHECKSUM"),
    Rate("payment suspended", "roster row", 15000, "not_subject, but a subject in Guangdong"),
    Rate(
        "drawn from another scheme",
        "roster row",
        3000,
        "not_subject; not in the first district, whose text covers all",
    ),
)
ROSTER_NUMBER_DIRT = (
    Rate("full-width digits (roster)", "roster row", 500, "folded"),
    Rate("spaces around or inside (roster)", "roster row", 1000, "removed"),
    Rate("lower-case x (roster)", "roster row", 100000, "made a capital"),
)
SPECIAL_NUMBERS = (
    Rate("residence permit of Hong Kong or Taiwan kind", "person", 300, "valid number, prefix 8199 or 8399"),
    Rate("foreign card of the 2023 form", "person", 300, "valid number beginning with 9"),
)
NAMES = (
    Rate("one-character given name", "person", 110000, "usual name"),
    Rate("two-character surname", "person", 4000, "usual name"),
    Rate("rare character (𠮷, 䶮)", "person", 1000, "must survive every encoding"),
    Rate("name with a dot", "person", 3000, "seven times as many in the Mongolian district"),
)
ALL = (
    *NUMBER_DIRT,
    *NAME_DIRT,
    *ROW_DIRT,
    *FATES,
    *ROSTER_DIRT,
    *ROSTER_NUMBER_DIRT,
    *SPECIAL_NUMBERS,
    *NAMES,
)


def rate(name: str) -> int:
    """Parts per million of one kind. Raises KeyError for an unknown kind."""
    return {each.name: each.ppm for each in ALL}[name]


def as_json() -> list[dict[str, str | int]]:
    """The table for rates.json, in the order of this module."""
    return [{"kind": each.name, "where": each.where, "ppm": each.ppm, "effect": each.effect} for each in ALL]
