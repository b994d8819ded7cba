"""Use cases, one module per noun; the only writers; one transaction each; keyword arguments; `today` comes from the face.

Worked example: `advance(actor=…, case_id=…, action="approve", expected_version=3, today=…)`.
"""
