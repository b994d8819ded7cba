"""The portal's files of others are the ones that its VENDOR.toml names."""

from __future__ import annotations

import gzip
import hashlib
import tomllib

from tests.tidy.repository import ROOT

PORTAL = ROOT / "src" / "jubao" / "portal"
OWN = {"portal.css", "portal.js", "mark.svg"}


def test_the_vendored_files_are_the_ones_named_and_no_other() -> None:
    files = tomllib.loads((PORTAL / "VENDOR.toml").read_text(encoding="utf-8"))["file"]
    named = {ROOT / one["path"]: one["sha256"] for one in files}
    present = [path for path in (PORTAL / "static").rglob("*") if path.is_file() and path.suffix != ".gz"]

    assert {path for path in present if path.name not in OWN} == set(named)
    for path, sha256 in named.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()
