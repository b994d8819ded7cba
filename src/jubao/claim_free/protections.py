"""What the database refuses of a claim-free flag: a waived flag never comes back (QJ-A2-3-3-2).

Worked example: 张桂芳 waived in 2026-11; `UPDATE claim_free_flag SET state = 'flagged'` raises FLAG_WAIVED, whoever runs it.
"""

from __future__ import annotations

import pgtrigger

_WAIVED = """
    IF OLD.state = 'waived' AND NEW.state <> 'waived' THEN
        RAISE EXCEPTION 'FLAG_WAIVED: the person of flag % waived the claim-free service; that is final', OLD.id;
    END IF;
    RETURN NEW;
"""


def waived_is_final(name: str) -> pgtrigger.Trigger:
    """Before a flag changes: what the person waived stays waived."""
    return pgtrigger.Trigger(
        name=f"waived_is_final_{name}",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=_WAIVED,
    )
