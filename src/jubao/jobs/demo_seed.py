"""A demo district from nothing: places, people, money, benefits, in one transaction; safe to ask for twice.

Worked example: `seed_district(district("500110"), people=20000, seed=7, today=date(2026, 11, 22), progress=progress)` fills
about 350 000 rows in some ten seconds; killed in the middle it leaves nothing, asked for again it changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.staging import unstage
from jubao.database.unit_of_work import unit_of_work
from jubao.demo.districts import District
from jubao.demo.parquet import district_seed
from jubao.demo.system_people import SystemPeople
from jubao.jobs.demo_benefits import insert_benefits
from jubao.jobs.demo_money import insert_accounts, insert_contributions
from jubao.jobs.demo_officers import found_officers, officer_actor
from jubao.jobs.demo_people import insert_people, stage_people
from jubao.jobs.progress import Progress
from jubao.kernel.month import Month
from jubao.people.models import Division, Enrolment
from jubao.services.imports.takeovers import takeover_record
from jubao.services.people.divisions import divisions_load

STAGED = ("demo_person", "demo_place", "demo_contribution", "demo_determination")
COMMAND = "demo_seed"


def seed_district(
    place: District, *, people: int, seed: int, today: date, now: datetime, progress: Progress
) -> int:
    """Make the district with its people and their history up to the take-over; the rows made, 0 when they are there."""
    made = SystemPeople(
        place, seed=district_seed(seed, place.code), month=Month.containing(today), people=people
    )
    load_places(made, today)
    found_officers(place.code, today=today, now=now)
    scope = scope_of(place.code)
    actor = Actor.system("demo", scope=scope)
    with unit_of_work(actor, COMMAND):
        if Enrolment.objects.filter(division_path__startswith=scope).exists():
            return 0
        progress.step("people", 4)
        table = stage_people(made)
        rows = insert_people(made)
        progress.advance()
        rows += insert_accounts(made, actor)
        progress.advance()
        rows += insert_contributions(made, actor)
        progress.advance()
        rows += insert_benefits(made, table, _taken_over(made, today, now))
        progress.advance()
        unstage(*STAGED)
    return rows


def _taken_over(made: SystemPeople, today: date, now: datetime) -> Case:
    """The one case of the take-over from the former system: what was decided there stands here under its number."""
    handler, approver = (officer_actor(made.district.code, post, today) for post in ("handler", "approver"))
    return takeover_record(
        maker=handler, checker=approver, district_code=made.district.code, source="原系统", people=made.people_count,
        today=today, now=now,
    )  # fmt: skip


def load_places(made: SystemPeople, today: date) -> None:
    """Townships of the pack's table and the made-up villages in each."""
    code = made.district.code
    actor = Actor.system("demo", scope="%")
    divisions_load(actor=actor, district_code=code, villages=None, today=today)
    towns = Division.objects.filter(code__startswith=code, level="township", valid_until__isnull=True)
    names = set(made.places.townships)
    villages = {town.code: made.places.villages for town in towns if town.name in names}
    divisions_load(actor=actor, district_code=code, villages=villages, today=today)


def scope_of(code: str) -> str:
    """The path of a district that is loaded."""
    return str(Division.objects.get(code=code, level="district", valid_until__isnull=True).path)
