"""The points of a step's checklist as a form sends them: answered yes, answered no, or not answered and then not there.

Worked example: `point-basic_data_checked=1` becomes {"basic_data_checked": True}; a point left open is named by the service.
"""

from __future__ import annotations

from django.http import QueryDict

PREFIX = "point-"
_ANSWERS = {"1": True, "0": False}


def points_answered(sent: QueryDict) -> dict[str, bool]:
    """Code of each answered point → the answer."""
    return {
        name.removeprefix(PREFIX): _ANSWERS[str(value)]
        for name, value in sent.items()
        if name.startswith(PREFIX) and value in _ANSWERS
    }
