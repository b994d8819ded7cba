"""借阅: a file is lent to somebody for a purpose until a day, and comes back; one loan at a time, every one stays written down.

Worked example: 稽核科 borrows DA-150404-2026-000012 for 稽核 until 2026-03-12; lent again meanwhile: LENT_ALREADY names who has
it.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jubao.archive.models import ArchivedCase, Loan
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _, chinese
from jubao.services.access.log import access_record


def loan_make(
    *, actor: Actor, filed_id: UUID, borrower: str, unit: str, purpose: str, due_on: date, today: date
) -> Loan:
    """Lend a file. Raises InputRefused BORROWER_MISSING, PURPOSE_MISSING, DUE_IN_THE_PAST; CheckFailed LENT_ALREADY."""
    if not borrower.strip():
        raise InputRefused("BORROWER_MISSING", _("没有填写借阅人。"), remedy=_("请填写姓名。"))
    if not purpose.strip():
        raise InputRefused("PURPOSE_MISSING", _("借阅档案必须写明用途。"), remedy=_("请填写用途。"))
    if due_on < today:
        raise InputRefused("DUE_IN_THE_PAST", _("归还期限已经过去。"), remedy=_("请填写今天或以后的日期。"))
    with unit_of_work(actor, "archive_lend"):
        filed = ArchivedCase.objects.select_related("case").get(id=filed_id)
        try:
            with transaction.atomic():
                loan = Loan.objects.create(
                    filed=filed, division_path=filed.division_path, borrower=borrower.strip()[:60], unit=unit.strip()[:100],
                    purpose=purpose.strip()[:200], lent_on=today, due_on=due_on, lent_by=actor.natural_person_id,
                )  # fmt: skip
        except IntegrityError as error:
            raise _lent(filed) from error
        access_record(
            actor=actor, person_id=filed.case.person_id, fields=["archive:lend"],
            purpose=chinese("借阅档案：{purpose}").format(purpose=loan.purpose), case_id=filed.case_id,
        )  # fmt: skip
        return loan


def loan_return(*, actor: Actor, loan_id: UUID, today: date) -> Loan:
    """Take a file back; a second time it is back already. Raises CheckFailed LOAN_UNKNOWN."""
    with unit_of_work(actor, "archive_take_back"):
        found = (
            Loan.objects.select_for_update().filter(id=loan_id, division_path__startswith=actor.scope).first()
        )
        if found is None:
            raise CheckFailed("LOAN_UNKNOWN", _("没有这条借阅记录。"), remedy=_("请刷新页面。"))
        if found.returned_on is None:
            found.returned_on, found.taken_back_by = today, actor.natural_person_id
            found.save(update_fields=["returned_on", "taken_back_by"])
        return found


def loans_of(filed: ArchivedCase) -> QuerySet[Loan]:
    """Every loan of a file, the newest first."""
    return Loan.objects.filter(filed=filed).order_by("-id")


def loans_out(scope: str) -> QuerySet[Loan]:
    """What is lent in a place, the oldest due day first."""
    found = Loan.objects.filter(division_path__startswith=scope.rstrip("%"), returned_on__isnull=True)
    return found.select_related("filed").order_by("due_on", "id")


def _lent(filed: ArchivedCase) -> CheckFailed:
    running = Loan.objects.filter(filed=filed, returned_on__isnull=True).first()
    name, until = (running.borrower, running.due_on) if running else ("", "")
    return CheckFailed(
        "LENT_ALREADY",
        _("档案{number}已由{name}借阅，归还期限 {until}。").format(
            number=filed.number, name=name, until=until
        ),
        remedy=_("请等归还后再借。"),
    )
