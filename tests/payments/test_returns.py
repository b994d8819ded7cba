"""What banks send back: partial, twice, contradictory, foreign, with another fen; and money paid again once, never twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from jubao.database.unit_of_work import unit_of_work
from jubao.facts import payments as figures
from jubao.kernel.errors import DomainError
from jubao.payments.invariants import INVARIANTS
from jubao.payments.models import BankFile, BankReturn, PaymentLine, PaymentRun
from jubao.people.models import PayoutAccount
from jubao.services.payments.bank_returns import return_book, return_cause_fix
from jubao.services.payments.runs import run_reconcile
from tests.payments.month import MONTH, NOW, TODAY, a_payee, answer, drafted, paid_month, sent
from tests.support.cast import Cast
from tests.support.residents import system


def booked(cast: Cast, run: PaymentRun, content: bytes, name: str = "r.txt") -> BankReturn:
    """The bank's answer to the only file of a run."""
    return book_file(cast, run.bank_files.get(), content, name)


def book_file(cast: Cast, bank_file: BankFile, content: bytes, name: str = "r.txt") -> BankReturn:
    """The bank's answer to one of several files."""
    return return_book(
        actor=cast.finance.actor, bank_file_id=bank_file.id, content=content, name=name, today=TODAY, now=NOW
    )


def violations() -> list[tuple[str, ...]]:
    """Every invariant of payments over all rows."""
    found = []
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            cursor.execute(one.checked)
            cursor.execute(one.violations)
            found += [(one.id, *row) for row in cursor.fetchall()]
    return found


def moved() -> int:
    """How many transfers there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_transfer")
        return int(cursor.fetchone()[0])


@pytest.fixture
def run(database: None, cast: Cast) -> PaymentRun:
    """Four people's month, sent to one bank."""
    for _one in range(4):
        a_payee()
    return paid_month(cast)


def test_partial_answer_leaves_the_rest_open(run: PaymentRun, cast: Cast) -> None:
    file = run.bank_files.get()

    booked(cast, run, answer(file, only={1, 2}))

    with pytest.raises(DomainError, match="LINES_UNANSWERED"):
        run_reconcile(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)
    booked(cast, run, answer(file, only={3, 4}))
    assert run_reconcile(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW).state == "reconciled"
    assert violations() == []


def test_same_answer_twice_books_once(run: PaymentRun, cast: Cast) -> None:
    content = answer(run.bank_files.get(), {2: "账户销户"})
    first = booked(cast, run, content)
    before = moved()

    second = booked(cast, run, content)
    third = booked(cast, run, content + b"\r\n")

    assert second.id == first.id and third.state == "booked"
    assert moved() == before and violations() == []
    assert [row["bank_reason"] for row in figures.failed_lines("", run_id=run.id)] == ["账户销户"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("4|", "4711|", 1), "LINE_UNKNOWN"),
        (lambda text: text.replace("|183.02|", "|183.03|", 1), "AMOUNT_DIFFERS"),
        (lambda text: text.replace("|6217", "|6218", 1), "ACCOUNT_DIFFERS"),
        (lambda text: text.replace("|成功|", "|冲正|", 1), "STATE_UNKNOWN"),
        (lambda text: text + text.splitlines()[1].replace("成功", "失败") + "\r\n", "CONTRADICTS_ITSELF"),
        (lambda text: text.splitlines()[0] + "\r\n", "EMPTY"),
    ],
)
def test_doubtful_file_is_put_aside_whole(run: PaymentRun, cast: Cast, change, problem: str) -> None:  # type: ignore[no-untyped-def]
    text = answer(run.bank_files.get()).decode("gb18030")
    lines = text.splitlines(keepends=True)
    text = lines[0] + "".join(sorted(lines[1:], reverse=True))
    before = moved()

    try:
        result = booked(cast, run, change(text).encode("gb18030"))
    except DomainError as refused:
        assert problem == "EMPTY" and refused.exit_code == 3
    else:
        assert result.state == "quarantined" and {one["problem"] for one in result.problems} == {problem}
    assert moved() == before and figures.outcomes(run.id)[0]["state"] == "unanswered"


def test_paid_then_returned_is_reversed_with_its_settlement(run: PaymentRun, cast: Cast) -> None:
    file = run.bank_files.get()
    booked(cast, run, answer(file))

    late = booked(cast, run, answer(file, {3: "账户已冻结"}, only={3}))

    line = run.lines.get(line_number=3)
    outcome = line.outcomes.get(is_last=True)
    assert late.state == "booked" and not line.is_live
    assert (
        outcome.state == "returned"
        and outcome.contradicts is not None
        and outcome.contradicts.state == "paid"
    )
    assert violations() == []


