"""Papers people bring: stored documents of the kinds a case asks for.

Worked example: `papers(cast.intake.actor, "id_document", "household_booklet")` are two (kind, document id) pairs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.services.cases.engine import advance, case_view
from jubao.services.documents.store import document_store
from tests.support.residents import TODAY

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def papers(actor: Actor, *kinds: str) -> list[tuple[str, UUID]]:
    """One stored scan per kind."""
    return [
        (
            kind,
            document_store(
                actor=actor, content=kind.encode(), name=f"{kind}.jpg", content_type="image/jpeg", document_class=kind
            ).id,
        )
        for kind in kinds
    ]  # fmt: skip


def step(actor: Actor, case: Case, action: str, reason: str = "") -> Case:
    """Look at the case and take one step."""
    seen = case_view(actor=actor, case_id=case.id, now=NOW)
    return advance(
        actor=actor, case_id=case.id, action=action, reason=reason, expected_version=seen.version,
        digest_seen=seen.digest, today=TODAY, now=NOW,
    )  # fmt: skip
