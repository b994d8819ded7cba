"""Pension rights that move between places and schemes.

Worked example: a move here from another county is one `PensionTransfer` with its parts by source.
"""
