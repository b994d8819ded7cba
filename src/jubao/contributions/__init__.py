"""What was paid in, year by year, with receipt and treasury day.

Worked example: tier 400 yuan of 2025, treasury day 2025-03-12, subsidy 60 yuan.
"""
