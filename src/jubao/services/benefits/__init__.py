"""Pensions: claimed, determined, changed, suspended, stopped."""
