"""What the database refuses by itself: deciding a case one has proposed, even by SQL and after the maker was overwritten.

Worked example: 李静 proposes, the case is returned, 王强 sends it again; `maker_id` is now 王强, but 李静 stands in an event that
made a proposal, so `UPDATE cases_case SET checker_id = <李静>` raises CASE_TWO_PEOPLE whoever runs it.
"""

from __future__ import annotations

import pgtrigger

_TWO_PEOPLE = """
    IF (NEW.checker_id IS NOT NULL OR NEW.approver_id IS NOT NULL) AND EXISTS (
        SELECT 1 FROM cases_caseevent e WHERE e.case_id = NEW.id AND e.makes_proposal
        AND e.natural_person_id IN (NEW.checker_id, NEW.approver_id)
    ) THEN
        RAISE EXCEPTION 'CASE_TWO_PEOPLE: who proposed case % may not decide it', NEW.number;
    END IF;
    IF OLD.maker_id IS NOT NULL AND NEW.maker_id IS NULL THEN
        RAISE EXCEPTION 'CASE_TWO_PEOPLE: the maker of case % may not be taken away', NEW.number;
    END IF;
    RETURN NEW;
"""


def two_people(name: str) -> pgtrigger.Trigger:
    """Before a case changes: no decider has ever made the proposal, and the maker stays named (A1)."""
    return pgtrigger.Trigger(
        name=f"two_people_{name}",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=_TWO_PEOPLE,
    )
