"""Schemas of the files of a pack, one module per topic; a field that is not declared is refused.

Worked example: `ParameterEntry.model_validate({"unit": "months", "periods": [...]})`.
"""
