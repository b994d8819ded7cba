"""What the database refuses of a sealed entitlement: everything but its reopening (S1).

Worked example: sealed from 2026-11; a new status `suspended` from 2027-01 or a change of the sealed row raises SEALED
unless the command of the unit of work is the decision of an unsealing case.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

_SEALED = """
    IF EXISTS (
        SELECT 1 FROM benefits_paymentstatus s WHERE s.entitlement_id = NEW.entitlement_id
        AND s.kind = 'sealed' AND s.until_month IS NULL
    ) AND NOT EXISTS (
        SELECT 1 FROM cases_case c WHERE c.id = nullif(current_setting('app.case', true), '')::uuid
        AND c.kind = 'unsealing' AND c.outcome = 'approved'
    ) THEN
        RAISE EXCEPTION 'SEALED: entitlement % is sealed and accepts only its reopening', NEW.entitlement_id;
    END IF;
    RETURN NEW;
"""


def sealed_only_reopens(name: str, operation: pgtrigger.Operation | None = None) -> pgtrigger.Trigger:
    """Before a row of an entitlement is written: no open seal, or the case at work is an approved unsealing."""
    return pgtrigger.Trigger(
        name=f"sealed_{name}",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=operation or pgtrigger.Insert | pgtrigger.Update,
        func=_SEALED,
    )


def open_seal_index() -> models.Index:
    """By which every guard knows whether anybody, or one entitlement, is sealed."""
    return models.Index(
        fields=["entitlement"],
        condition=Q(kind="sealed", until_month__isnull=True),
        name="payment_status_sealed",
    )
