"""The tax office's list as a file: booked with subsidies after approval, kept as the tax side, undone by reversal.

Worked example: three rows, one of them for an unknown tier: two are booked, all three stand on the tax side of May.
"""

from __future__ import annotations

import pytest

from jubao.cases.models import ImportRow
from jubao.contributions.models import Contribution, TaxRecord
from jubao.facts.contributions import month_figures
from jubao.kernel.month import Month
from jubao.ledger.balances import balance_of
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.services.imports.batches import import_undo
from tests.support.cast import Cast
from tests.support.importing import NOW, a_csv, approved, staged
from tests.support.residents import TODAY, an_enrolment, some_villages

HEAD = ("姓名", "公民身份号码", "缴费年度", "缴费金额", "缴费方式", "入库日期", "税票号")
MAY = Month(2026, 5).index


def line(who: Enrolment, receipt: str, yuan: str = "500.00", year: str = "2026") -> tuple[str, ...]:
    number = numbers_of([who.person_id])[who.person_id]
    return (who.person.name, number, year, yuan, "手机缴费", "2026-05-06", receipt)


@pytest.mark.requirement("SS-11-2", "SS-03-6-1a", "SS-03-6-1d")
def test_a_tax_list_is_booked_with_subsidies_and_kept_as_the_tax_side(cast: Cast) -> None:
    village = some_villages()[0]
    first, second = an_enrolment(village=village), an_enrolment(village=village)
    rows = [line(first, "R1"), line(second, "R2", "350.00"), line(second, "R3", "200.00"), line(first, "R4")]

    batch = staged(cast, "contributions", a_csv(HEAD, *rows))

    found = ImportRow.objects.filter(batch=batch).order_by("source_row")
    assert [(row.decision, row.problem_rule) for row in found] == [
        ("new", ""), ("refused", "TIER_NOT_OFFERED"), ("new", ""), ("refused", "YEAR_PAID"),
    ]  # fmt: skip
    assert not Contribution.objects.exists()

    approved(cast, batch)

    assert balance_of(first.id) == {"own_payment": 50000, "subsidy": 7000}
    paid = Contribution.objects.get(enrolment=second)
    assert (paid.means, paid.receipt_number, str(paid.treasury_on)) == ("mobile", "R3", "2026-05-06")
    assert TaxRecord.objects.count() == 4
    figures = month_figures("500110", MAY)
    assert (figures.tax_count, figures.booked_count, figures.matched, figures.unmatched) == (4, 2, 2, 2)


def test_undoing_the_file_reverses_what_it_booked(cast: Cast) -> None:
    who = an_enrolment(village=some_villages()[0])
    batch = staged(cast, "contributions", a_csv(HEAD, line(who, "R1")))
    approved(cast, batch)

    import_undo(actor=cast.reviewer.actor, batch_id=batch.id, reason="传错文件", today=TODAY, now=NOW)

    assert balance_of(who.id) == {"own_payment": 0, "subsidy": 0}
    assert not TaxRecord.objects.filter(is_live=True).exists()
    again = staged(
        cast, "contributions", a_csv(HEAD, line(who, "R1"), ("合计", "", "", "500.00", "", "", ""))
    )
    assert ImportRow.objects.get(batch=again).decision == "new"
