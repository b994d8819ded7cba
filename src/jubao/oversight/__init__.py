"""Audit events, seals, access, exports, job progress.

Worked example: every change of a row has one event with its digest.
"""
