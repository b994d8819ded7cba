"""All commands whose every crash point is tried, by name; each module says what its commands need.

Worked example: `python -m tests.integrity.crash_points run_send` tries the points of sending a payment run. `TRIED` says which
trial takes which step of a case, so that a new effect without a trial is noticed.
"""

from __future__ import annotations

from tests.integrity import (
    crash_benefits,
    crash_claim_free,
    crash_claim_free_lists,
    crash_contributions,
    crash_decisions,
    crash_grants,
    crash_ledger,
    crash_ordinary,
    crash_payment_ends,
    crash_payments,
    crash_programme,
    crash_proposals,
    crash_records,
    crash_residents,
    crash_standing,
)
from tests.integrity.crash_points import Command

COMMANDS: dict[str, Command] = {
    **crash_ledger.COMMANDS,
    **crash_contributions.COMMANDS,
    **crash_benefits.COMMANDS,
    **crash_proposals.COMMANDS,
    **crash_decisions.COMMANDS,
    **crash_records.COMMANDS,
    **crash_ordinary.COMMANDS,
    **crash_grants.COMMANDS,
    **crash_payments.COMMANDS,
    **crash_payment_ends.COMMANDS,
    **crash_claim_free.COMMANDS,
    **crash_claim_free_lists.COMMANDS,
    **crash_residents.COMMANDS,
    **crash_programme.COMMANDS,
    **crash_standing.COMMANDS,
}

TRIED: dict[tuple[str, str], str] = {
    ("account_change", "approve"): "account_change_decide",
    ("amount_correction", "approve"): "amount_correction_decide",
    ("amount_objection", "approve"): "objection_settle",
    ("amount_objection", "explain"): "objection_explain",
    ("amount_objection", "redetermine"): "objection_redetermine",
    ("benefit_notice", "deliver"): "benefit_notice_deliver",
    ("benefit_notice", "inform"): "benefit_notices_issue",
    ("claim_free", "accept"): "claim_free_accept",
    ("claim_free", "approve"): "claim_free_complete",
    ("claim_free", "handle"): "claim_free_handle",
    ("claim_free", "expire"): "windows_expire",
    ("claim_free", "restore"): "flag_restore",
    ("claim_free", "revoke"): "claim_free_revoke",
    ("claim_free_dispatch", "open"): "claim_free_dispatch_send",
    ("claim_rollback", "approve"): "claim_rollback_decide",
    ("contact", "close"): "contact_close",
    ("data_change", "approve"): "data_change_decide",
    ("data_change_both", "approve_second"): "data_change_both_decide",
    ("deregistration", "approve"): "deregistration_decide",
    ("enrolment", "confirm"): "enrolment_confirm",
    ("enrolment", "register"): "enrolment_register",
    ("hold", "approve"): "hold_decide_case",
    ("identity_batch", "approve"): "identity_batch_decide",
    ("import", "approve"): "import_contributions_apply",
    ("import", "reject"): "import_reject",
    ("import_two_levels", "approve_second"): "import_two_levels_apply",
    ("interest_year", "approve"): "interest_year_decide",
    ("investigation", "eligible"): "investigation_eligible",
    ("investigation", "lost"): "investigation_lost",
    ("ledger_correction", "approve"): "ledger_correction_decide",
    ("ledger_correction", "explain"): "account_check_explain",
    ("overpayment", "approve"): "overpayment_decide",
    ("ordinary_claim", "approve"): "claim_decide",
    ("ordinary_claim", "handle"): "claim_handle",
    ("ordinary_claim", "send_up"): "claims_send_up",
    ("payment_run", "approve"): "run_approve",
    ("payment_run", "check"): "run_check",
    ("payment_run", "close"): "run_close",
    ("payment_run", "fund"): "run_fund",
    ("payment_run", "reconcile"): "run_reconcile",
    ("payment_run", "send"): "run_send",
    ("payment_run", "void"): "run_void",
    ("recalculation", "approve"): "recalculation_decide",
    ("resident_report", "confirm"): "resident_report_confirm",
    ("resumption", "approve"): "resumption_decide",
    ("sealing", "approve"): "sealing_decide",
    ("stop", "approve"): "stop_decide",
    ("suspension", "approve"): "suspension_decide",
    ("suspension_batch", "approve"): "suspension_batch_decide",
    ("unsealing", "approve"): "unsealing_decide",
}
"""The trial of each step that has an effect."""

NOT_TRIED: dict[tuple[str, str], str] = {
    ("claim_free", "cease"): "the same effect as revoke",
    ("claim_free", "confirm_online"): "the same effect as accept",
    ("claim_free", "refuse"): "the same effect as revoke",
    ("claim_free", "return_intake"): "its effect is one message of the outbox",
    ("claim_free", "waive"): "the same effect as revoke; what it prepares only reads",
    (
        "claim_free_home_visit",
        "visit",
    ): "its effect only reads: whether the claim was confirmed during the visit",
    ("enrolment", "refuse"): "its effect only reads: whether a rule refuses",
    ("import", "withdraw"): "the same effect as reject",
    ("import_two_levels", "reject"): "the same effect as reject of one level",
    ("import_two_levels", "reject_second"): "the same effect as reject of one level",
    ("import_two_levels", "withdraw"): "the same effect as reject of one level",
    ("ledger_correction", "reject"): "the same effect as explain: the answer to the person",
    ("ledger_correction", "verify"): "what it prepares only reads: whether there is a correction",
}
"""Steps with an effect and no trial of their own, and why."""
