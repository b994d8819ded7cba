"""The law as pure functions: one rule, two evaluators.

A rule is a plain function over the closed vocabulary of `vocabulary.py`. Called with integers it answers for
one person; called with columns it builds the SQL that answers for ten million rows. Example: with a balance of
2504.73 yuan and the divisor 139, `account_pension(250473, 139)` gives 1802 fen.
"""
