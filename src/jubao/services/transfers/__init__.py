"""Pension rights that move: within the district, in, out, between the schemes."""
