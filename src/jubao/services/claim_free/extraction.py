"""The monthly extraction: everybody in the window screened, and for each candidate the flag and the case, in one transaction.

Worked example: `extraction_run(district_code="500110", month=Month(2026, 11), …)` writes one `Extraction`, 140 `Screened`, 96
flags and 96 cases `extracted`; run again it answers with the same extraction and writes nothing. When the database or the
card system does not answer, nothing is set at all (QJ-2-0).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import OperationalError, connection

from jubao.cases.models import Case, CaseEvent
from jubao.claim_free.models import Extraction, Flag, FlagEvent, Screened
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import OutsideUnavailable
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Person
from jubao.policy import Pack
from jubao.services.cases.engine import proposal_digest
from jubao.services.cases.numbers import fresh_ids, next_numbers
from jubao.services.claim_free.card_system import card_accounts_fetch, is_card_system_configured
from jubao.services.claim_free.cases import KIND
from jubao.services.claim_free.screening import ScreenedPerson, screen_month, terms_of_month

BATCH = 2000


def extraction_run(
    *, actor: Actor, district_code: str, month: Month, drawn_on: date, now: datetime
) -> Extraction:
    """Draw the month's list of a district; the second run answers with the first.

    Raises NotCovered CLAIM_FREE_NOT_COVERED, OutsideUnavailable DATABASE_GONE or CARD_SYSTEM_DOWN (nothing set).
    """
    terms = terms_of_month(district_code, month, drawn_on)
    try:
        if is_card_system_configured() and not _former(actor, district_code, month):
            with unit_of_work(actor, "extraction_read"):
                near = screen_month(scope=actor.scope, terms=terms, drawn_on=drawn_on)
            card_accounts_fetch(actor=actor, person_ids=[one.person_id for one in near], now=now)
        with unit_of_work(actor, "extraction_run"):
            _lock(district_code, month)
            former = _found(district_code, month)
            if former is not None:
                return former
            people = screen_month(scope=actor.scope, terms=terms, drawn_on=drawn_on)
            return _written(actor, terms.pack, district_code, month, drawn_on, people, now)
    except OperationalError as gone:
        raise OutsideUnavailable(
            "DATABASE_GONE",
            _("业务系统的数据库没有应答，{month} 的名单没有提取，没有任何人被加上标识。").format(month=month),
            remedy=_("数据库恢复后重新运行即可。"),
        ) from gone


def extraction_of(district_code: str, month: Month) -> Extraction | None:
    """The extraction of a month, inside the caller's scope."""
    return _found(district_code, month)


def _former(actor: Actor, district_code: str, month: Month) -> bool:
    with unit_of_work(actor, "extraction_read"):
        return _found(district_code, month) is not None


def _found(district_code: str, month: Month) -> Extraction | None:
    return Extraction.objects.filter(district_code=district_code, month=month.index).first()


def _lock(district_code: str, month: Month) -> None:
    """Two runs of the same month wait for each other; the second finds what the first wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"extraction:{district_code}:{month.index}"]
        )


def _written(
    actor: Actor, pack: Pack, district_code: str, month: Month, drawn_on: date, people: Sequence[ScreenedPerson], now: datetime
) -> Extraction:  # fmt: skip
    candidates = [one for one in people if not one.obstacles]
    extraction = Extraction.objects.create(
        district_code=district_code,
        month=month.index,
        drawn_on=drawn_on,
        pack_hash=pack.pack_hash,
        candidate_count=len(candidates),
        excluded_count=len(people) - len(candidates),
    )
    Screened.objects.bulk_create(
        (
            Screened(
                extraction=extraction, enrolment_id=one.enrolment_id, person_id=one.person_id,
                division_path=one.division_path, decision=one.decision, obstacles=list(one.obstacles), facts=one.facts,
                window_from=one.window_from, window_until=one.window_until,
            )
            for one in people
        ),
        batch_size=BATCH,
    )  # fmt: skip
    cases = _cases(actor, pack, district_code, month, candidates, now)
    _flags(actor, extraction, candidates, cases, now)
    return extraction


def _cases(
    actor: Actor, pack: Pack, district_code: str, month: Month, people: Sequence[ScreenedPerson], now: datetime
) -> list[Case]:  # fmt: skip
    """The cases in state `extracted` with their first event, in a few statements however many there are."""
    numbers = next_numbers(district_code, now.year, "case", len(people))
    names = dict(Person.objects.filter(id__in=[one.person_id for one in people]).values_list("id", "name"))
    cases = []
    for one, number, key in zip(people, numbers, fresh_ids(len(people)), strict=True):
        proposal = {
            "enrolment_id": str(one.enrolment_id),
            "month": month.index,
            "window_until": str(one.window_until),
        }
        cases.append(
            Case(
                id=key, number=number, kind=KIND, district_code=district_code, division_path=one.division_path,
                person_id=one.person_id, subject_id=one.enrolment_id, state="extracted", channel="extraction",
                title=chinese("免申即享：{name}").format(name=names[one.person_id]), proposal=proposal,
                digest=proposal_digest(KIND, one.person_id, one.enrolment_id, proposal), pack_hash=pack.pack_hash,
            )
        )  # fmt: skip
    made = Case.objects.bulk_create(cases, batch_size=BATCH)
    CaseEvent.objects.bulk_create(
        (
            CaseEvent(
                case=case, sequence=1, action="open", from_state="", to_state="extracted", officer_id=actor.officer_id,
                natural_person_id=actor.natural_person_id, grant_id=actor.grant_id, place_path=actor.scope,
                device=actor.device, digest_seen=case.digest,
            )
            for case in made
        ),
        batch_size=BATCH,
    )  # fmt: skip
    return made


def _flags(
    actor: Actor, extraction: Extraction, people: Sequence[ScreenedPerson], cases: Sequence[Case], now: datetime
) -> None:  # fmt: skip
    """The flag of each candidate in the same transaction as the case (QJ-A2-1-1b); an expired one is set again."""
    known: dict[UUID, Flag] = {
        flag.enrolment_id: flag for flag in Flag.objects.filter(enrolment_id__in=[p.enrolment_id for p in people])
    }  # fmt: skip
    flags = []
    for one, case, key in zip(people, cases, fresh_ids(len(people)), strict=True):
        values = {
            "division_path": one.division_path, "extraction": extraction, "case": case, "month": extraction.month,
            "window_until": one.window_until, "state": Flag.State.FLAGGED, "reason_code": "", "reason": "",
            "changed_at": now,
        }  # fmt: skip
        former = known.get(one.enrolment_id)
        if former is not None:
            for name, value in values.items():
                setattr(former, name, value)
            former.save()
            flags.append(former)
        else:
            flags.append(Flag(id=key, enrolment_id=one.enrolment_id, person_id=one.person_id, **values))
    Flag.objects.bulk_create([flag for flag in flags if flag.enrolment_id not in known], batch_size=BATCH)
    FlagEvent.objects.bulk_create(
        (
            FlagEvent(
                flag=flag, action="flagged", officer_id=actor.officer_id,
                natural_person_id=actor.natural_person_id, at=now,
            )
            for flag in flags
        ),
        batch_size=BATCH,
    )  # fmt: skip
