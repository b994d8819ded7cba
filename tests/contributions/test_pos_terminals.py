"""POS terminals of the villages: one each, gaps listed, faults reported and closed; their payments imported.

Worked example: 红星村 without a terminal is listed until it has one; a row paid in cash is refused with 第八条.
"""

from __future__ import annotations

import pytest

from jubao.cases.models import ImportRow
from jubao.contributions.models import PosFault, PosTerminal, PosTransaction
from jubao.services.imports.batches import import_undo
from tests.support.collecting import (
    ASSISTANT,
    DISTRICT_HANDLER,
    HEAD,
    SONGSHAN,
    Collecting,
)
from tests.support.importing import NOW, a_csv, approved, staged
from tests.support.residents import TODAY


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Collecting:
    return Collecting(monkeypatch)


@pytest.mark.requirement("SS-03-6-1b")
def test_a_village_without_a_terminal_and_a_terminal_without_a_village_are_listed(here: Collecting) -> None:
    other = next(one for one in here.world.villages if one.path != here.village)
    here.post(DISTRICT_HANDLER, "pos-terminals", do="register", number="POS-0001", village=here.village)

    shown = here.post(DISTRICT_HANDLER, "pos-terminals", do="register", number="POS-0002", village="")

    gaps = shown.partition("没有终端的村（社区）")[2].partition("没有配给村（社区）的终端")[0]
    assert other.name in gaps and here.world.villages[0].name not in gaps.split(other.name)[0]
    assert "POS-0002" in shown.partition("没有配给村（社区）的终端")[2].partition("待修的故障")[0]

    second = here.post(
        DISTRICT_HANDLER, "pos-terminals", do="register", number="POS-0003", village=here.village
    )
    assert "VILLAGE_HAS_TERMINAL" in second and PosTerminal.objects.count() == 2

    spare = PosTerminal.objects.get(number="POS-0002")
    after = here.post(DISTRICT_HANDLER, "pos-terminals", do="assign", terminal=spare.id, village=other.path)
    assert "没有配给村（社区）的终端" not in after


@pytest.mark.requirement("SS-03-6-1c")
def test_a_fault_reported_by_the_village_is_closed_with_its_date(here: Collecting) -> None:
    terminal = here.terminal()
    said = here.post(
        ASSISTANT, "village-contributions", do="fault", terminal=terminal.id, what="打印不出小票"
    )
    assert "已报修" in said

    assert "打印不出小票" in here.text(DISTRICT_HANDLER, "pos-terminals")
    fault = PosFault.objects.get()
    after = here.post(DISTRICT_HANDLER, "pos-terminals", do="repair", fault=fault.id, repair="更换打印头")

    fault.refresh_from_db()
    assert (str(fault.reported_on), str(fault.closed_on), fault.repair) == (
        "2024-05-20",
        "2024-05-20",
        "更换打印头",
    )
    assert "没有待修的故障" in after
    assert "FAULT_CLOSED" in here.post(
        DISTRICT_HANDLER, "pos-terminals", do="repair", fault=fault.id, repair="再修"
    )


@pytest.mark.requirement("SS-03-3-1b", "SS-08-1")
def test_pos_records_are_imported_with_terminal_and_time_and_cash_is_refused(here: Collecting) -> None:
    here.terminal()
    first, second = here.person("王秀兰"), here.person("刘桂英")
    rows = [
        here.line(first, "000017"),
        here.line(second, "000018", "300.00", means="现金"),
        here.line(second, "000019", "300.00", terminal="POS-0009"),
        here.line(second, "000020", "300.00", at="25:10"),
    ]
    cast = here.world.cast

    batch = staged(cast, "pos_transactions", a_csv(HEAD, *rows), district_code=SONGSHAN)

    found = ImportRow.objects.filter(batch=batch).order_by("source_row")
    assert [(row.decision, row.problem_rule) for row in found] == [
        ("new", ""), ("refused", "NOT_BY_POS"), ("refused", "TERMINAL_UNKNOWN"), ("refused", "TIME_UNREADABLE"),
    ]  # fmt: skip
    approved(cast, batch)
    one = PosTransaction.objects.select_related("terminal").get()
    assert (one.enrolment_id, one.year, one.tier_fen, one.amount_fen) == (first.id, 2024, 50000, 50000)
    assert (one.terminal.number, one.division_path) == ("POS-0001", here.village)
    assert one.paid_at.isoformat() == "2024-05-06T01:30:00+00:00"


def test_the_same_voucher_is_the_same_and_a_file_can_be_taken_back(here: Collecting) -> None:
    here.terminal()
    who, cast = here.person("王秀兰"), here.world.cast
    batch = staged(cast, "pos_transactions", a_csv(HEAD, here.line(who, "000017")), district_code=SONGSHAN)
    approved(cast, batch)

    again = a_csv(HEAD, here.line(who, "000017"), here.line(who, "000017", "300.00"))
    second = staged(cast, "pos_transactions", again, name="再传.csv", district_code=SONGSHAN)
    rules = (
        ImportRow.objects.filter(batch=second).order_by("source_row").values_list("decision", "problem_rule")
    )
    assert list(rules) == [("same", ""), ("refused", "DUPLICATE_ROW")]

    import_undo(actor=cast.reviewer.actor, batch_id=batch.id, reason="传错文件", today=TODAY, now=NOW)
    assert not PosTransaction.objects.filter(is_live=True).exists()
