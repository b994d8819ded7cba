"""Human beings who work here, their accounts, posts, grants, devices.

Worked example: a grant of 受理岗 in one street opens that street's people and nothing else.
"""
