"""追缴: what was paid without right, how much of it was found, taken from account and grant, given back, and is still open.

Worked example: three months of 163.02 after a death are a claim of 489.06; 300.00 come from the account, 189.06 from the
grant, nothing is left open.
"""
