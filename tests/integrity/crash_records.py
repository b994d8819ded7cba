"""Crash trials of what is kept about people: enrolment, changes of data and account, files imported and undone, corrections.

Worked example: 同意 of an imported file killed after the first of two contributions books none; repeated, both stand there once,
and undoing the file, killed and repeated, reverses each of them once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from tests.integrity.crash_cases import looked_at, or_refused, take, trial
from tests.integrity.crash_people import DISTRICT, actor
from tests.integrity.crash_points import Command
from tests.support.residents import TODAY

SONGSHAN, NANAO = "150404", "440523"
TOWN = "古南街道新民村"


def _cast(district: str = SONGSHAN) -> Any:
    from tests.support.cast import a_cast
    from tests.support.residents import some_villages

    some_villages(district)
    return a_cast(district, next_county="500110" if district != "500110" else NANAO)


def _resident(cast: Any) -> Any:
    from jubao.people.models import Division
    from tests.support.residents import an_enrolment

    village = Division.objects.filter(path__startswith=cast.intake.actor.scope, level="village").first()
    return an_enrolment(village=village, name="张贵芳", mobile="13800000001")


def _approved(case: Case, district: str) -> Case:
    """The first look and decision of the district's reviewer."""
    reviewer = f"{district}-reviewer"
    return take(looked_at(case, reviewer, TODAY), "approve", reviewer, TODAY)


def _account() -> Case:
    from tests.people.test_changes import account
    from tests.support.residents import an_account

    cast = _cast()
    resident = _resident(cast)
    an_account(resident.person, "6217000000000000011")
    return account(cast, resident, "6217000000000000029", new_mobile="13900000009")


def _confirmable() -> dict[str, Any]:
    from jubao.people.models import PayoutAccount

    _approved(_account(), SONGSHAN)
    with read_scope("%"):
        return {"account": str(PayoutAccount.objects.get(until_on__isnull=True).id)}


def _confirm_account(given: dict[str, Any]) -> None:
    from jubao.services.people.payout_accounts import account_confirm
    from tests.support.importing import NOW

    account_confirm(actor=actor(f"{SONGSHAN}-intake_clerk"), account_id=UUID(given["account"]), now=NOW)


def _name() -> Case:
    from tests.people.test_changes import proposed

    cast = _cast()
    return proposed(cast, _resident(cast), name="单桂芳")


def _name_and_number() -> Case:
    from tests.people.test_changes import proposed
    from tests.support.residents import number_of

    cast = _cast()
    case = proposed(cast, _resident(cast), name="单桂芳", number=number_of(159901, date(1963, 8, 15), 996))
    return _approved(case, SONGSHAN)


def _enrolment() -> Case:
    from tests.people.test_enrolment import taken

    return taken(_cast().intake)


def _registered() -> Case:
    clerk = f"{SONGSHAN}-intake_clerk"
    return take(looked_at(_enrolment(), clerk, TODAY), "register", clerk, TODAY)


def _death() -> dict[str, Any]:
    from jubao.services.benefits.death_reports import death_report

    cast = _cast()
    report = death_report(
        actor=cast.intake.actor, person_id=_resident(cast).person_id, died_on=date(2026, 10, 5), source="殡葬",
        today=TODAY,
    )  # fmt: skip
    return {"report": str(report.id)}


def _decide_death(given: dict[str, Any]) -> None:
    from jubao.services.benefits.death_reports import death_decide

    death_decide(actor=actor(f"{SONGSHAN}-reviewer"), report_id=UUID(given["report"]), reason="火化证明")


def _participants(district: str = DISTRICT) -> Case:
    from tests.imports.test_limits import people
    from tests.imports.test_participants import HEAD, LI, WANG
    from tests.support.importing import a_csv, staged

    cast = _cast(district)
    rows = a_csv(HEAD, *(("单小英", one, TOWN, "2026-11-02", "") for one in (WANG, LI)))
    batch = staged(cast, "participants", rows if district == DISTRICT else people(2), district_code=district)
    return _case_of(batch)


def _case_of(batch: Any) -> Case:
    with read_scope("%"):
        return Case.objects.get(id=batch.case_id)


def _participants_reviewed() -> Case:
    return _approved(_participants(NANAO), NANAO)


