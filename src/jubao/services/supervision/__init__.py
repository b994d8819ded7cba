"""Audit and supervision: tip-offs, audits, fraud, rewards, inspections, samples, responsibility.

Worked example: `tip_off_take` of a death opens an audit of the same day; what the audit finds is handed to the recovery.
"""
