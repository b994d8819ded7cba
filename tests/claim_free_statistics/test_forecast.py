"""到龄预测: twelve months, per village, what blocks each by the screening rules, what the village can mend first."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from jubao.contributions.models import FormerYears
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.dates import add_months
from jubao.kernel.month import Month
from jubao.people.models import CardAccountCheck, CustodyPeriod, Division, Enrolment
from jubao.services.claim_free.check import check
from jubao.services.claim_free.forecast import MONTHS, forecast, mender_of, rank_of
from tests.claim_free_statistics.county import a_county, township_of
from tests.staff.browsing import open_browser
from tests.support.cast import Cast
from tests.support.residents import an_enrolment, system

pytestmark = pytest.mark.usefixtures("database")
ON = date(2024, 3, 5)


def someone(
    village: Division, reaches: Month, *, mobile: str = "13900000001", account: str = "auto", on: date = ON
) -> Enrolment:
    """Somebody with all years paid who reaches sixty in that month."""
    born = add_months(reaches.first_day, -720)
    made = an_enrolment(
        village=village, birth=born, mobile=mobile, name="张桂芳",
        account=f"62170037600{abs(hash((village.pk, reaches.index, mobile, account))) % 10**8:08d}" if account else "",
    )  # fmt: skip
    with unit_of_work(system("%"), "test"):
        FormerYears.objects.create(
            enrolment=made,
            contribution_months=(on.year - 2009) * 12,
            until_year=on.year,
            has_gap=False,
            min_tier_months=0,
        )
    return made


def test_everybody_of_twelve_months_and_nobody_else() -> None:
    village, first = a_county()[0], Month(2024, 3)
    for n in (-1, 0, 11, 12):
        someone(village, first + n, mobile=f"1390000000{n % 10}")

    found = forecast(place=village.path, today=ON)

    assert [one.month - first.index for one in found] == [0, 11]
    assert all(one.is_ready for one in found), found
    assert MONTHS == 12


def test_the_obstacles_are_those_of_the_screening_and_what_the_village_can_mend_comes_first() -> None:
    village = a_county()[0]
    made = someone(village, Month(2024, 8), mobile="", account="")
    with unit_of_work(system("%"), "test"):
        CustodyPeriod.objects.create(person=made.person, kind="FIXED_TERM", from_on=date(2023, 1, 5))

    found = forecast(place=village.path, today=ON)[0]

    screened = check(made.pk, on=ON, stage="extract").codes
    assert set(found.obstacles) - {"NO_MOBILE"} == set(screened)
    assert found.obstacles == ("NO_MOBILE", "NO_PAYOUT_ACCOUNT", "SERVING_SENTENCE")
    assert [mender_of(code) for code in found.obstacles] == ["village", "village", "nobody"]
    assert rank_of("CONTRIBUTION_GAP") < rank_of("IN_TRANSIT_TRANSFER") < rank_of("DECEASED")


@pytest.mark.parametrize(
    ("enrolled", "code"), [(2010, "CONTRIBUTION_YEARS_SHORT"), (2019, "YEARS_OUT_OF_REACH")]
)
def test_missing_years_are_the_village_s_only_while_they_can_still_be_paid(enrolled: int, code: str) -> None:
    made = someone(a_county()[0], Month(2025, 1))
    with unit_of_work(system("%"), "test"):
        Enrolment.objects.filter(pk=made.pk).update(enrolled_on=date(enrolled, 1, 15))
        FormerYears.objects.filter(enrolment=made).update(
            contribution_months=13 * 12 if enrolled == 2010 else 5 * 12
        )

    found = forecast(place=made.division_path, today=ON)[0]

    assert [one for one in found.obstacles if "YEARS" in one] == [code]
    assert mender_of(code) == ("village" if enrolled == 2010 else "nobody")


def test_a_card_that_is_not_activated_is_named() -> None:
    village = a_county()[0]
    made = someone(village, Month(2024, 8))
    with unit_of_work(system("%"), "test"):
        CardAccountCheck.objects.create(
            person=made.person, outcome="found", account_number="6217003760099999999", bank_name="重庆农村商业银行",
            is_activated=False, source="card_system", fetched_at=timezone.now(),
        )  # fmt: skip

    assert forecast(place=village.path, today=ON)[0].obstacles == ("CARD_NOT_ACTIVE",)


def test_the_page_counts_per_village_and_every_number_opens_its_people(cast: Cast) -> None:
    villages, today = a_county(townships=2, each=2), timezone.localdate()
    first = Month.containing(today)
    someone(villages[0], first + 2, on=today)
    someone(villages[0], first + 2, mobile="", account="", on=today)
    someone(villages[2], first + 5, mobile="13900000003", on=today)
    client = open_browser(cast.handler)

    district = client.get(reverse("claim-free-forecast")).content.decode()
    township = client.get(
        reverse("claim-free-forecast") + f"?place={township_of(villages[0]).path}"
    ).content.decode()

    assert "今后十二个月满60周岁 3 人" in district
    assert villages[0].name in township and "满60周岁 2 人" in township
    first_row = re.sub(r"<[^>]+>", "", re.search(r"<tbody>(.*?)</tr>", district, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert "没有可收短信的手机号码" in first_row and "村社可解决" in first_row
    people = client.get(reverse("claim-free-forecast-people") + f"?month={first + 2}").content.decode()
    blocked = client.get(reverse("claim-free-forecast-people") + "?code=NO_MOBILE").content.decode()
    assert "共 2 条" in people and "共 1 条" in blocked
    assert "没有可收短信的手机号码" in blocked


def test_a_region_without_claim_free_texts_says_so(cast: Cast) -> None:
    page = open_browser(cast.outsider).get(reverse("claim-free-forecast")).content.decode()

    assert "没有免申即享的文本" in page
