"""The outbox of messages and files.

Worked example: two messages for a changed account, written in the same transaction.
"""
