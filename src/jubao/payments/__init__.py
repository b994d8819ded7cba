"""Payment runs, lines, bank files, returns.

Worked example: run 2026-11 of a district, checked, approved, funded, sent, reconciled, closed.
"""
