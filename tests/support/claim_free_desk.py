"""A live desk in a claim-free month: the real clock, packs that know the months ahead, people on this month's list.

Worked example: on 2026-11-22 everybody here is born 1966-12-15: on the list since 1 November, may confirm until 31 December,
draws from 2027-01. `a_scan("身份证")` is a picture as a scanner makes it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload

from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.database.embedded import Cluster
from jubao.demo.system_packs import write_packs
from jubao.kernel.month import Month
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.policy.loading import OWN_PACKS
from tests.support.browser import Desk, opened_desk
from tests.support.claim_free_world import World

AHEAD = 6
"""Months that the made-up packs know beyond this one."""


def today() -> date:
    """The day of the pages."""
    return timezone.localdate()


def this_month() -> Month:
    """The month of the list."""
    return Month.containing(today())


def born() -> date:
    """Sixty on the fifteenth of next month."""
    soon = (today().replace(day=1) + timedelta(days=32)).replace(day=15)
    return soon.replace(year=soon.year - 60)


def listed_today(here: World, months_of: dict[str, int]) -> dict[str, Case]:
    """These people on this month's list, by name with the months they paid; 204 months leave nothing to make up."""
    made = {name: candidate_today(here, name, months=months) for name, months in months_of.items()}
    here.extract(this_month(), today())
    flags = Flag.objects.select_related("case__person")
    return {name: flags.get(enrolment=one).case for name, one in made.items()}


def candidate_today(
    here: World, name: str, *, months: int = 204, balance_fen: int = 250473, **about: Any
) -> Enrolment:
    """Somebody whom the next extraction finds, with a card account fetched yesterday."""
    made = here.candidate(birth=born(), name=name, bank="", months=months, balance_fen=balance_fen, **about)
    here.card(made, at=today() - timedelta(days=1))
    return made


def number_of(case: Case) -> str:
    """The identity number of the case's person."""
    assert case.person_id is not None
    return numbers_of([case.person_id])[case.person_id]


def a_scan(words: str) -> FilePayload:
    """A picture as Playwright hands it to a file field."""
    picture = Image.new("RGB", (900, 600), "white")
    ImageDraw.Draw(picture).rectangle((60, 60, 840, 540), outline="black", width=6)
    stream = io.BytesIO()
    picture.save(stream, "JPEG")
    return {"name": f"{words}.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


@contextmanager
def claim_free_desk(cluster: Cluster, folder: Path, seed: Any) -> Iterator[Desk]:
    """The site with made-up values for the months ahead; `seed(desk)` fills it."""
    with pytest.MonkeyPatch.context() as patch:
        packs = folder / "packs"
        write_packs(packs, ("500110",), Month.from_index(this_month().index + AHEAD))
        patch.setenv(OWN_PACKS, str(packs))
        with opened_desk(cluster, folder, seed) as made:
            yield made
