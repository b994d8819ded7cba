"""Collecting contributions: terminals, the villages' lists, the townships' ledgers and reports, make-up money, proofs."""
