"""A list of the tax office in the demo, by the services themselves: some payments are booked, some stay in transit.

Worked example: four people of the present month who could still make up years say at the counter that they paid lately. Two of
their payments are in the list with the amount of a tier: booked, 已到账. Two are not those of a tier: the tax office has them, we
do not, so 已到账 is refused and 未到账 holds the acceptance until the amount is put right.
"""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

from jubao.cases.models import Case, ImportBatch
from jubao.claim_free.models import Flag
from jubao.contributions.models import Contribution
from jubao.facts.make_up import payable_make_up_years_of
from jubao.jobs.demo_claim_free import MonthPlay
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.people.numbers import numbers_of
from jubao.services.cases.engine import advance, case_view
from jubao.services.imports.batches import import_stage
from jubao.staff.regions import pack_of

MOST = 4
NOT_A_TIER_FEN = 100
DAY = 6
HEAD = ("身份证号码", "姓名", "缴费年度", "缴费金额", "缴费方式", "缴入国库日期", "税票号")


def payments_in_transit(code: str, made: MonthPlay) -> int:
    """Take in the tax office's list of the present month; how many rows. A second time it is the batch it already is."""
    people = _waiting(made)
    if not people:
        return 0
    day = min(made.day(DAY), made.today)
    rows = [HEAD, *_rows(code, people, day)]
    batch = _staged(code, made, rows)
    assert batch.case_id is not None
    case = Case.objects.get(pk=batch.case_id)
    if case.is_open:
        reviewer = made.actor("reviewer")
        seen = case_view(actor=reviewer, case_id=case.pk, now=made.now)
        advance(
            actor=reviewer, case_id=case.pk, action="approve", expected_version=seen.version, digest_seen=seen.digest,
            today=made.today, now=made.now,
        )  # fmt: skip
    return len(rows) - 1


def _waiting(made: MonthPlay) -> list[Flag]:
    """The first who still wait and could make up a year; nobody when the list is in already."""
    if ImportBatch.objects.filter(file_name=_name(made), kind="contributions", state="applied").exists():
        return []
    flags = list(
        Flag.objects.filter(
            month=made.month.index, case__state="notified", division_path__contains=f"/{made.code}/"
        )
        .select_related("person", "case")
        .order_by("case__number")
    )
    if not flags:
        return []
    pack = pack_of(flags[0].division_path)
    years = payable_make_up_years_of([flag.enrolment_id for flag in flags], made.today, pack)
    return [flag for flag in flags if years[flag.enrolment_id].years][:MOST]


def _rows(code: str, flags: list[Flag], day: date) -> list[tuple[str, ...]]:
    """Everybody paid for the last year that nobody paid for; every second one an amount that is no tier's."""
    numbers = numbers_of([flag.person_id for flag in flags])
    tiers = pack_of(flags[0].division_path).parameter("contribution_tiers_fen", Month.containing(day)).value
    rows: list[tuple[str, ...]] = []
    for n, flag in enumerate(flags):
        paid = set(
            Contribution.objects.filter(enrolment_id=flag.enrolment_id, is_live=True).values_list(
                "year", flat=True
            )
        )
        year = next(year for year in range(day.year, 1900, -1) if year not in paid)
        fen = int(sorted(tiers)[1]) + (NOT_A_TIER_FEN if n % 2 else 0)
        rows.append(
            (
                numbers[flag.person_id], flag.person.name, str(year), Fen(fen).yuan, "手机缴费", day.isoformat(),
                f"{code}{day:%Y%m%d}{n + 1:04d}",
            )
        )  # fmt: skip
    return rows


def _name(made: MonthPlay) -> str:
    return f"税务缴费明细-{made.code}-{made.month}.csv"


def _staged(code: str, made: MonthPlay, rows: list[tuple[str, ...]]) -> ImportBatch:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _name(made)
        path.write_bytes(stream.getvalue().encode("utf-8-sig"))
        return import_stage(
            actor=made.actor("data_officer"), kind="contributions", path=path, file_name=path.name, district_code=code,
            today=made.today, now=made.now,
        )  # fmt: skip
