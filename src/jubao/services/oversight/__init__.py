"""Proof: the self-audit, the seals, the schema against the program."""
