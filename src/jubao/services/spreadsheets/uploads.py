"""A spreadsheet that an officer handed in, as a file in a folder that goes away, inside the unit of work of its command.

Worked example: `with uploaded(actor, "spreadsheet_fill", content, "名单.xlsx", "核对领取人员") as source:` gives the path of
名单.xlsx; without a purpose it is refused before anything is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.services.spreadsheets.exports import require_purpose


@contextmanager
def uploaded(actor: Actor, command: str, content: bytes, name: str, purpose: str) -> Iterator[Path]:
    """The path of the file, named as it came; what is made from it may lie beside it. Raises as `require_purpose`."""
    require_purpose(purpose)
    with tempfile.TemporaryDirectory() as folder, unit_of_work(actor, command):
        source = Path(folder) / Path(name).name
        source.write_bytes(content)
        yield source
