"""What the database itself refuses of a payment run: moves out of order (B10) and lines changed after the check.

Worked example: `UPDATE payments_paymentrun SET state = 'sent'` on an approved run fails with PAYMENT_RUN_MOVE; a line
of a checked run can only stop being live.
"""

from __future__ import annotations

import pgtrigger

MOVES = {
    "draft": ("checked", "void"),
    "checked": ("approved", "void"),
    "approved": ("funded", "void"),
    "funded": ("sent", "void"),
    "sent": ("reconciled",),
    "reconciled": ("closed",),
}
"""From each state of a run the states it may go to; before it is sent it may be made void."""

_ALLOWED = ", ".join(f"'{start}>{end}'" for start, ends in MOVES.items() for end in ends)

RUN_TRIGGERS = [
    pgtrigger.Trigger(
        name="payment_run_begins",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            IF NEW.state <> 'draft' THEN
                RAISE EXCEPTION 'PAYMENT_RUN_MOVE: a run begins as a draft, not as %', NEW.state;
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.Trigger(
        name="payment_run_moves",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_ALLOWED}) THEN
                RAISE EXCEPTION 'PAYMENT_RUN_MOVE: % to %', OLD.state, NEW.state;
            END IF;
            IF OLD.state <> 'draft' AND (NEW.digest, NEW.line_count, NEW.total_fen, NEW.benefit_month, NEW.district_code)
                    IS DISTINCT FROM (OLD.digest, OLD.line_count, OLD.total_fen, OLD.benefit_month, OLD.district_code) THEN
                RAISE EXCEPTION 'PAYMENT_RUN_FROZEN: what was checked stays as it is';
            END IF;
            RETURN NEW;
        """,
    ),
]


def _lines_only_in_draft(
    name: str, operation: pgtrigger.Operation, referencing: pgtrigger.Referencing
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func="""
            IF EXISTS (SELECT FROM (SELECT DISTINCT run_id FROM touched) AS t
                       JOIN payments_paymentrun AS r ON r.id = t.run_id WHERE r.state <> 'draft') THEN
                RAISE EXCEPTION 'PAYMENT_LINE_FROZEN: % of a line of a run that is no draft any more', TG_OP;
            END IF;
            RETURN NULL;
        """,
    )


LINE_TRIGGERS = [
    _lines_only_in_draft("payment_line_new", pgtrigger.Insert, pgtrigger.Referencing(new="touched")),
    _lines_only_in_draft("payment_line_gone", pgtrigger.Delete, pgtrigger.Referencing(old="touched")),
    pgtrigger.Trigger(
        name="payment_line_frozen",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func="""
            IF to_jsonb(NEW) - 'is_live' - 'is_in_run' <> to_jsonb(OLD) - 'is_live' - 'is_in_run'
                    OR (NEW.is_live AND NOT OLD.is_live) OR (NEW.is_in_run AND NOT OLD.is_in_run) THEN
                RAISE EXCEPTION 'PAYMENT_LINE_FROZEN: a line never changes, it only stops being live';
            END IF;
            IF OLD.is_in_run AND NOT NEW.is_in_run AND (SELECT state FROM payments_paymentrun WHERE id = OLD.run_id) <> 'draft'
            THEN
                RAISE EXCEPTION 'PAYMENT_LINE_FROZEN: a line leaves a draft, not a checked run';
            END IF;
            RETURN NEW;
        """,
    ),
]
