"""Tip-offs, findings, answers to them, referrals, samples drawn for an audit.

Worked example: a tip about 王秀兰's death is one row without a name of whoever told; the finding of the audit is another.
"""
