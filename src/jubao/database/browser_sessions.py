"""Sessions of browsers in Django's own table, read and written by one plain statement each.

Worked example: `SESSION_ENGINE = "jubao.database.browser_sessions"`; reading the session is the first query of a request,
so it is also the check of a kept connection: after a restart of the database it connects again instead of failing.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_WRITE = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s"


class SessionStore(DatabaseStore):
    """Django's store without its ORM on the way of every request."""

    def load(self) -> dict[str, Any]:
        """What the session holds; an unknown or expired key is forgotten."""
        row = self._row()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

    def save(self, must_create: bool = False) -> None:
        """A new session as Django does it, a known one by one UPDATE."""
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        data = self.encode(self._get_session(no_load=False))  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [data, self.get_expiry_date(), self.session_key])
            if cursor.rowcount == 0:
                raise UpdateError

    def _row(self) -> tuple[str] | None:
        if not self.session_key:
            return None
        if connection.in_atomic_block:
            return self._asked()
        connection.health_check_done = True  # type: ignore[attr-defined]  # this query is the check
        try:
            return self._asked()
        except (InterfaceError, OperationalError):
            connection.close()
            return self._asked()

    def _asked(self) -> tuple[str] | None:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, timezone.now()])
            found: tuple[str] | None = cursor.fetchone()
            return found
