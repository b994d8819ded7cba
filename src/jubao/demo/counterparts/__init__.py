"""Stand-ins for the systems beside this one, each a small process of its own for tests and the demo; never for real people.

Worked example: `python -m jubao.demo.counterparts.sms_gateway --port 8410` takes messages and shows them on a page.
"""
