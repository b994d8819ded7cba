"""Lists and sheets of a month: the same rows every time, sums of the run, and on paper only what may be on it."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest

from jubao.benefits.models import Determination
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.payment_periods import periods_text
from jubao.kernel.errors import DomainError
from jubao.payments.models import PaymentRun
from jubao.people.models import PayoutAccount
from jubao.people.numbers import numbers_of
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.lists import payment_list_write
from jubao.services.payments.runs import run_close, run_reconcile
from jubao.services.payments.sheets import sheets_print
from tests.payments.month import DISTRICT, MONTH, NOW, TODAY, a_payee, answer, drafted, paid_month, sent
from tests.support.cast import Cast
from tests.support.residents import Beneficiary, system


def text_of(path: Path) -> str:
    """What stands on the pages of a PDF."""
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout


def closed_month(cast: Cast, failing: dict[int, str] | None = None) -> PaymentRun:
    """A month paid, answered and closed."""
    run = paid_month(cast)
    file = run.bank_files.get()
    return_book(
        actor=cast.finance.actor,
        bank_file_id=file.id,
        content=answer(file, failing),
        name="r.txt",
        today=TODAY,
        now=NOW,
    )
    run_reconcile(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)
    return run_close(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)


@pytest.fixture
def people(database: None, cast: Cast) -> list[Beneficiary]:
    """Three payees."""
    return [a_payee() for _one in range(3)]


@pytest.mark.parametrize("extension", ["csv", "xlsx", "parquet"])
def test_payment_list_is_the_same_every_time(
    people: list[Beneficiary], cast: Cast, extension: str, tmp_path: Path
) -> None:
    run = closed_month(cast)

    def write(name: str) -> Path:
        path = tmp_path / f"{name}.{extension}"
        payment_list_write(actor=cast.finance.actor, run_id=run.id, path=path, purpose="对账", today=TODAY)
        return path

    first, second = write("一"), write("二")

    assert first.read_bytes() == second.read_bytes()
    if extension == "csv":
        rows = duckdb.sql(
            f"SELECT 总额, 支付标志, 费款所属期 FROM read_csv('{first}', all_varchar = true)"
        ).fetchall()
        assert rows == [("183.02", "已支付", "2025-06")] * 3


def test_payment_list_needs_a_purpose(people: list[Beneficiary], cast: Cast, tmp_path: Path) -> None:
    run = paid_month(cast)

    with pytest.raises(DomainError, match="PURPOSE_MISSING"):
        payment_list_write(
            actor=cast.finance.actor, run_id=run.id, path=tmp_path / "x.csv", purpose="", today=TODAY
        )


def printed(cast: Cast, what: str, folder: Path, month: int = MONTH) -> list[Path]:
    """The files of one kind of sheet."""
    made = sheets_print(
        actor=cast.handler.actor, what=what, district_code=DISTRICT, month=month, folder=folder, purpose="公示",
        today=TODAY,
    )  # fmt: skip
    files = sorted(folder.rglob("*.pdf"))
    assert made.failures == [] and made.files == len(files) == sum(map(len, made.people.values()))
    return files


def test_public_notice_shows_no_number_account_or_amount(
    people: list[Beneficiary], cast: Cast, tmp_path: Path
) -> None:
    closed_month(cast)

    texts = "".join(map(text_of, printed(cast, "notice", tmp_path)))

    for who, number in numbers_of([one.person.id for one in people]).items():
        assert number not in texts and number[:14] not in texts and str(who) not in texts
    assert people[0].person.name in texts and "183.02" not in texts and "6217" not in texts


def test_notice_waits_for_a_closed_month(people: list[Beneficiary], cast: Cast, tmp_path: Path) -> None:
    paid_month(cast)

    with pytest.raises(DomainError, match="RUN_MISSING"):
        printed(cast, "notice", tmp_path)


def test_failed_list_names_the_bank_reason(people: list[Beneficiary], cast: Cast, tmp_path: Path) -> None:
    closed_month(cast, {2: "账户已销户"})

    (file,) = printed(cast, "failed", tmp_path)

    assert "账户已销户" in text_of(file) and "183.02" in text_of(file)


def test_calculation_and_checking_sheets_of_a_month(
    people: list[Beneficiary], cast: Cast, tmp_path: Path
) -> None:
    month = Determination.objects.first().month  # type: ignore[union-attr]

    checking = "".join(map(text_of, printed(cast, "checking", tmp_path / "a", month)))
    sheets = "".join(map(text_of, printed(cast, "calculation", tmp_path / "b", month)))

    assert "是[" in checking and "163.02" in checking
    account = people[0].account.account_number
    assert account not in sheets and account[-4:] in sheets and "163.02" in sheets


def test_equal_neighbouring_months_are_one_period() -> None:
    first = 2020 * 12

    months = [(first + i, 10300) for i in range(6)] + [(first + i, 10800) for i in range(6, 12)]

    assert periods_text(months) == "202001-202006:103.00|202007-202012:108.00"
    assert periods_text([(first, 10300), (first + 2, 10300)]) == "202001:103.00|202003:103.00"


def test_back_pay_sheet_names_cause_and_periods(
    people: list[Beneficiary], cast: Cast, tmp_path: Path
) -> None:
    late = people[0]
    with unit_of_work(system(), "test"):
        PayoutAccount.objects.filter(id=late.account.id).update(usable_on=date(2025, 6, 20))
    paid_month(cast)
    sent(cast, drafted(cast, MONTH + 1, today=date(2025, 7, 10)))

    (file,) = printed(cast, "back_pay", tmp_path, MONTH + 1)

    assert "绑卡后补发" in text_of(file) and "202506:183.02" in text_of(file)
