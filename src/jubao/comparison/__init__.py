"""Feeds, evidence and the lists each run made.

Worked example: the run of 2026-10 puts a person on `lost` with the crematory's row 12 as evidence.
"""