def test_each_bank_answers_for_its_own_lines_only(database: None, cast: Cast) -> None:
    payees = [a_payee() for _one in range(4)]
    with unit_of_work(system(), "test"):
        for who in payees[::2]:
            PayoutAccount.objects.filter(person=who.enrolment.person).update(bank_name="另一家银行")
    files = list(paid_month(cast).bank_files.order_by("bank_name"))
    contents = [answer(one) for one in files]
    rows = contents[1].split(b"\r\n")[1:]

    crossed = book_file(cast, files[0], contents[0] + b"\r\n".join(rows))
    booked_both = [book_file(cast, one, content) for one, content in zip(files, contents, strict=True)]

    assert crossed.state == "quarantined" and {one["problem"] for one in crossed.problems} == {"LINE_UNKNOWN"}
    assert [(one.state, one.paid_count) for one in booked_both] == [("booked", 2), ("booked", 2)]
    assert set(files[0].run.bank_files.values_list("state", flat=True)) == {"answered"} and violations() == []


def test_wide_blanks_around_a_cell_change_nothing(run: PaymentRun, cast: Cast) -> None:
    content = answer(run.bank_files.get(), {2: "户名不符"}).decode("gb18030")

    spaced = content.replace("|成功|", "|\u3000成功 |").replace("户名不符", " 户名不符\u3000")
    made = booked(cast, run, spaced.encode("gb18030"))

    assert (made.state, made.paid_count, made.returned_count) == ("booked", 3, 1)
    assert figures.failed_lines("", run_id=run.id)[0]["bank_reason"] == "户名不符"


def test_returned_then_paid_needs_a_person(run: PaymentRun, cast: Cast) -> None:
    file = run.bank_files.get()
    booked(cast, run, answer(file, {3: "账户已冻结"}))

    late = booked(cast, run, answer(file, only={3}))

    assert late.state == "quarantined" and late.problems[0]["problem"] == "OVERTURNS_RETURN"


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_answers_of_other_forms_are_read_by_their_headers(
    run: PaymentRun, cast: Cast, extension: str, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    rows = [
        line.split("|")
        for line in answer(run.bank_files.get(), {2: "户名不符"}).decode("gb18030").splitlines()
    ]
    rows[0] = ["批内序号", "收款账号", "收款户名", "金额（元）", "处理结果", "退票原因"]
    path = tmp_path / f"return.{extension}"
    if extension == "csv":
        path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8-sig")
    else:
        import xlsxwriter

        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for position, row in enumerate(rows):
                sheet.write_row(position, 0, row)

    result = booked(cast, run, path.read_bytes(), path.name)

    assert (result.state, result.paid_count, result.returned_count) == ("booked", 3, 1)


def test_returned_money_is_paid_again_once_after_its_cause_is_fixed(run: PaymentRun, cast: Cast) -> None:
    booked(cast, run, answer(run.bank_files.get(), {1: "账户销户", 2: "睡眠户", 3: "待查"}))
    one, two, _three = (run.lines.get(line_number=number) for number in (1, 2, 3))
    person = PayoutAccount.objects.get(id=one.payout_account_id).person
    with unit_of_work(system(), "test"):
        PayoutAccount.objects.filter(id=one.payout_account_id).update(until_on=date(2025, 6, 11))
    with unit_of_work(system(), "test"):
        PayoutAccount.objects.create(
            person=person, account_number="6217003760088888888", holder_name=person.name, bank_name="重庆农村商业银行",
            from_on=date(2025, 6, 11), usable_on=date(2025, 6, 12),
        )  # fmt: skip
    return_cause_fix(actor=cast.finance.actor, line_id=two.id, how="银行已解除睡眠户")

    second = sent(cast, drafted(cast, kind="supplementary", today=date(2025, 6, 20)))
    third = drafted(cast, kind="supplementary", today=date(2025, 6, 21))

    paid_again = {(line.repays_id, line.kind, line.amount_fen) for line in second.lines.all()}
    assert paid_again == {(one.id, "repayment", 18302), (two.id, "repayment", 18302)}
    assert third.lines.count() == 0 and violations() == []
    july = drafted(cast, MONTH + 1, today=date(2025, 7, 10))
    assert set(july.lines.values_list("kind", flat=True)) == {"monthly"}


def test_unknown_is_never_sent_again(run: PaymentRun, cast: Cast) -> None:
    text = answer(run.bank_files.get()).decode("gb18030").replace("成功", "处理中", 1)
    booked(cast, run, text.encode("gb18030"))

    assert drafted(cast, kind="supplementary").lines.count() == 0
    with pytest.raises(DomainError, match="LINES_UNANSWERED"):
        run_reconcile(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)
    assert PaymentLine.objects.filter(is_live=True).count() == 4 and violations() == []


def test_last_months_answer_is_not_taken_for_this_months(run: PaymentRun, cast: Cast) -> None:
    content = answer(run.bank_files.get())
    booked(cast, run, content)
    july = sent(cast, drafted(cast, MONTH + 1, today=date(2025, 7, 10)))

    with pytest.raises(DomainError, match="RETURN_OF_OTHER_RUN"):
        booked(cast, july, content)
    with pytest.raises(DomainError, match="RETURN_OF_OTHER_RUN"):
        booked(cast, july, f"代发回盘|{run.number}\r\n".encode("gb18030") + content)
    named = booked(cast, july, f"代发回盘|{july.number}\r\n".encode("gb18030") + content)
    assert (named.state, named.paid_count) == ("booked", 4)
