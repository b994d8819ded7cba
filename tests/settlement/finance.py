"""Finance's part for tests of one-off payments: a batch made, approved, sent, answered, through the pages.

Worked example: `batch = batched(here)`, `sent(here, batch)`, `answered(here, batch)` take everything that waits to the bank and
back with 成功; `assert_sound()` finds ledger and payments agreeing.
"""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from jubao.payments.models import OneOffBatch, OneOffPayment
from jubao.payments.one_off_invariants import INVARIANTS
from jubao.services.documents.store import document_open
from tests.settlement.office import DAY, Office
from tests.support.portal import words


def batched(here: Office, *chosen: OneOffPayment) -> OneOffBatch:
    """Everything that waits (or these), ticked by 财务岗."""
    rows = [str(one.pk) for one in chosen or OneOffPayment.objects.filter(state="waiting")]
    answer = here.browser(here.cast.finance).post(reverse("one-off-batch-make"), {"row": rows}, follow=True)
    assert "已编批" in words(answer), words(answer)[:2000]
    return OneOffBatch.objects.order_by("-number")[0]


def sent(here: Office, batch: OneOffBatch) -> OneOffBatch:
    """Approved by 财务复核岗, sent by 财务岗."""
    here.decide(batch.case, on=DAY, by=here.cast.finance_reviewer.actor)
    here.decide(batch.case, on=DAY, by=here.cast.finance.actor, action="send")
    batch.refresh_from_db()
    return batch


def bank_says(batch: OneOffBatch, failing: dict[int, str] | None = None) -> list[tuple[str, bytes]]:
    """(file, answer) for each bank: 成功, or the reason of the lines named."""
    made = []
    for file in batch.files.order_by("bank_name"):
        out = ["序号|账号|户名|金额|状态|失败原因"]
        for line in document_open(file.document_id).decode("gb18030").splitlines()[2:]:
            number, account, name, amount, _remark = line.split("|")
            reason = (failing or {}).get(int(number), "")
            out.append("|".join([number, account, name, amount, "失败" if reason else "成功", reason]))
        made.append((str(file.pk), ("\r\n".join(out) + "\r\n").encode("gb18030")))
    return made


def answered(here: Office, batch: OneOffBatch, failing: dict[int, str] | None = None) -> str:
    """The banks' answers brought back by 财务岗; the words of the last page."""
    page = ""
    for file, content in bank_says(batch, failing):
        page = posted(here, batch, file, content)
    return page


def posted(here: Office, batch: OneOffBatch, file: str, content: bytes) -> str:
    """One answer uploaded."""
    given = {"bank_file": file, "file": SimpleUploadedFile("answer.txt", content)}
    return words(
        here.browser(here.cast.finance).post(reverse("one-off-answer", args=[batch.pk]), given, follow=True)
    )


def assert_sound() -> None:
    """Payments, ledger and accounts agree."""
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            cursor.execute(one.violations)
            assert cursor.fetchall() == [], one.id
