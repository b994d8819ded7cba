"""Where things are: the data folder, the connection, the secret key.

Worked example: with nothing set, data lie under `~/.local/share/jubao` (root: `/var/lib/jubao`); with
`JUBAO_DATABASE_URL=postgresql://u:p@h/d` that server is used and nothing is started.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

from jubao.database.embedded import PORT, socket_folder

APP_ROLE = "jubao_app"
OWNER_ROLE = "jubao_owner"
DATABASE = "jubao"
IMPATIENT = "-c lock_timeout=10s -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s"
"""Of the processes that serve pages: nobody waits for ever; jobs may."""


def data_dir() -> Path:
    """`JUBAO_DATA_DIR`, else the user's data folder; as root `/var/lib/jubao`, which PostgreSQL's account can enter."""
    given = os.environ.get("JUBAO_DATA_DIR")
    if given:
        return Path(given).resolve()
    return Path("/var/lib/jubao") if os.geteuid() == 0 else Path.home() / ".local" / "share" / "jubao"


def secret_key_path() -> Path:
    """Where the key of sessions and signatures lies."""
    return Path(os.environ.get("JUBAO_SECRET_KEY_FILE") or data_dir() / "secret.key")


def secret_key() -> str:
    """The key of sessions and signatures: the file named by `JUBAO_SECRET_KEY_FILE`, else one made in the data folder."""
    path = secret_key_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def connection_settings() -> dict[str, Any]:
    """Django's settings of the connection: as `jubao_app`, or as the owner when `JUBAO_DATABASE_ROLE=owner`."""
    role = OWNER_ROLE if os.environ.get("JUBAO_DATABASE_ROLE") == "owner" else APP_ROLE
    embedded = f"postgresql://{role}@/{DATABASE}?host={socket_folder(data_dir())}&port={PORT}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            **({"options": IMPATIENT} if os.environ.get("JUBAO_IMPATIENT") else {}),
        },
        **settings_of(os.environ.get("JUBAO_DATABASE_URL") or embedded, role=role),
    }


def settings_of(url: str, *, role: str = APP_ROLE) -> dict[str, Any]:
    """Name, user, password, host and port of an address; `role` when it names no user."""
    parts = urlparse(url)
    query = parse_qs(parts.query)
    return {
        "NAME": parts.path.lstrip("/") or DATABASE,
        "USER": unquote(parts.username) if parts.username else role,
        "PASSWORD": unquote(parts.password) if parts.password else "",
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
    }
