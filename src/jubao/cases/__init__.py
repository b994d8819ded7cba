"""Business cases: steps, events, materials, imports, numbers without gaps.

Worked example: 500110-2026-000123 goes from submitted to approved by two different people.
"""
