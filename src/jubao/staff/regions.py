"""The pack that speaks for a place: the nearest one on the way up.

Worked example: a township under a district that has a pack is answered by the district's, a county without one by its
province's, and a place of no known province by the national pack.
"""

from __future__ import annotations

from jubao.policy import load_pack
from jubao.policy.loading import pack_folders
from jubao.policy.pack import Pack

NATION = "000000"


def pack_code_of(division_path: str) -> str:
    """The code of the nearest pack on the way up from a place."""
    known = pack_folders()
    codes = [code for code in reversed(division_path.split("/")) if code in known]
    return codes[0] if codes else NATION


def pack_of(division_path: str) -> Pack:
    """The nearest pack on the way up from a place."""
    return load_pack(pack_code_of(division_path))
