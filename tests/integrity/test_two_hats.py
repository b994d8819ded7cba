"""Two hats, one head: nobody decides what the same human being proposed, for every kind of case and every deciding step.

Worked example: 李静 proposes a suspension; under her own account, under a second account with 复核岗, and after 王强 has sent the
case again, she is refused by the service, by the page, and by the database when she writes SQL as the application role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, count
from uuid import UUID, uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from jubao.cases.models import Case, CaseEvent
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.services.cases.engine import advance, case_view
from jubao.services.cases.kinds import Transition, kind_of, kinds, table
from jubao.services.payments.runs import run_approve, run_check
from jubao.services.staff.grants import grant_apply, grant_approve, grant_review
from jubao.staff.models import Grant
from jubao.staff.posts import POSTS
from jubao.staff.regions import pack_of
from tests.payments.month import NOW as PAID_AT
from tests.payments.month import TODAY as PAID_ON
from tests.payments.month import a_payee, drafted
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, Member, a_natural_person, an_officer
from tests.support.residents import system

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DISTRICT = "500110"
HATS = ("the same account", "a second account", "the maker before a resubmission")
DIGEST = "d" * 64
_numbers = count(1)


def deciding() -> list[tuple[str, str, str]]:
    """Every (kind, action, state) that decides."""
    return sorted(
        (name, one.action, one.from_state)
        for name, kind in kinds().items()
        if not name.startswith("test_")
        for one in kind.transitions
        if one.is_decision
    )


@pytest.fixture
def place(database: None, cast: Cast) -> Iterator[Cast]:
    """The officers; Django is set up before the kinds are asked for."""
    yield cast


def head(cast: Cast, step: Transition) -> tuple[Member, Member]:
    """One human being with two accounts, both holding a post that may take this step at a place that may."""
    wanted = sorted(step.posts & set(POSTS))[:1]
    path = cast.handler.actor.scope
    if step.levels and "district" not in step.levels:
        path = cast.intake.actor.scope if "township" in step.levels else cast.keeper.actor.scope
    person = a_natural_person()
    first = an_officer(*wanted, path=path, natural_person=person)
    return first, an_officer(*wanted, path=path, natural_person=person)


def a_case(place: str, kind: str, state: str, maker: UUID, former: UUID | None, checker: UUID | None) -> Case:
    """A case as its steps would have left it: who proposed stands in the events."""
    with unit_of_work(system("%"), "test"):
        case = Case.objects.create(
            number=f"{DISTRICT}-2026-8{next(_numbers):05d}", kind=kind, district_code=DISTRICT,
            division_path=place, state=state, digest=DIGEST, maker_id=maker, checker_id=checker,
        )  # fmt: skip
        for number, who in enumerate([one for one in (former, maker) if one], 1):
            CaseEvent.objects.create(
                case=case, sequence=number, action="open" if number == 1 else "resubmit", from_state="",
                to_state=state, natural_person_id=who, digest_seen=DIGEST, makes_proposal=True,
            )  # fmt: skip
    return case


def prepared(cast: Cast, kind: str, action: str, state: str, hat: str) -> tuple[Case, Member, UUID]:
    """The case, the account that tries to decide, and the natural person behind it."""
    rows = table(kind_of(kind), pack_of(cast.handler.actor.scope), TODAY)
    step = next(one for one in rows if (one.action, one.from_state) == (action, state))
    first, second = head(cast, step)
    person = first.person.id
    checker = uuid4() if step.is_second_decision else None
    later = hat == HATS[2]
    maker = a_natural_person("王强").id if later else person
    office = max(cast.handler.actor.scope, first.actor.scope, key=len)
    case = a_case(office, kind, state, maker, person if later else None, checker)
    return case, first if hat == HATS[0] else second, person


def test_the_kinds_decide_something(place: Cast) -> None:
    assert len(deciding()) >= 40


@pytest.mark.requirement("SS-40-3")
@pytest.mark.parametrize("hat", HATS)
def test_no_service_lets_the_maker_decide(place: Cast, hat: str) -> None:
    for kind, action, state in deciding():
        case, hand, _person = prepared(place, kind, action, state, hat)
        with pytest.raises(DomainError) as refused, transaction.atomic():
            advance(
                actor=hand.actor, case_id=case.id, action=action, reason="看过了", expected_version=1,
                digest_seen=DIGEST, today=TODAY, now=NOW,
            )  # fmt: skip
        assert refused.value.code == "SELF_APPROVAL", (kind, action, hat)


@pytest.mark.parametrize("hat", HATS)
def test_no_page_lets_the_maker_decide(place: Cast, hat: str) -> None:
    for kind, action, state in deciding():
        case, hand, _person = prepared(place, kind, action, state, hat)
        answer = open_browser(hand).post(
            reverse("case-action", args=[case.id]),
            {"action": action, "version": "1", "digest": DIGEST, "reason": "看过了", "key": str(uuid4())},
        )
        said = " ".join(str(one) for one in get_messages(answer.wsgi_request))
        assert answer.status_code == 302 and "SELF_APPROVAL" in said, (kind, action, answer.status_code, said)
        case.refresh_from_db()
        assert (case.state, case.version, case.is_open) == (state, 1, True), (kind, action)


@pytest.mark.parametrize("hat", HATS)
def test_no_statement_lets_the_maker_decide(place: Cast, hat: str) -> None:
    for kind, action, state in deciding():
        case, hand, person = prepared(place, kind, action, state, hat)
        others = uuid4()
        for change in (
            "checker_id = %(person)s",
            "checker_id = %(person)s, maker_id = %(others)s",
            "approver_id = %(person)s, checker_id = %(others)s",
            "approver_id = %(person)s, checker_id = NULL",
            "approver_id = %(person)s, checker_id = NULL, maker_id = %(others)s",
            "checker_id = %(person)s, maker_id = NULL",
        ):
            assert refused_by_sql(hand, case, change, person, others), (kind, action, hat, change)


def refused_by_sql(hand: Member, case: Case, change: str, person: UUID, others: UUID) -> bool:
    """Whether the database refuses an update that the application role writes by hand, inside a command of its own."""
    try:
        with transaction.atomic(), unit_of_work(hand.actor, "by_hand"), connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone()[0] == "jubao_app"
            cursor.execute(
                f"UPDATE cases_case SET {change} WHERE id = %(case)s",
                {"person": person, "others": others, "case": case.id},
            )
            assert cursor.rowcount == 1
    except DatabaseError:
        return True
    return False


SIGNATURES = ("apply", "review", "approve")


def signed(cast: Cast, signer: Member, step: str, grant: Grant | None, to: Member) -> Grant:
    """One of the three signatures under a post."""
    given = {"actor": signer.actor, "today": TODAY}
    if step == "apply":
        return grant_apply(
            officer_id=to.officer.id, post="handler", division_path=cast.handler.actor.scope, from_on=TODAY,
            until_on=date(2027, 1, 1), reason="新增人员", **given,
        )  # fmt: skip
    assert grant is not None
    sign = grant_review if step == "review" else grant_approve
    return sign(grant_id=grant.id, is_agreed=True, opinion="", **given)


@pytest.mark.parametrize("both", list(combinations(SIGNATURES, 2)))
def test_nobody_signs_two_steps_of_a_grant(place: Cast, both: tuple[str, str]) -> None:
    signers = {"apply": place.approver, "review": place.auditor, "approve": place.keeper}
    person, newcomer = signers[both[0]].person, an_officer(path=place.handler.actor.scope)
    # Two accounts of one human being: the posts exclude each other in one hand, so the forger holds a forged actor.
    hand = signers[both[1]]
    signers[both[1]] = replace(hand, actor=replace(hand.actor, natural_person_id=person.id))
    grant = None
    for step in SIGNATURES:
        if step == both[1]:
            with pytest.raises((DomainError, DatabaseError)), transaction.atomic():
                signed(place, signers[step], step, grant, newcomer)
            break
        grant = signed(place, signers[step], step, grant, newcomer)
    assert grant is not None
    column = {"review": "reviewed_by_id", "approve": "approved_by_id"}[both[1]]
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        unit_of_work(signers[both[1]].actor, "by_hand"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE staff_grant SET {column} = %s WHERE id = %s", [person.id, grant.id])
        assert cursor.rowcount == 1


@pytest.mark.parametrize("hat", HATS[:2])
def test_who_handed_a_run_in_does_not_approve_it(place: Cast, hat: str) -> None:
    a_payee()
    run = drafted(place)
    run = run_check(actor=place.handler.actor, run_id=run.id, today=PAID_ON, now=PAID_AT)
    # The database grants no handler a second account as reviewer; the forger holds a forged actor.
    hand = replace(place.handler.actor, posts=frozenset({"handler", "reviewer"}))
    if hat == HATS[1]:
        hand = replace(place.reviewer.actor, natural_person_id=place.handler.person.id)
    digest = case_view(actor=hand, case_id=run.case_id, now=PAID_AT).digest

    with pytest.raises(DomainError) as refused, transaction.atomic():
        run_approve(actor=hand, run_id=run.id, digest_seen=digest, today=PAID_ON, now=PAID_AT)

    assert refused.value.code == "SELF_APPROVAL"
    case = Case.objects.get(id=run.case_id)
    assert refused_by_sql(place.reviewer, case, "checker_id = %(person)s", place.handler.person.id, uuid4())
    assert Case.objects.get(id=run.case_id).state == "checked"
