"""PostgreSQL as the system uses it: starting it, who acts in a transaction, what audits and protects every row.

Worked example: `with unit_of_work(actor, "case_open"): …` opens one transaction whose every changed row is audited.
"""
