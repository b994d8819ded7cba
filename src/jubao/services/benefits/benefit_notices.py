"""待遇领取告知: who turns sixty next month, matched for obstacles, the rights record drawn, the notice issued (赤松 第二十一条).

Worked example: in 2024-05 the township draws its list: four people turn sixty in 2024-06. One draws an employee pension:
marked, no notice. Three get the 《待遇领取告知书》 with 17年, 2504.73 yuan, the papers, the day, and whom they named as
beneficiary; the village assistant hands it over and enters that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.pension import claim_facts_of
from jubao.kernel.errors import DomainError, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.notices.models import OutboxMessage
from jubao.people.models import Enrolment
from jubao.services.benefits.benefit_notice_forms import CLASS, PURPOSE, notice_contents, notice_store
from jubao.services.benefits.claim_obstacles import (
    Obstacle,
    obstacles_of,
    obstacles_of_age,
    refuse_for,
)
from jubao.services.benefits.pension_budget import Budget, pension_budgets
from jubao.services.cases.engine import advance, case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.notices.texts import mobile_of, notice_queue
from jubao.services.people.divisions import district_of
from jubao.services.people.payees import payee_of, payee_words
from jubao.staff.regions import pack_of

KIND = "benefit_notice"
MAKERS, BRINGERS = frozenset({"handler"}), frozenset({"village_assistant", "handler", "intake_clerk"})


@dataclass(frozen=True)
class Reaching:
    """One person of the month's list: the rights record, and an amount unless the rules refuse one (`why_not`).

    The notice needs the record alone: a standard that is not published yet keeps nobody from being told.
    """

    enrolment: Enrolment
    first_month: int
    obstacles: tuple[Obstacle, ...]
    contribution_months: int
    account_balance_fen: int
    budget: Budget | None
    why_not: str
    payee: str
    case: Case | None


@dataclass(frozen=True)
class Issued:
    """What one drawing of the list did: notices made now, known before, people marked for an obstacle."""

    made: int
    known: int
    marked: int


def month_turning(division_path: str, month: Month, today: date) -> Month:
    """The month whose birthdays the list of `month` is about, by the pack's `claim.ahead`."""
    return month + int(pack_of(division_path).setting("claim.ahead", today).value)


def reaching_list(*, scope: str, month: Month, today: date) -> list[Reaching]:
    """Who below a place turns of age in the month that the list of `month` is about, in order of place and name."""
    pack, turning = pack_of(scope), month_turning(scope, month, today)
    age = int(pack.parameter("pension_age_years", turning).value)
    born = Month.from_index(turning.index - 12 * age)
    found = obstacles_of_age(scope, born.first_day, born.last_day, today)
    wanted = Enrolment.objects.select_related("person").filter(id__in=found)
    people = list(wanted.order_by("division_path", "person__name", "id"))
    children = {one.pk: bool(one.is_only_child) for one in people}
    budgets = pension_budgets(only_children=children, pack=pack, today=today)
    facts = claim_facts_of(list(children), Month.containing(today).index, 0)
    cases = {
        one.subject_id: one for one in Case.objects.filter(kind=KIND, subject_id__in=found).order_by("id")
    }
    return [
        _reaching(one, turning, found[one.pk], facts[one.pk], budgets.get(one.pk), cases.get(one.pk), today)
        for one in people
    ]


def _reaching(
    enrolment: Enrolment, turning: Month, obstacles: tuple[Obstacle, ...], facts: Mapping[str, Any],
    budget: Budget | DomainError | None, case: Case | None, today: date,
) -> Reaching:  # fmt: skip
    known = budget if isinstance(budget, Budget) else None
    why_not = budget.message if isinstance(budget, DomainError) else ""
    first = known.start_month if known else turning.index + 1
    payee = payee_words(payee_of(enrolment.person_id, today))
    months, balance = int(facts["contribution_months"]), int(facts["account_balance_fen"])
    return Reaching(enrolment, first, obstacles, months, balance, known, why_not, payee, case)


