"""Rotation of the document keys (F54): resumable, the old key kept while it opens something, closed when a key is gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jubao.archive.models import Document
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.services.documents import resealing
from jubao.services.documents.keys import (
    document_key_add,
    document_key_path,
    document_keys,
    key_marks_path,
    sealed_version,
)
from jubao.services.documents.resealing import (
    keys_retire,
    reseal,
    sealed_by_version,
    sealed_files,
    sealed_violations,
)
from jubao.services.documents.store import document_open, document_path, document_store, document_violations
from tests.support.cast import Cast
from tests.support.cli import run


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("JUBAO_DOCUMENT_KEY_FILE", raising=False)
    return tmp_path / "data"


def stored(cast: Cast, text: str) -> Document:
    return document_store(
        actor=cast.intake.actor, content=text.encode(), name=f"{text}.pdf", content_type="application/pdf",
        document_class="id_document", is_encrypted=True,
    )  # fmt: skip


@pytest.fixture
def papers(database: None, cast: Cast) -> list[Document]:
    """Four sealed documents."""
    return [stored(cast, f"申请表{n}") for n in range(4)]


def opened(papers: list[Document]) -> list[str]:
    return [document_open(one.id).decode() for one in papers]


def found() -> list[str]:
    return [one.what for one in (*document_violations(), *sealed_violations())]


def test_a_rotation_cut_short_at_any_file_goes_on(
    papers: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, write = opened(papers), resealing.file_write
    document_key_add()
    for die_at in range(1, len(papers) + 1):

        def dying(path: Path, content: bytes, left: list[int] = [die_at]) -> None:  # noqa: B006
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            write(path, content)

        monkeypatch.setattr(resealing, "file_write", dying)
        with pytest.raises(KeyboardInterrupt):
            reseal()
        monkeypatch.setattr(resealing, "file_write", write)
        assert (opened(papers), found()) == (texts, [])
        if sealed_by_version().get(1, 0) < die_at + 1:
            break

    done = reseal()

    assert (done.version, done.already + done.resealed, done.broken) == (2, 4, ())
    assert sealed_by_version() == {2: 4}
    assert reseal().resealed == 0
    assert (opened(papers), found()) == (texts, [])


def test_an_old_key_goes_only_when_nothing_is_under_it(papers: list[Document], tmp_path: Path) -> None:
    texts, kept = opened(papers), tmp_path / "safe" / "retired.key"
    old = document_keys()[1]
    document_key_add()

    with pytest.raises(CheckFailed, match="KEY_STILL_USED"):
        keys_retire(keep_in=kept)
    assert set(document_keys()) == {1, 2} and not kept.exists()
    reseal()
    with pytest.raises(WrongUsage, match="KEEP_IN_DATA_FOLDER"):
        keys_retire(keep_in=key_marks_path().with_name("retired.key"))

    assert keys_retire(keep_in=kept) == [1]

    assert kept.read_text() == f"1:{old.hex()}\n" and kept.stat().st_mode & 0o077 == 0
    assert set(document_keys()) == {2}
    assert (opened(papers), found(), keys_retire(keep_in=kept)) == (texts, [], [])


def test_a_retirement_cut_short_can_be_asked_for_again(
    papers: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jubao.services.documents import keys

    document_key_add()
    reseal()
    replace = keys._replace

    def dying(path: Path, text: str) -> None:
        if path == document_key_path():
            raise KeyboardInterrupt
        replace(path, text)

    monkeypatch.setattr(keys, "_replace", dying)
    with pytest.raises(KeyboardInterrupt):
        keys_retire(keep_in=tmp_path / "retired.key")
    assert found() == []
    monkeypatch.setattr(keys, "_replace", replace)

    assert keys_retire(keep_in=tmp_path / "retired.key") == [1]
    assert found() == []


@pytest.mark.parametrize("how", ["lost", "wrong", "older"])
def test_without_the_right_keys_nothing_is_touched(
    papers: list[Document], how: str, tmp_path: Path, cast: Cast
) -> None:
    before_rotation = document_key_path().read_text()
    document_key_add()
    stored(cast, "新表")
    files = {path: path.read_bytes() for path in sealed_files()}
    good = document_key_path().read_text()
    changed = {"lost": None, "wrong": f"1:{'ab' * 32}\n2:{'cd' * 32}\n", "older": before_rotation}[how]
    if changed is None:
        document_key_path().unlink()
    else:
        document_key_path().write_text(changed)

    with pytest.raises(CheckFailed, match=r"DOCUMENT_KEY_(MISSING|WRONG)"):
        reseal()
    with pytest.raises(CheckFailed, match=r"DOCUMENT_KEY_(MISSING|WRONG)"):
        keys_retire(keep_in=tmp_path / "retired.key")
    with pytest.raises(CheckFailed, match=r"DOCUMENT_KEY_(MISSING|WRONG)"):
        stored(cast, "再来一份")

    assert len(list(document_violations())) == 5
    assert {path: path.read_bytes() for path in sealed_files()} == files
    document_key_path().write_text(good)
    assert reseal().resealed == 4


def test_a_damaged_file_is_named_and_left(papers: list[Document]) -> None:
    path = document_path(papers[0].sha256, is_encrypted=True)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    document_key_add()

    done = reseal()

    assert (done.resealed, done.broken) == (3, (path.name,))
    assert sealed_version(path.read_bytes()) == 1


def test_a_sealed_file_that_no_row_names_is_audited_too(papers: list[Document]) -> None:
    path = document_path(papers[0].sha256, is_encrypted=True)
    stray = path.with_name(f"{'0' * 64}.sealed")
    shutil.copy(path, stray)

    assert [one.row for one in sealed_violations()] == [stray.name]


def test_the_commands_rotate_show_and_retire(papers: list[Document], tmp_path: Path) -> None:
    rotated = run("keys", "rotate")
    assert rotated.code == 0 and "第 2 版" in rotated.out and "换封 4 份" in rotated.out
    assert "封存 0 份" in run("keys", "show").out
    retired = run("keys", "retire", "--keep-in", tmp_path / "retired.key")
    assert retired.code == 0 and "已退役第 1 版密钥" in retired.out
    document_key_path().unlink()

    refused = run("keys", "reseal")

    assert refused.code == 1 and "DOCUMENT_KEY_MISSING" in refused.err
