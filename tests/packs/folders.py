"""The pack folders as the tests of their data read them.

Worked example: `document("guofa-2014-8").title` is the title of the State Council's opinion of 2014.
"""

from __future__ import annotations

from pathlib import Path

import jubao
from jubao.policy.pack_files import PackFiles
from jubao.policy.schema.pack import DocumentFile

FOLDER = Path(jubao.__file__).parent / "packs"
PACKS = [PackFiles(folder) for folder in sorted(FOLDER.glob("[0-9]*_*"))]


def document(id: str) -> DocumentFile:
    """The document of that id, whichever pack holds it."""
    return next(pack.document(id) for pack in PACKS if id in pack.document_heads)
