"""Keys that live outside the database: the one of the identity numbers' digest, and the seal of small secrets.

Worked example: `number_digest("50990119880101001X")` is the same for every account of one human being and tells nothing to
somebody who holds a dump only; `seal("JBSWY3DP…", about=officer_id)` can be opened for that officer and no other.

The key of the digest is a file of its own (`JUBAO_NUMBER_KEY_FILE`, else `number.key` in the data folder): it must outlive
a change of the site's secret key, and belongs into the backup, apart from the dump.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from jubao.database.places import data_dir
from jubao.kernel.errors import CheckFailed
from jubao.kernel.id_number import clean_id_text
from jubao.kernel.text import _


def number_key_path() -> Path:
    """Where the key of the digest lies."""
    return Path(os.environ.get("JUBAO_NUMBER_KEY_FILE") or data_dir() / "number.key")


@lru_cache(maxsize=4)
def _number_key(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def number_digest(number: str) -> str:
    """The keyed digest by which a human being is known, whatever the account; blanks and case do not matter."""
    cleaned = clean_id_text(number).upper()
    return hmac.new(_number_key(number_key_path()), cleaned.encode(), hashlib.sha256).hexdigest()


def text_digest(text: str) -> str:
    """The digest of a random secret, keyed with the site's key."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def _seal_key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"jubao.staff.seal", hashlib.sha256).digest()


def seal(text: str, *, about: object) -> str:
    """Encrypt a small secret; `about` is bound to it, so that it cannot be moved to another row."""
    nonce = secrets.token_bytes(12)
    return urlsafe_b64encode(
        nonce + AESGCM(_seal_key()).encrypt(nonce, text.encode(), str(about).encode())
    ).decode()


def unseal(sealed: str, *, about: object) -> str:
    """Open what `seal` made. Raises CheckFailed SEAL_BROKEN when it was made for another row or with another key."""
    data = urlsafe_b64decode(sealed)
    try:
        return AESGCM(_seal_key()).decrypt(data[:12], data[12:], str(about).encode()).decode()
    except InvalidTag as broken:
        raise CheckFailed(
            "SEAL_BROKEN",
            _("动态码密钥打不开：站点密钥已更换，或数据被移动过。"),
            remedy=_("请重新绑定动态码。"),
        ) from broken
