"""A batch of one-off payments: finance makes it with its bank files, another person approves it, finance sends and ends it.

Worked example: three payments wait, two at 松山农商行: batch 150404-2026-000004 has two files and 9 204.76 yuan; 财务复核岗 opens
the 审批表 and approves; 财务岗 sends; when the banks have answered every line, 办结.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _, chinese
from jubao.payments.models import OneOffBatch, OneOffFile, OneOffPayment
from jubao.services.cases.engine import case_once, case_open, material_add
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.cases.numbers import fresh_ids, next_number
from jubao.services.documents.store import document_store
from jubao.services.payments.one_off_files import MadeFile, files_of
from jubao.services.payments.one_off_forms import FORM_CLASS, one_off_approval_form

KIND = "one_off_batch"
MAKERS, DECIDERS = frozenset({"finance_officer"}), frozenset({"finance_reviewer", "approver"})


def one_off_waiting(scope: str) -> list[OneOffPayment]:
    """What waits to be batched below a place, the oldest first."""
    found = OneOffPayment.objects.filter(state="waiting", division_path__startswith=scope)
    return list(found.select_related("case", "enrolment__person").order_by("created_on", "id"))


def one_off_batch_make(
    *, actor: Actor, district_code: str, payment_ids: Sequence[UUID], today: date, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Put payments into a batch with its files and form, for another person to approve.

    Raises InputRefused BATCH_EMPTY; CheckFailed PAYMENTS_MOVED; CaseRefused POST_REQUIRED, LEVEL_REQUIRED.
    """
    body = {"district": district_code, "payments": sorted(map(str, payment_ids))}
    with unit_of_work(actor, "one_off_batch_make"):
        return case_once(
            idempotency_key,
            "one_off_batch_make",
            body,
            lambda: _made(actor, district_code, payment_ids, today),
        )


def _made(actor: Actor, district: str, payment_ids: Sequence[UUID], today: date) -> Case:
    lines = _taken(district, payment_ids)
    number = next_number(district, today.year, KIND)
    files = files_of(district, number, lines, today)
    proposal = _proposal(number, lines, files)
    (batch_id,) = fresh_ids(1)
    case = case_open(
        actor=actor, kind=KIND, district_code=district, division_path=actor.scope, subject_id=batch_id,
        title=chinese("对外支付 {number}").format(number=number), proposal=proposal, today=today,
    )  # fmt: skip
    batch = OneOffBatch.objects.create(
        id=batch_id, number=number, district_code=district, division_path=case.division_path, case=case,
        line_count=len(lines), total_fen=proposal["total_fen"], digest=proposal["lines_digest"], made_on=today,
    )  # fmt: skip
    for line in lines:
        line.state, line.batch = "batched", batch
        line.save(update_fields=["state", "batch", "line_number"])
    for one in files:
        _file_kept(actor, batch, one)
    form = one_off_approval_form(batch, lines, made_on=today)
    kept = document_store(
        actor=actor, content=form.pdf, name=f"{number}-对外支付审批表.pdf", content_type="application/pdf",
        document_class=FORM_CLASS, case_id=case.pk, district_code=district,
    )  # fmt: skip
    material_add(actor=actor, case_id=case.pk, kind=FORM_CLASS, document_id=kept.pk)
    return case


def _taken(district: str, payment_ids: Sequence[UUID]) -> list[OneOffPayment]:
    """The payments under a row lock, numbered by bank and age."""
    found = OneOffPayment.objects.select_for_update(of=("self",)).filter(
        id__in=payment_ids, district_code=district
    )
    lines = sorted(found.select_related("case"), key=lambda one: (one.payee_bank, one.created_on, one.pk))
    if not lines:
        raise InputRefused("BATCH_EMPTY", _("没有选择要支付的款项。"), remedy=_("请在待支付名单中勾选。"))
    if len(lines) != len(set(payment_ids)) or any(one.state != "waiting" for one in lines):
        raise CheckFailed(
            "PAYMENTS_MOVED", _("有的款项已经编入别的批次或已作废。"), remedy=_("请刷新名单后重新勾选。")
        )
    for number, line in enumerate(lines, 1):
        line.line_number = number
    return lines


