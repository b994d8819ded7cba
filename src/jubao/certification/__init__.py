"""Proof of life and contact attempts.

Worked example: a face pass on 2026-05-17 counts to 2027-05-16 where the cycle is twelve rolling months.
"""