def notices_issue(
    *, actor: Actor, division_path: str, month: Month, today: date, now: datetime,
    chosen: Sequence[UUID] | None = None,
) -> Issued:  # fmt: skip
    """Draw the list: everybody on it gets a case, everybody without an obstacle the notice; a second call adds nothing.

    `chosen` takes these enrolments alone. Raises InputRefused LIST_EMPTY, CaseRefused POST_REQUIRED, LEVEL_REQUIRED.
    """
    with unit_of_work(actor, "benefit_notices_issue"):
        rows = reaching_list(scope=division_path, month=month, today=today)
        rows = [one for one in rows if chosen is None or one.enrolment.pk in chosen]
        if not rows:
            raise InputRefused(
                "LIST_EMPTY", _("这个月的名单上没有人。"), remedy=_("请核对月份，或等下个月的名单。")
            )
        made = known = marked = 0
        for one in rows:
            case = one.case or _listed(actor, one, today)
            if one.obstacles:
                marked += 1
            elif case.state == "listed":
                advance(
                    actor=actor, case_id=case.pk, action="inform", expected_version=case.version, today=today, now=now
                )  # fmt: skip
                made += 1
            else:
                known += 1
        return Issued(made, known, marked)


def _listed(actor: Actor, one: Reaching, today: date) -> Case:
    enrolment = one.enrolment
    return case_open(
        actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
        division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk,
        title=chinese("{name} {month} 起可领取待遇").format(
            name=enrolment.person.name, month=str(Month.from_index(one.first_month))
        ),
        proposal=_drawn(one), today=today, channel="month_list",
    )  # fmt: skip


def _drawn(one: Reaching) -> dict[str, Any]:
    """The rights record and the result of the matching as the case keeps them."""
    return {
        "start_month": one.first_month,
        "contribution_months": one.contribution_months,
        "account_balance_fen": one.account_balance_fen,
        "monthly_budget_fen": one.budget.total_fen if one.budget else 0,
        "payee": one.payee,
        "obstacles": [each.as_row() for each in one.obstacles],
        "why": one.why_not,
    }


def _inform(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 下达 computes: matched once more, the rights record drawn anew, the form made of it."""
    assert case.subject_id is not None
    refuse_for(obstacles_of(case.subject_id, today), what=_("下达待遇领取告知书"))
    enrolment = Enrolment.objects.select_related("person").get(id=case.subject_id)
    child = {enrolment.pk: bool(enrolment.is_only_child)}
    budget = pension_budgets(only_children=child, pack=pack_of(case.division_path), today=today)[enrolment.pk]
    facts = claim_facts_of([enrolment.pk], Month.containing(today).index, 0)[enrolment.pk]
    turning = Month.from_index(case.proposal["start_month"] - 1)
    one = _reaching(enrolment, turning, (), facts, budget, case, today)
    contents = notice_contents(
        case=case, contribution_months=one.contribution_months, account_balance_fen=one.account_balance_fen,
        payee=one.payee, turning=turning, today=today,
    )  # fmt: skip
    notice_store(actor=actor, case=case, contents=contents)
    return _drawn(one) | {"number": contents["number"], "text": contents["text"]}


def _informed(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the same words leave by SMS, or wait to be brought by the village."""
    assert case.person_id is not None
    notice_queue(
        person_id=case.person_id, case_id=case.pk, purpose=PURPOSE, text=case.proposal["text"],
        once_key=f"{PURPOSE}:{case.pk}", mobile=mobile_of(case.person_id, case.division_path, today),
    )  # fmt: skip


def _delivered(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: what waited to be brought was brought."""
    for message in OutboxMessage.objects.select_for_update().filter(
        case_id=case.pk, purpose=PURPOSE, channel="visit", state="waiting"
    ):
        message.state, message.delivered_at = "delivered", case.closed_at
        message.save(update_fields=["state", "delivered_at"])


register(
    CaseKind(
        KIND,
        "待遇领取告知",
        (
            Transition("open", OPEN, "listed", MAKERS, title="列入名单", steps=("export",)),
            Transition("inform", "listed", "informed", MAKERS, title="下达告知书", steps=("notice",), needs=(CLASS,),
                       makes_proposal=True),
            Transition("set_aside", "listed", "withdrawn", MAKERS, title="不下达", steps=("export",), closes=True,
                       outcome="set_aside", needs_reason=True),
            Transition("deliver", "informed", "done", BRINGERS, title="已送达本人", closes=True, outcome="delivered"),
        ),
        effects={"inform": _informed, "deliver": _delivered},
        prepares={"inform": _inform},
        states={"listed": "已列入名单", "informed": "已下达"},
        workflow="ordinary_claim",
    )
)  # fmt: skip
