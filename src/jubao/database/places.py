"""Where things are: the data folder, the connection, the secret key.

Worked example: with nothing set, data lie under `~/.local/share/jubao`; with `JUBAO_DATABASE_URL=postgresql://u:p@h/d`
that server is used and nothing is started.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

APP_ROLE = "jubao_app"
OWNER_ROLE = "jubao_owner"
DATABASE = "jubao"


def data_dir() -> Path:
    """`JUBAO_DATA_DIR`, else the user's data folder."""
    given = os.environ.get("JUBAO_DATA_DIR")
    return Path(given).resolve() if given else Path.home() / ".local" / "share" / "jubao"


def secret_key() -> str:
    """The key of sessions and signatures: the file named by `JUBAO_SECRET_KEY_FILE`, else one made in the data folder."""
    path = Path(os.environ.get("JUBAO_SECRET_KEY_FILE") or data_dir() / "secret.key")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def connection_settings() -> dict[str, Any]:
    """Django's settings of the connection: as `jubao_app`, or as the owner when `JUBAO_DATABASE_ROLE=owner`."""
    url = os.environ.get("JUBAO_DATABASE_URL")
    parts = urlparse(url) if url else None
    query = parse_qs(parts.query) if parts else {}
    role = OWNER_ROLE if os.environ.get("JUBAO_DATABASE_ROLE") == "owner" else APP_ROLE
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": (parts.path.lstrip("/") if parts else "") or DATABASE,
        "USER": (unquote(parts.username) if parts and parts.username else role),
        "PASSWORD": unquote(parts.password) if parts and parts.password else "",
        "HOST": (query.get("host", [parts.hostname or ""])[0] if parts else str(data_dir() / "pg.s")),
        "PORT": str(parts.port or query.get("port", [""])[0]) if parts else "5432",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
    }
