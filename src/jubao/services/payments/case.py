"""A payment run as a case: who may take which step, and that the run's own state moves with the case's.

Worked example: 办理岗 drafts and hands in (送审) a list with digest 3f…; 复核岗 opens it, sees digest, totals and files, approves
3f…; 财务岗 enters the funds received and sends. By the database a run can only move along these states (B10).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.database.actor import Actor
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _, chinese
from jubao.payments.models import PaymentRun
from jubao.services.cases.checks import CaseRefused, posts_words
from jubao.services.cases.kinds import OPEN, CaseKind, Effect, Transition, register
from jubao.services.payments.digest import digest_of_lines
from jubao.services.payments.hold_proposals import new_findings, require_all_decided
from jubao.services.payments.pieces import SENDING, is_done

KIND = "payment_run"
MAKERS = frozenset({"handler"})
CHECKERS = frozenset({"reviewer", "approver"})
FINANCE = frozenset({"finance_officer", "finance_reviewer"})


def require_post(actor: Actor, posts: frozenset[str]) -> None:
    """What is done beside the steps of the case asks for a post too. Raises CaseRefused POST_REQUIRED.

    The program itself may take in what arrives (a notice, a return file); decisions refuse it where they are made.
    """
    if not actor.is_system and not actor.posts & posts:
        raise CaseRefused(
            "POST_REQUIRED",
            _("这一步由{posts}办理，您的岗位不能办理。").format(posts=posts_words(posts)),
            remedy=_("请转交有该岗位的人员。"),
        )


def _moved(case: Any, state: str) -> PaymentRun:
    run = PaymentRun.objects.select_for_update().get(id=case.subject_id)
    run.state = state
    return run


def _check(*, case: Any, actor: Actor, today: date) -> None:
    run = _moved(case, "checked")
    require_all_decided(run)
    run.save(update_fields=["state"])


def _approve(*, case: Any, actor: Actor, today: date) -> None:
    run = _moved(case, "approved")
    require_all_decided(run)
    if digest_of_lines(run).digest != run.digest:
        raise CheckFailed(
            "LINES_CHANGED", _("发放明细与送审时不一致。"), remedy=_("请作废本批并报告稽核人员。")
        )
    run.approved_digest = run.digest
    run.save(update_fields=["state", "approved_digest"])


def _fund(*, case: Any, actor: Actor, today: date) -> None:
    run = _moved(case, "funded")
    received = sum(run.receipts.values_list("amount_fen", flat=True))
    if received != run.total_fen:
        raise CheckFailed(
            "FUNDS_DIFFER",
            _("到账 {received} 元，审批表合计 {total} 元，相差 {difference} 元。").format(
                received=_yuan(received),
                total=_yuan(run.total_fen),
                difference=_yuan(received - run.total_fen),
            ),
            remedy=_("请登记全部到账通知，或与财政部门核对。"),
        )
    run.funded_fen = received
    run.funded_on = max(run.receipts.values_list("received_on", flat=True))
    run.save(update_fields=["state", "funded_fen", "funded_on"])


def _send(*, case: Any, actor: Actor, today: date) -> None:
    run = _moved(case, "sent")
    if not is_done(run.id, "transfers"):
        raise CheckFailed("TRANSFERS_MISSING", _("还没有记完待付账。"), remedy=_("请继续“发放”直到完成。"))
    run.save(update_fields=["state"])


def refuse_new_findings(run: PaymentRun) -> None:
    """Raises CheckFailed FOUND_SINCE when a death or the like became known after the check (F63)."""
    found = new_findings(run)
    if found:
        words = "、".join(f"{reason} {count}" for reason, count in found)
        raise CheckFailed(
            "FOUND_SINCE",
            _("审批以后又发现：{found}。不能照原名单发放。").format(found=words),
            remedy=_("请作废本批，重新生成后逐条确认。"),
        )


def _reconcile(*, case: Any, actor: Actor, today: date) -> None:
    run = _moved(case, "reconciled")
    waiting = run.lines.filter(is_in_run=True).exclude(
        outcomes__is_last=True, outcomes__state__in=("paid", "returned")
    )
    count = waiting.count()
    if count:
        raise CheckFailed(
            "LINES_UNANSWERED",
            _("还有 {count} 笔没有银行结果或待查。").format(count=count),
            remedy=_("请导入银行回盘文件；待查的笔数须由银行答复。"),
        )
    run.save(update_fields=["state"])


def _close(*, case: Any, actor: Actor, today: date) -> None:
    _moved(case, "closed").save(update_fields=["state"])


def _void(*, case: Any, actor: Actor, today: date) -> None:
    run = _moved(case, "void")
    if run.steps.filter(step__in=SENDING).exists():
        raise CheckFailed("SENDING_BEGUN", _("已经开始发放，不能作废。"), remedy=_("请继续发放。"))
    run.save(update_fields=["state"])
    run.lines.filter(is_live=True).update(is_live=False)


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def _rows() -> tuple[Transition, ...]:
    voids = [
        Transition("void", state, "void", MAKERS | CHECKERS, closes=True, title=chinese("作废"), outcome="withdrawn",
                   needs_reason=True)
        for state in ("draft", "checked", "approved", "funded")
    ]  # fmt: skip
    return (
        Transition("open", OPEN, "draft", MAKERS, title=chinese("编制")),
        Transition(
            "check", "draft", "checked", MAKERS, title=chinese("送审"), steps=("draft",), makes_proposal=True
        ),
        Transition("approve", "checked", "approved", CHECKERS, True, title=chinese("审批"), steps=("check",)),
        Transition("fund", "approved", "funded", FINANCE, title=chinese("资金到账"), steps=("fund",)),
        Transition("send", "funded", "sent", FINANCE, title=chinese("发放"), steps=("send",)),
        Transition(
            "reconcile", "sent", "reconciled", FINANCE, title=chinese("对账"), steps=("reconcile", "account")
        ),
        Transition(
            "close", "reconciled", "closed", FINANCE, closes=True, title=chinese("办结"), outcome="done"
        ),
        *voids,
    )


EFFECTS: dict[str, Effect] = {
    "check": _check, "approve": _approve, "fund": _fund, "send": _send, "reconcile": _reconcile, "close": _close,
    "void": _void,
}  # fmt: skip

PAYMENT_RUN = register(
    CaseKind(KIND, chinese("待遇发放"), _rows(), EFFECTS, {one.value: one.label for one in PaymentRun.State})
)
