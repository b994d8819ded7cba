"""Confirmed claims for tests of what comes after, and the list as a workbook.

Worked example: `at_the_door(here)` is a claim of 700.00 whose notice the son has signed for today.
"""

from __future__ import annotations

import io

import openpyxl
from django.urls import reverse

from jubao.cases.models import Case
from tests.recovery.office import Office
from tests.recovery.world import a_claim


def a_debt(here: Office, fen: int = 70_000, ground: str = "death") -> Case:
    """A confirmed claim with nothing in the account."""
    return a_claim(here, here.someone(), fen=fen, ground=ground).case


def at_the_door(here: Office, fen: int = 70_000, ground: str = "death") -> Case:
    """Noticed and delivered on the day."""
    case = a_debt(here, fen, ground)
    who = ("张桂芳", "本人") if ground == "other_benefit" else ("王小军", "法定继承人")
    here.noticed(case, who)
    here.delivered(case, who[0])
    return case


def exported(here: Office, query: str = "") -> list[list[str]]:
    """The rows of the workbook under its mark."""
    answer = here.browser(here.cast.handler).post(
        reverse("recoveries-export") + query, {"purpose": "上报区人社局"}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    return [[str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
