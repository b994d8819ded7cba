"""Keys of many rows of one statement: one UUIDv7 drawn for all of them, numbered in its last 32 bits.

Worked example: `numbered_keys()` in a SELECT of 265 000 rows gives 01936a2b-…-8f00-00000001, …-00000002 and so on; the
48 bits of the time and 42 random bits are those of one `uuidv7()`, and a second statement draws others.

A server built without OpenSSL opens /dev/urandom for each `uuidv7()`, which costs more than inserting the row.
"""

from __future__ import annotations


def numbered_keys(number: str = "row_number() OVER ()") -> str:
    """A UUID for each row of a SELECT; `number` is a different bigint below 2³² in each of its rows."""
    return f"((SELECT left(uuidv7()::text, 28)) || lpad(to_hex({number}), 8, '0'))::uuid"
