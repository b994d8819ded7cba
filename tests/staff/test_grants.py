"""Posts granted to people: three signers, for a time, at a place, never two that do not go together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.database.actor import Actor
from jubao.kernel.errors import CheckFailed
from jubao.services.access.log import AccessRefused
from jubao.services.cases.idempotency import IdempotencyConflict
from jubao.services.staff.grant_checks import rotation_overdue
from jubao.services.staff.grants import grant_apply, grant_approve, grant_end, grant_review
from jubao.staff.models import Grant, Officer
from jubao.staff.standings import standings
from tests.support.cast import UNTIL, Cast, Member, a_natural_person, actor_now, an_officer

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def apply(
    cast: Cast, to: Member, post: str, *, path: str = "", actor: Actor | None = None, **other: Any
) -> Grant:
    """An application by 审批岗 for the rest of the year."""
    given = {"from_on": FRIDAY, "until_on": UNTIL, "reason": "新增人员", "today": FRIDAY} | other
    return grant_apply(
        actor=actor or cast.approver.actor,
        officer_id=to.officer.id,
        post=post,
        division_path=path or cast.handler.actor.scope,
        **given,
    )


def granted(cast: Cast, to: Member, post: str, *, path: str = "", today: date = FRIDAY) -> Grant:
    """The whole way: 审批岗 applies, 稽核岗 reviews, 系统管理岗 approves."""
    grant = apply(cast, to, post, path=path)
    grant_review(actor=cast.auditor.actor, grant_id=grant.id, is_agreed=True, opinion="", today=today)
    return grant_approve(actor=cast.keeper.actor, grant_id=grant.id, is_agreed=True, opinion="", today=today)


def nobody(cast: Cast) -> Member:
    """A new account without any post."""
    return an_officer(path=cast.handler.actor.scope)


@pytest.mark.requirement("SS-40-1")
def test_a_grant_signed_by_three_holds_from_the_next_working_day_until_its_end(cast: Cast) -> None:
    newcomer = nobody(cast)

    grant = granted(cast, newcomer, "handler")

    assert grant.from_on == MONDAY
    assert standings(newcomer.officer.id, FRIDAY) == []
    assert standings(newcomer.officer.id, MONDAY)[0].posts == {"handler"}
    assert standings(newcomer.officer.id, date(2026, 12, 31))
    assert standings(newcomer.officer.id, UNTIL) == []  # ended at 00:00


@pytest.mark.requirement("SS-40-1")
def test_an_officer_without_a_post_can_do_nothing(cast: Cast) -> None:
    with pytest.raises(AccessRefused):
        apply(cast, cast.intake, "handler", actor=nobody(cast).actor)


def test_nobody_signs_twice_or_for_oneself_under_any_account(cast: Cast) -> None:
    twin = an_officer("auditor", path=cast.handler.actor.scope)
    second_account = an_officer(path=cast.handler.actor.scope, natural_person=twin.person)
    own = apply(cast, second_account, "auditor")
    with pytest.raises(CheckFailed, match="GRANT_FOR_ONESELF"):
        grant_review(actor=twin.actor, grant_id=own.id, is_agreed=True, opinion="", today=FRIDAY)
    with pytest.raises(CheckFailed, match="GRANT_FOR_ONESELF"):
        apply(cast, cast.approver, "intake_clerk")

    keeper_hat = an_officer("system_keeper", path=cast.keeper.actor.scope, natural_person=cast.keeper.person)
    grant = apply(cast, nobody(cast), "handler")
    with pytest.raises(CheckFailed, match="GRANT_STEP"):
        grant_approve(actor=keeper_hat.actor, grant_id=grant.id, is_agreed=True, opinion="", today=FRIDAY)


@pytest.mark.parametrize("until_on", [None, FRIDAY, date(2026, 11, 1)])
def test_an_end_is_mandatory(cast: Cast, until_on: date | None) -> None:
    with pytest.raises(CheckFailed, match="GRANT_END_MISSING"):
        apply(cast, nobody(cast), "handler", until_on=until_on)


def test_the_county_has_no_maintenance_of_permissions(cast: Cast) -> None:
    with pytest.raises(CheckFailed, match="GRANT_LEVEL"):
        apply(cast, nobody(cast), "system_keeper")
    grant = apply(cast, nobody(cast), "handler")
    grant_review(actor=cast.auditor.actor, grant_id=grant.id, is_agreed=True, opinion="", today=FRIDAY)
    with pytest.raises(AccessRefused):
        grant_approve(actor=cast.approver.actor, grant_id=grant.id, is_agreed=True, opinion="", today=FRIDAY)


def test_nobody_applies_for_a_place_outside_the_own(cast: Cast) -> None:
    with pytest.raises(AccessRefused):
        apply(cast, nobody(cast), "handler", path=cast.outsider.actor.scope)


@pytest.mark.requirement("SS-40-2")
@pytest.mark.parametrize("held", ["intake_clerk", "handler", "reviewer"])
def test_business_and_finance_do_not_meet_in_one_human_being(cast: Cast, held: str) -> None:
    person = a_natural_person()
    an_officer(held, path=cast.handler.actor.scope, natural_person=person)
    second_account = an_officer(path=cast.handler.actor.scope, natural_person=person)

    with pytest.raises(CheckFailed, match="FAMILIES_EXCLUDE"):
        apply(cast, second_account, "finance_officer")


@pytest.mark.requirement("GD-9-03")
@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("certification_officer", "certification_reviewer"),  # 经办 / 复核
        ("intake_clerk", "reviewer"),
        ("handler", "approver"),
    ],
)
def test_pairs_of_the_pack_do_not_meet_in_one_human_being(cast: Cast, held: str, wanted: str) -> None:
    place = cast.outsider.actor.scope
    holder = an_officer(held, path=place)
    applicant = an_officer("approver", path=place)

    with pytest.raises(CheckFailed, match="GRANT_INCOMPATIBLE") as refused:
        apply(cast, holder, wanted, path=place, actor=applicant.actor)

    assert "经办与复核是不相容岗位" in str(refused.value)


@pytest.mark.requirement("GD-9-05")
@pytest.mark.parametrize("determination", ["handler", "reviewer", "approver"])
@pytest.mark.parametrize("certifying", ["certification_officer", "certification_reviewer", "field_worker"])
def test_who_determines_benefits_holds_no_certification_post(
    cast: Cast, determination: str, certifying: str
) -> None:
    place = cast.outsider.actor.scope
    holder = an_officer(determination, path=place)
    applicant = an_officer("approver", path=place)

    with pytest.raises(CheckFailed, match="GRANT_INCOMPATIBLE") as refused:
        apply(cast, holder, certifying, path=place, actor=applicant.actor)

    assert "不相容岗位" in str(refused.value)


def test_taking_a_post_back_ends_the_sessions_at_once(cast: Cast) -> None:
    newcomer = nobody(cast)
    grant = granted(cast, newcomer, "handler")
    assert actor_now(newcomer.officer, MONDAY).posts == {"handler"}

    grant_end(actor=cast.approver.actor, grant_id=grant.id, reason="调离", today=MONDAY)

    newcomer.officer.refresh_from_db()
    assert standings(newcomer.officer.id, MONDAY) == []
    assert newcomer.officer.session_epoch == 2


def test_each_step_of_a_grant_is_taken_once_under_the_key_of_its_page(cast: Cast) -> None:
    grant = apply(cast, nobody(cast), "handler")
    about: dict[str, Any] = {"grant_id": grant.id, "today": FRIDAY}
    agreed = about | {"is_agreed": True, "opinion": ""}
    epoch = Officer.objects.get(id=grant.officer_id).session_epoch

    for _twice in range(2):
        assert grant_review(actor=cast.auditor.actor, **agreed, idempotency_key="a").state == "reviewed"
    for _twice in range(2):
        assert grant_approve(actor=cast.keeper.actor, **agreed, idempotency_key="b").state == "active"
    for _twice in range(2):
        assert (
            grant_end(actor=cast.keeper.actor, **about, reason="调离", idempotency_key="c").state == "ended"
        )

    assert Officer.objects.get(id=grant.officer_id).session_epoch == epoch + 1
    with pytest.raises(IdempotencyConflict):
        grant_end(actor=cast.keeper.actor, **about, reason="退休", idempotency_key="c")


def test_refusing_an_application_needs_a_reason(cast: Cast) -> None:
    grant = apply(cast, nobody(cast), "handler")

    with pytest.raises(CheckFailed, match="REASON_MISSING"):
        grant_review(actor=cast.auditor.actor, grant_id=grant.id, is_agreed=False, opinion=" ", today=FRIDAY)


class Rotating:
    """A pack that rotates high-risk posts after 24 months."""

    def find_setting(self, key: str, on: date) -> Any:
        """Only the term of rotation."""
        assert key == "posts.rotation"
        return type("Setting", (), {"value": {"count": 24, "unit": "month"}})


@pytest.mark.requirement("GD-9-04")
@pytest.mark.parametrize(
    ("today", "is_overdue"), [(date(2023, 12, 31), False), (date(2024, 1, 1), True), (date(2024, 2, 1), True)]
)
def test_holders_of_high_risk_posts_are_listed_when_their_term_is_over(
    cast: Cast, today: date, is_overdue: bool
) -> None:
    place = cast.outsider.actor.scope
    an_officer(
        "reviewer", path=place, username="since-2022", from_on=date(2022, 1, 1), until_on=date(2025, 1, 1)
    )
    an_officer("intake_clerk", path=place, from_on=date(2022, 1, 1), until_on=date(2025, 1, 1))

    listed = rotation_overdue(scope=place, today=today, pack=Rotating())  # type: ignore[arg-type]

    assert [each.username for each in listed] == (["since-2022"] if is_overdue else [])


def test_a_high_risk_post_is_not_granted_beyond_its_term(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jubao.services.staff.grant_checks.pack_of", lambda path: Rotating())
    holder = an_officer(
        "reviewer", path=cast.handler.actor.scope, from_on=date(2025, 1, 1), until_on=date(2026, 11, 23)
    )

    with pytest.raises(CheckFailed, match=r"ROTATION_LIMIT.*2027-01-01"):
        granted_until(cast, holder, date(2027, 1, 2))


def granted_until(cast: Cast, to: Member, until_on: date) -> Grant:
    """The same post again, from where the former one ends."""
    return apply(cast, to, "reviewer", from_on=MONDAY, until_on=until_on)
