"""Joins the icons that the pages use into one SVG file that pages refer to by name.

Example: ``python scripts/make_icons.py package/icons/outline icons.svg``; a template writes ``{% icon "home" %}``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

NAMES = (
    "home user-search id coin wallet gift clipboard-check cash shield-check user-off receipt-refund arrows-exchange archive "
    "eye-check chart-bar book settings search help-circle table-import checks alert-triangle printer eye x chevron-right "
    "upload download bell inbox file-text calendar clock user users building-bank list-check scale circle-check lock logout "
    "arrow-left arrow-right sort-ascending sort-descending columns-3 refresh history hourglass language device-mobile"
).split()
HEAD = "<!-- Tabler Icons 3.51.0, MIT licence, Copyright (c) 2020-2026 Paweł Kuna -->"


def symbol(name: str, drawing: str) -> str:
    """One icon as a symbol: its shapes only, colour and size come from the style sheet."""
    inner = re.sub(r"<!--.*?-->", "", drawing, flags=re.DOTALL)
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", inner, flags=re.DOTALL)
    if shapes is None:
        raise ValueError(f"{name} is no drawing")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(shapes.group(1).split())}</symbol>'


def main() -> None:
    """Write the sprite; a name that the package does not have stops it."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    symbols = [symbol(name, (source / f"{name}.svg").read_text(encoding="utf-8")) for name in NAMES]
    target.write_text(
        "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg">{HEAD}', *symbols, "</svg>", ""]),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