def _identities() -> Case:
    """Two of one household whom the list of 低保 names, registered as ordinary."""
    from jubao.services.people.identity_changes import identity_batch_propose
    from tests.imports.test_special_groups import MONTH, NUMBERS, households, low_income
    from tests.support.importing import approved
    from tests.support.residents import an_enrolment, some_villages

    cast = _cast(DISTRICT)
    village = some_villages(DISTRICT)[0]
    for name, number in zip(("张一", "张1家"), NUMBERS, strict=False):
        an_enrolment(village=village, name=name, number=number)
    with read_scope("%"):
        approved(cast, low_income(cast, households()))
    return identity_batch_propose(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH, today=TODAY)


def _contributions() -> Case:
    from tests.contributions.test_import import HEAD, line
    from tests.support.importing import a_csv, staged
    from tests.support.residents import an_enrolment, some_villages

    cast = _cast(DISTRICT)
    village = some_villages(DISTRICT)[0]
    rows = [line(an_enrolment(village=village), f"R{number}") for number in (1, 2)]
    batch = staged(cast, "contributions", a_csv(HEAD, *rows))
    return _case_of(batch)


def _imported() -> dict[str, Any]:
    done = _approved(_contributions(), DISTRICT)
    return {"batch": str(done.proposal["batch"])}


def _undo(given: dict[str, Any]) -> None:
    from jubao.services.imports.batches import import_undo
    from tests.support.importing import NOW

    import_undo(
        actor=actor(f"{DISTRICT}-reviewer"), batch_id=UUID(given["batch"]), reason="传错文件", today=TODAY, now=NOW
    )  # fmt: skip


def _correction() -> Case:
    from tests.ledger.test_corrections import propose

    cast = _cast()
    case = propose(cast, _paid(SONGSHAN))
    clerk = f"{SONGSHAN}-intake_clerk"
    return take(looked_at(case, clerk, TODAY), "verify", clerk, TODAY)


def _paid(district: str) -> Any:
    from jubao.services.contributions.records import contribution_record
    from tests.support.residents import an_enrolment, some_villages, system

    return contribution_record(
        actor=system(), enrolment_id=an_enrolment(village=some_villages(district)[0]).id, year=2025, tier_fen=50000,
        amount_fen=50000, means="mobile", treasury_on=date(2025, 5, 6), receipt_number="R1", today=TODAY,
    )  # fmt: skip


def _interest() -> Case:
    from jubao.services.accounts.interest_cases import interest_case_open
    from jubao.services.accounts.interest_years import GivenRate

    cast = _cast()
    _paid(SONGSHAN)
    return interest_case_open(
        actor=cast.finance.actor, district_code=SONGSHAN, year=2025, today=TODAY, given_rate=GivenRate(24_000, "测试公布文件")
    )  # fmt: skip


COMMANDS = {
    "account_change_decide": trial(_account, day=TODAY, district=SONGSHAN),
    "account_confirm": Command(_confirmable, _confirm_account),
    "data_change_decide": trial(_name, day=TODAY, district=SONGSHAN),
    "data_change_both_decide": trial(_name_and_number, action="approve_second", by="approver", day=TODAY, district=SONGSHAN),
    "enrolment_register": trial(_enrolment, action="register", by="intake_clerk", day=TODAY, district=SONGSHAN),
    "enrolment_confirm": trial(_registered, action="confirm", day=TODAY, district=SONGSHAN),
    "death_decide": Command(_death, _decide_death),
    "identity_batch_decide": trial(_identities, day=TODAY),
    "import_participants_apply": trial(_participants, day=TODAY),
    "import_contributions_apply": trial(_contributions, day=TODAY),
    "import_reject": trial(_contributions, action="reject", reason="名单有误", day=TODAY),
    "import_two_levels_apply": trial(_participants_reviewed, action="approve_second", by="approver", day=TODAY, district=NANAO),
    "import_undo": Command(_imported, or_refused(_undo, "IMPORT_CANNOT_BE_UNDONE")),
    "ledger_correction_decide": trial(_correction, day=TODAY, district=SONGSHAN),
    "interest_year_decide": trial(_interest, day=TODAY, district=SONGSHAN),
}  # fmt: skip
