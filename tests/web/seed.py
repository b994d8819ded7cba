"""What the site of the browser tests holds: the cast, a village full of people, and one of them with a whole story.

Worked example: 张桂芳 (zgf) draws a pension since 2023-09 with every step stored, has paid contributions, and a proposal to
suspend her neighbour 张国芬 waits for the reviewer with one paper.
"""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Division
from tests.support.cast import DISTRICT, Cast, a_cast
from tests.support.residents import (
    TODAY,
    Beneficiary,
    a_beneficiary,
    an_enrolment,
    number_of,
    some_villages,
    system,
)

if TYPE_CHECKING:
    from tests.support.browser import Desk

FAMILIES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
BANKS = ("重庆农村商业银行", "中国邮政储蓄银行", "中国农业银行")
GIVEN = ("桂芳", "国强", "秀英", "建华", "玉兰", "德明", "素珍", "永福", "淑琴", "志远")


def seed_desk(desk: Desk) -> None:
    """Fill the database of a site."""
    cast = a_cast()
    villages = some_villages(DISTRICT, townships=2, each=3)
    heroine = a_story(villages[0])
    neighbours(villages)
    number = number_of(509908, date(1960, 3, 2), 14)
    case = a_case_to_decide(cast, villages[0], number)
    pensioners(villages)
    desk.seeded |= {
        "cast": cast,
        "heroine": heroine,
        "villages": villages,
        "case": case,
        "case_number": number,
        "maker_name": cast.handler.person.name,
    }


def a_story(village: Division) -> Beneficiary:
    """张桂芳 with contributions, a determination made by the rules, and its steps."""
    from jubao.contributions.models import Contribution
    from jubao.policy import load_pack
    from jubao.services.benefits.determinations import determination_make

    made = a_beneficiary(
        village=village, name="张桂芳", birth=date(1963, 8, 15), mobile="13896745521", years=range(2010, 2023),
        account="6217003760012345678",
    )  # fmt: skip
    month = 2023 * 12 + 8
    facts = {
        "account_balance_fen": 250478, "contribution_months": 180, "make_up_months": 0, "min_tier_months": 0,
        "is_only_child": False, "has_birth_date": True, "birth_month": 1963 * 12 + 7,
    }  # fmt: skip
    with unit_of_work(system("%"), "test"):
        determination_make(
            actor=system("%"), entitlement_id=made.entitlement_id, month=month, facts=facts,
            pack=load_pack(DISTRICT), case_id=None, proposed_by=None, approved_by=None,
        )  # fmt: skip
        Contribution.objects.filter(enrolment=made.enrolment).update(subsidy_fen=3000)
    return made


def a_case_to_decide(cast: Cast, village: Division, number: str) -> Case:
    """A proposal to suspend 张国芬, who was sentenced, with one paper; the reviewer has not seen it."""
    from jubao.people.models import CustodyPeriod
    from jubao.services.benefits.suspensions import suspension_propose
    from jubao.services.documents.store import document_store

    made = a_beneficiary(
        village=village, name="张国芬", birth=date(1960, 3, 2), number=number, account="6217003760087654321"
    )  # fmt: skip
    paper = document_store(
        actor=cast.handler.actor, content=a_picture(), name="刑事判决书.png", content_type="image/png",
        document_class="evidence", district_code=DISTRICT, person_id=made.person.pk,
    )  # fmt: skip
    with unit_of_work(system("%"), "test"):
        CustodyPeriod.objects.create(
            person=made.person, kind="FIXED_TERM", from_on=date(2026, 9, 3), source="法院名单"
        )
    return suspension_propose(
        actor=cast.handler.actor, entitlement_id=made.entitlement_id, reason="IN_CUSTODY", today=TODAY,
        materials=[("evidence", paper.pk)],
    )  # fmt: skip


def pensioners(villages: list[Division], count: int = 24) -> None:
    """People who draw, at three banks, so that a payment run has something to show."""
    for n in range(count):
        made = a_beneficiary(
            village=villages[n % len(villages)], name=FAMILIES[-1 - n % 9] + GIVEN[n % len(GIVEN)],
            birth=date(1945 + n % 15, n % 12 + 1, 7), account_fen=1500 + n * 137,
        )  # fmt: skip
        with unit_of_work(system("%"), "test"):
            made.account.bank_name = BANKS[n % len(BANKS)]
            made.account.save(update_fields=["bank_name"])


def a_picture() -> bytes:
    """A small picture, as a scanner makes one."""
    import segno

    stream = io.BytesIO()
    segno.make("判决书", micro=False).save(stream, kind="png", scale=8)
    return stream.getvalue()


def neighbours(villages: list[Division], count: int = 130) -> None:
    """A village full of people, more than a page of them."""
    for n in range(count):
        name = FAMILIES[n % len(FAMILIES)] + GIVEN[n // 2 % len(GIVEN)]
        birth = date(1950 + n % 40, n % 12 + 1, n % 28 + 1)
        an_enrolment(village=villages[n % len(villages)], name=name, birth=birth)


__all__ = ["Cast", "seed_desk"]