def _proposal(number: str, lines: Sequence[OneOffPayment], files: Sequence[MadeFile]) -> dict[str, Any]:
    rows = [
        {"line_id": str(one.pk), "number": one.line_number, "kind": one.get_kind_display(), "holder_name": one.payee_name,
         "bank_name": one.payee_bank, "account_number": one.payee_account, "amount_fen": one.amount_fen,
         "source": one.case.number, "note": one.mended}
        for one in lines
    ]  # fmt: skip
    text = "\n".join("|".join(str(value) for value in row.values()) for row in rows)
    return {
        "number": number,
        "count": len(lines),
        "total_fen": sum(one.amount_fen for one in lines),
        "lines_digest": hashlib.sha256(text.encode()).hexdigest(),
        "lines": rows,
        "files": [one.manifest() for one in files],
    }


def _file_kept(actor: Actor, batch: OneOffBatch, made: MadeFile) -> None:
    document = document_store(
        actor=actor, content=made.content, name=made.name, content_type="application/octet-stream",
        document_class="bank_file", case_id=batch.case_id, district_code=batch.district_code,
    )  # fmt: skip
    OneOffFile.objects.create(
        batch=batch, division_path=batch.division_path, bank_name=made.bank, profile=made.profile, line_count=made.count,
        total_fen=made.total_fen, sha256=made.sha256, document=document,
    )  # fmt: skip


def _moved(case: Case, state: str) -> OneOffBatch:
    assert case.subject_id is not None
    batch = OneOffBatch.objects.select_for_update().get(id=case.subject_id)
    batch.state = state
    batch.save(update_fields=["state"])
    return batch


def _approve(*, case: Case, actor: Actor, today: date) -> None:
    _moved(case, "approved")


def _given_up(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: the payments wait again, for another batch."""
    batch = _moved(case, "void")
    batch.lines.update(state="waiting", batch=None, line_number=None)


def _send(*, case: Case, actor: Actor, today: date) -> None:
    batch = _moved(case, "sent")
    batch.lines.update(state="sent")


def _close(*, case: Case, actor: Actor, today: date) -> None:
    batch = _moved(case, "closed")
    waiting = batch.lines.filter(state="sent").count()
    if waiting:
        raise CheckFailed(
            "LINES_UNANSWERED",
            _("还有 {count} 笔没有银行结果。").format(count=waiting),
            remedy=_("请导入银行回盘文件；待查的笔数须由银行答复。"),
        )


ONE_OFF_BATCH = register(
    CaseKind(
        KIND,
        "对外支付",
        (
            Transition("open", OPEN, "proposed", MAKERS, title="编制", steps=("make",), makes_proposal=True,
                       levels=frozenset({"district"})),
            Transition("approve", "proposed", "approved", DECIDERS, True, title="审批", steps=("decide",),
                       needs=(FORM_CLASS,), levels=frozenset({"district"})),
            Transition("reject", "proposed", "rejected", DECIDERS, True, True, title="不同意", steps=("decide",),
                       outcome="rejected", needs_reason=True, levels=frozenset({"district"})),
            *(
                Transition("withdraw", state, "withdrawn", MAKERS, closes=True, title="撤回", outcome="withdrawn",
                           needs_reason=True, maker_only=True, steps=("make",))
                for state in ("proposed", "approved")
            ),
            Transition("send", "approved", "sent", MAKERS, title="送银行", steps=("send",)),
            Transition("close", "sent", "done", MAKERS, closes=True, title="办结", outcome="done", steps=("send",)),
        ),
        {"approve": _approve, "reject": _given_up, "withdraw": _given_up, "send": _send, "close": _close},
        {"approved": "已审批", "sent": "已送银行"},
    )
)  # fmt: skip
