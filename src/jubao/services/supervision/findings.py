"""What was found, what the office answers, to whom it is handed over: rows that stand for ever, beside the case.

Worked example: the audit's finding 1 says `wrong_collection`, 489.06 yuan; the township answers on 2024-07-03; the bureau refers
it to 公安机关 with a letter on 2024-07-20.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.access.log import require_post, require_scope
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.idempotency import once
from jubao.services.supervision.checks import one_of, required
from jubao.services.supervision.words import BODIES, CATEGORIES, MONEY
from jubao.supervision.models import Finding, FindingResponse, Referral, SampleItem

FINDERS = ("auditor", "bureau_officer")
ANSWERERS = (
    "intake_clerk",
    "handler",
    "reviewer",
    "approver",
    "field_worker",
    "certification_officer",
    "finance_officer",
)
OPEN_STATES = frozenset({"opened", "inspecting", "found"})
"""While a case of supervision takes findings: afterwards somebody decides on exactly these."""
REFERRERS = ("auditor", "bureau_officer", "reviewer", "approver")


def finding_add(
    *, actor: Actor, text: str, category: str, today: date, case_id: UUID | None = None, item_id: UUID | None = None,
    amount_fen: int | None = None, idempotency_key: str | None = None,
) -> Finding:  # fmt: skip
    """Write down one finding of a case of supervision, or of a member of a sample.

    Raises AccessRefused, InputRefused TEXT_MISSING, CHOICE_MISSING, AMOUNT_WRONG; CaseRefused FINDINGS_CLOSED.
    """
    require_post(actor, *FINDERS, what=_("登记稽核发现"))
    one_of(category, CATEGORIES, _("发现的种类"))
    said = required(text, _("发现的情况"))
    if amount_fen is not None and (amount_fen <= 0 or category not in MONEY):
        raise InputRefused(
            "AMOUNT_WRONG", _("这类发现不能填这个金额。"), remedy=_("金额大于零，只填涉及待遇的发现。")
        )
    body = {"case": case_id, "item": item_id, "category": category, "text": said, "amount_fen": amount_fen}

    def run() -> dict[str, str]:
        place = _place(actor, case_id, item_id)
        same = Finding.objects.filter(Q(case_id=case_id) if case_id else Q(item_id=item_id))
        last = same.aggregate(n=Max("number"))["n"] or 0
        made = Finding.objects.create(
            division_path=place, case_id=case_id, item_id=item_id, number=last + 1, category=category, text=said,
            amount_fen=amount_fen, officer_id=actor.officer_id, natural_person_id=actor.natural_person_id, found_on=today,
        )  # fmt: skip
        return {"id": str(made.pk)}

    with unit_of_work(actor, "finding_add", case_id=case_id):
        return Finding.objects.get(pk=once(idempotency_key, "finding_add", body, run)["id"])


def _place(actor: Actor, case_id: UUID | None, item_id: UUID | None) -> str:
    if item_id is not None:
        path = str(SampleItem.objects.get(pk=item_id).division_path)
        require_scope(actor, path, what=_("登记稽核发现"))
        with connection.cursor() as cursor:  # the row may not be locked: it is append-only
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(item_id)])
        return path
    assert case_id is not None
    case = Case.objects.select_for_update().get(pk=case_id)
    require_scope(actor, case.division_path, what=_("登记稽核发现"))
    if case.state not in OPEN_STATES:
        raise CaseRefused(
            "FINDINGS_CLOSED", _("检查已经终结，不能再登记发现。"), remedy=_("请先退回补充检查，或另立一件。")
        )
    return str(case.division_path)


def finding_answer(
    *, actor: Actor, finding_id: UUID, text: str, today: date, idempotency_key: str | None = None
) -> FindingResponse:
    """Answer a finding: what was done about it. Raises AccessRefused, InputRefused TEXT_MISSING."""
    require_post(actor, *ANSWERERS, what=_("答复稽核发现"))
    said = required(text, _("整改情况"))

    def run() -> dict[str, str]:
        finding = Finding.objects.get(pk=finding_id)
        require_scope(actor, finding.division_path, what=_("答复稽核发现"))
        made = FindingResponse.objects.create(
            division_path=finding.division_path, finding=finding, text=said, responded_on=today,
            officer_id=actor.officer_id, natural_person_id=actor.natural_person_id,
        )  # fmt: skip
        return {"id": str(made.pk)}

    with unit_of_work(actor, "finding_answer"):
        answer = once(idempotency_key, "finding_answer", {"finding": finding_id, "text": said}, run)
        return FindingResponse.objects.get(pk=answer["id"])


def referral_add(
    *, actor: Actor, case_id: UUID, body: str, referred_on: date, document: Document, today: date,
    finding_id: UUID | None = None, sanction: str = "", idempotency_key: str | None = None,
) -> Referral:  # fmt: skip
    """Hand a case, or one finding of it, over to the body that decides further: day, body and paper are kept.

    Raises AccessRefused, InputRefused CHOICE_MISSING, DATE_IN_FUTURE.
    """
    require_post(actor, *REFERRERS, what=_("移送有权机关"))
    one_of(body, BODIES, _("接收机关"))
    if referred_on > today:
        raise InputRefused("DATE_IN_FUTURE", _("移送日期在今天之后。"), remedy=_("请核对日期。"))
    asked = {"case": case_id, "finding": finding_id, "body": body, "on": referred_on, "sanction": sanction,
             "paper": document.sha256}  # fmt: skip

    def run() -> dict[str, str]:
        case = Case.objects.select_for_update().get(pk=case_id)
        require_scope(actor, case.division_path, what=_("移送有权机关"))
        made = Referral.objects.create(
            division_path=case.division_path, case=case, finding_id=finding_id, body=body, referred_on=referred_on,
            sanction=sanction.strip()[:200], document=document, officer_id=actor.officer_id,
        )  # fmt: skip
        return {"id": str(made.pk)}

    with unit_of_work(actor, "referral_add", case_id=case_id):
        return Referral.objects.get(pk=once(idempotency_key, "referral_add", asked, run)["id"])


def findings_of(case_id: UUID) -> list[Finding]:
    """The findings of a case in order, each with its answers and referrals."""
    found = Finding.objects.filter(case_id=case_id).order_by("number")
    return list(found.prefetch_related("responses", "referrals__document"))


def require_findings(case: Case) -> list[Finding]:
    """What was found apart from `clean`. Raises CaseRefused FINDING_MISSING where nothing is written down yet."""
    found = findings_of(case.pk)
    if not found:
        raise CaseRefused(
            "FINDING_MISSING",
            _("还没有登记核查的发现。"),
            remedy=_("请先在“发现和答复”中登记；没有问题的登记“未发现问题”。"),
        )
    return [one for one in found if one.category != "clean"]


def require_answered(case: Case) -> None:
    """Raises CaseRefused FINDING_UNANSWERED naming every finding without an answer."""
    waiting = [str(one.number) for one in require_findings(case) if not one.responses.all()]
    if waiting:
        raise CaseRefused(
            "FINDING_UNANSWERED",
            _("第 {numbers} 项发现还没有答复。").format(numbers="、".join(waiting)),
            remedy=_("请由被检查单位答复后再办结。"),
        )


def require_referred(case: Case) -> None:
    """Raises CaseRefused REFERRAL_MISSING when no hand-over is written down."""
    if not Referral.objects.filter(case=case).exists():
        raise CaseRefused(
            "REFERRAL_MISSING",
            _("还没有登记移送。"),
            remedy=_("请先在“发现和答复”中登记移送的日期、机关和文书。"),
        )
