"""The files of others are the ones that VENDOR.toml names."""

from __future__ import annotations

import gzip
import hashlib
import tomllib

import pytest

from tests.tidy.repository import ROOT

WORKBENCH = ROOT / "src" / "jubao" / "workbench"
FILES = tomllib.loads((WORKBENCH / "VENDOR.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: str(entry["name"]))
def test_a_vendored_file_is_the_one_named(entry: dict[str, str]) -> None:
    content = (ROOT / entry["path"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_every_foreign_file_has_its_entry() -> None:
    named = {ROOT / entry["path"] for entry in FILES}
    own = {"desk.css", "desk.js", "mark.svg"}
    present = (path for path in (WORKBENCH / "static").rglob("*") if path.is_file() and path.suffix != ".gz")
    static = {path for path in present if path.name not in own}

    assert static <= named


def test_a_compressed_file_holds_what_stands_beside_it() -> None:
    packed = list((WORKBENCH / "static").rglob("*.gz"))

    assert packed
    for path in packed:
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()
