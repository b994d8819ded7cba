"""Entitlements, determinations, payment statuses.

Worked example: suspended from 2027-07 for NOT_CERTIFIED by case 500110-2027-000045.
"""
