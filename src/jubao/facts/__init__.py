"""Set queries: one non-null row per person and month, the inputs of the rules; for one person the same query, filtered.

Worked example: `pension_facts_sql(month)` gives each live entitlement the arguments of the pension rules.
"""
