"""Documents by content hash.

Worked example: the same PDF stored twice is one file and two rows.
"""
