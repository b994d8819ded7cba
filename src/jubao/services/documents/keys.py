"""The keys that seal documents: a file of its own outside the database, a version to each key, the highest one writes.

Worked example: `seal(b"…", about="9f86d0…")` is `JBD1`, the version, a nonce, the SM4-GCM text and its tag; `unseal` opens it
only for the same hash, so that a file moved under another name does not open. The file `document.key` (or
`JUBAO_DOCUMENT_KEY_FILE`) holds one line `version:64 hex digits` per key; `documents/keys.json` says which keys sealed
something, so that a lost or foreign key file is refused and never silently replaced by a new one (F54).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jubao.database.places import data_dir
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _

MAGIC = b"JBD1"
_NONCE, _TAG = 12, 16
HEAD_BYTES = len(MAGIC) + 2
"""So many bytes of a sealed file say which key opens it."""
_HEAD = len(MAGIC) + 2 + _NONCE


def document_key_path() -> Path:
    """Where the keys of the documents lie."""
    return Path(os.environ.get("JUBAO_DOCUMENT_KEY_FILE") or data_dir() / "document.key")


def key_marks_path() -> Path:
    """Which keys have sealed something: version and fingerprint. Goes into the backup with the documents."""
    return data_dir() / "documents" / "keys.json"


def fingerprint(key: bytes) -> str:
    """Enough to tell one key from another, nothing more."""
    return hashlib.sha256(b"jubao key " + key).hexdigest()[:16]


def document_keys(*, make: bool = False) -> dict[int, bytes]:
    """Every key by version, checked against the marks.

    `make` writes a first key where neither a key nor anything sealed exists. Raises CheckFailed DOCUMENT_KEY_MISSING,
    DOCUMENT_KEY_BROKEN, DOCUMENT_KEY_WRONG.
    """
    path, marks = document_key_path(), _marks()
    if not path.exists():
        if marks or not make:
            raise _missing(path)
        _write_new(path, f"1:{secrets.token_hex(32)}\n")
    keys = _read(path)
    wrong = [
        version
        for version, mark in marks.items()
        if version not in keys or fingerprint(keys[version]) != mark
    ]
    if wrong:
        raise CheckFailed(
            "DOCUMENT_KEY_WRONG",
            _("密钥文件 {path} 不是封存这些档案的密钥（第 {versions} 版不符）。").format(
                path=path, versions="、".join(map(str, sorted(wrong)))
            ),
            remedy=_("请放回原来的密钥文件；在此之前不能读取、也不能新增加密档案。"),
        )
    return keys


def document_key_marks() -> dict[str, str]:
    """`document.key 2` → fingerprint, of each key that sealed something here, whether it is still there or not."""
    return {f"document.key {version}": mark for version, mark in sorted(_marks().items())}


def document_key_add() -> int:
    """Add a key of the next version, which seals from now on; older ones keep opening what they sealed. Its version."""
    keys = document_keys(make=True)
    version = max(keys) + 1
    lines = "".join(f"{number}:{key.hex()}\n" for number, key in sorted(keys.items()))
    _replace(document_key_path(), f"{lines}{version}:{secrets.token_hex(32)}\n")
    return version


def keys_take_out(versions: Sequence[int]) -> None:
    """Forget keys that open nothing any more: the marks first, so that a kill between the two refuses nothing."""
    keys = document_keys()
    left = {version: mark for version, mark in _marks().items() if version not in versions}
    if key_marks_path().exists():
        _replace(key_marks_path(), json.dumps(left, sort_keys=True))
    lines = "".join(
        f"{number}:{key.hex()}\n" for number, key in sorted(keys.items()) if number not in versions
    )
    _replace(document_key_path(), lines)


def seal(content: bytes, *, about: str) -> bytes:
    """The sealed file of a content; `about` is the SHA-256 of the clear content and is bound to it."""
    keys = document_keys(make=True)
    version = max(keys)
    _mark(version, keys[version])
    nonce = secrets.token_bytes(_NONCE)
    head = MAGIC + version.to_bytes(2, "big")
    encryptor = Cipher(algorithms.SM4(_file_key(keys[version])), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(head + about.encode())
    return head + nonce + encryptor.update(content) + encryptor.finalize() + encryptor.tag


def unseal(sealed: bytes, *, about: str) -> bytes | None:
    """The clear content; None when the file was altered or belongs to another hash. Raises CheckFailed of the keys."""
    version = sealed_version(sealed)
    if version is None or len(sealed) < _HEAD + _TAG:
        return None
    key = document_keys().get(version)
    if key is None:
        raise _missing(document_key_path(), version)
    head, nonce, body, tag = (
        sealed[: len(MAGIC) + 2],
        sealed[len(MAGIC) + 2 : _HEAD],
        sealed[_HEAD:-_TAG],
        sealed[-_TAG:],
    )
    decryptor = Cipher(algorithms.SM4(_file_key(key)), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(head + about.encode())
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        return None


def sealed_version(sealed: bytes) -> int | None:
    """Which key sealed a file; None for a file that is none of ours."""
    if not sealed.startswith(MAGIC):
        return None
    return int.from_bytes(sealed[len(MAGIC) : len(MAGIC) + 2], "big")


def _file_key(key: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 16, b"", b"jubao.document").derive(key)


def _missing(path: Path, version: int | None = None) -> CheckFailed:
    which = _("第 {version} 版密钥").format(version=version) if version else _("密钥文件")
    return CheckFailed(
        "DOCUMENT_KEY_MISSING",
        _("打不开加密档案：{path} 中没有{which}。").format(path=path, which=which),
        remedy=_("请从密钥的单独备份恢复该文件；没有它，加密的影像无法读取。"),
    )


def _read(path: Path) -> dict[int, bytes]:
    try:
        pairs = [line.split(":") for line in path.read_text(encoding="ascii").split()]
        keys = {int(version): bytes.fromhex(text) for version, text in pairs}
    except ValueError as broken:
        raise _broken(path) from broken
    if not keys or any(len(key) != 32 or not 0 < version < 65536 for version, key in keys.items()):
        raise _broken(path)
    return keys


def _broken(path: Path) -> CheckFailed:
    return CheckFailed(
        "DOCUMENT_KEY_BROKEN",
        _("密钥文件 {path} 不完整或格式不对。").format(path=path),
        remedy=_("请从密钥的单独备份恢复该文件。"),
    )


def _marks() -> dict[int, str]:
    path = key_marks_path()
    if not path.exists():
        return {}
    return {int(version): str(mark) for version, mark in json.loads(path.read_text(encoding="ascii")).items()}


def _mark(version: int, key: bytes) -> None:
    marks = _marks()
    if version not in marks:
        path = key_marks_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, json.dumps({**marks, version: fingerprint(key)}, sort_keys=True))


def _write_new(path: Path, text: str) -> None:
    """Make the file in one step; where another process was faster, its file stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path, text)
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    finally:
        beside.unlink()


def _replace(path: Path, text: str) -> None:
    _beside(path, text).replace(path)


def _beside(path: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(name)
