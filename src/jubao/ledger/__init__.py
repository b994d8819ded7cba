"""Accounts and immutable transfers in whole fen; balances are a projection of them.

Worked example: `ledger.balances.balance_of(enrolment_id)` is the sum of the parts by source.
"""
