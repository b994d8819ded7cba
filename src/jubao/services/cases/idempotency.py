"""A command that is sent twice acts once: same key and body give the stored answer, another body is an error (F11, F12).

Worked example: a clerk clicks 提交 twice; both requests carry the key of the page. The second waits for the first to commit
and answers with the same case number. The same key with another amount is IDEMPOTENCY_CONFLICT.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from jubao.kernel.errors import DomainError
from jubao.kernel.text import _

_CLAIM = """
INSERT INTO cases_idempotencykey (key, command, body_digest, at) VALUES (%s, %s, %s, clock_timestamp())
ON CONFLICT (key) DO NOTHING
"""


class IdempotencyConflict(DomainError):
    """The key was used for something else."""

    exit_code = 2


def canonical(body: Any) -> str:
    """JSON in one spelling: sorted keys, no spaces; dates and ids as text."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest_of(body: Any) -> str:
    """SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def once(
    key: str | None, command: str, body: dict[str, Any], run: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Carry out `run` unless the key is known; its answer is stored in the same transaction.

    Raises IdempotencyConflict when the key belongs to another command or body. Without a key `run` is simply called.
    """
    if key is None:
        return run()
    digest = digest_of(body)
    with transaction.atomic(), connection.cursor() as cursor:
        # A second caller waits here until the first has committed or rolled back.
        cursor.execute(_CLAIM, [key, command, digest])
        if cursor.rowcount == 0:
            return _stored(key, command, digest)
        answer = run()
        cursor.execute("UPDATE cases_idempotencykey SET answer = %s WHERE key = %s", [canonical(answer), key])
        return dict(json.loads(canonical(answer)))


def _stored(key: str, command: str, digest: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT command, body_digest, answer FROM cases_idempotencykey WHERE key = %s", [key])
        former, former_digest, answer = cursor.fetchone()
    if (former, former_digest) != (command, digest):
        raise IdempotencyConflict(
            "IDEMPOTENCY_CONFLICT",
            _("这个请求号已经用于另一项操作或另一组内容。"),
            remedy=_("请刷新页面后重新提交；原来的操作没有改变。"),
        )
    return dict(json.loads(answer)) if isinstance(answer, str) else dict(answer)
