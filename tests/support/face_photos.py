"""Photos of two public figures for the tests of the face verifier, fetched by `make venv` from a source package, never committed.

Worked example: `photo("same-1")` and `photo("same-2")` show one person, `photo("other")` another one.
"""

from __future__ import annotations

from scripts.fetch_face_photos import FOLDER


def photo(name: str) -> bytes:
    """One of the three. Fails with the command that fetches them."""
    path = FOLDER / f"{name}.jpg"
    assert path.exists(), f"{path} is not there: run `make venv` (or `python -m scripts.fetch_face_photos`)"
    return path.read_bytes()
