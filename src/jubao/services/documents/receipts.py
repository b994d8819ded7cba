"""《业务受理单》 and its QR code: issued once a case is accepted, reprinted byte for byte, leading to state and result alone.

Worked example: the acceptance of 500110-2026-000123 issues SL-500110-2026-000087; whoever scans its code reads
已受理 → 待复核 → 已办结 with days, and no name, number or amount.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from jubao.cases.models import Case, CaseEvent, CaseMaterial, ProgressLink, Receipt
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.people.numbers import numbers_of
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.cases.kinds import kind_of
from jubao.services.cases.material_words import material_title
from jubao.services.cases.numbers import next_number
from jubao.services.documents.letters import acceptance_receipt_pdf
from jubao.services.documents.store import document_store

TOKEN_BYTES = 17
SILENT = frozenset({"viewed", "propose", "open", "verify", "notify"})
"""Events that a participant need not read."""
SAID = {"confirm_online": "网上确认，已受理", "undo": "本人撤回确认"}
BY_HELPER = {"undo": "帮办人撤回确认"}
"""Events that a participant reads in other words than those of the state they lead to."""
RESULTS = {
    "approved": "已办结，待遇已核定，请在个人页面或经办机构查看《待遇核定表》。",
    "waived": "本人放弃免申即享，可按普通申领办理。",
    "revoked": "不能按免申即享办理，可按普通申领办理。",
    "expired": "已过确认期限，可按普通申领办理。",
    "ceased": "不再符合免申即享条件，请咨询经办机构。",
    "rejected": "不符合条件，请咨询经办机构。",
    "withdrawn": "已撤回。",
    "transferred_in": "已转入，个人账户记录已告知，可在个人页面查看。",
    "transferred_out": "已转出，个人账户资金划转至转入地。",
    "bridged_in": "已从职工养老保险转入，缴费年限和个人账户已记录。",
    "bridged_out": "已转入职工养老保险，个人账户资金划转至对方社保机构。",
    "register_moved": "户籍已变更登记，个人账户不变。",
    "corrected": "已补记，结果已告知。",
    "explained": "已核查，结果已告知。",
}

CHECKS = ("ledger_correction", "amount_objection")
CHECK_RESULTS = {
    "approved": "已核查，确有误，已更正。",
    "explained": "已核查，没有错误。",
    "rejected": "已核查，不予更正。",
    "withdrawn": "已撤回。",
}
"""What becomes of a record or an amount that was checked; the letter with the case says why."""


@dataclass(frozen=True)
class Step:
    """One step of the progress: what, and when (None: not yet)."""

    title: str
    at: datetime | None


@dataclass(frozen=True)
class Progress:
    """What the QR code shows: the business, its state, the result once there is one, the steps. Nothing of the person."""

    business: str
    state: str
    words: str
    result: str
    steps: tuple[Step, ...]
    is_done: bool
    due_on: date | None


def progress_link(case: Case, *, actor: Actor) -> ProgressLink:
    """The link of a case; made once."""
    with inside_unit(actor, "progress_link"):
        found = ProgressLink.objects.filter(case=case).first()
        return found or ProgressLink.objects.create(case=case, token=_token())


def progress_links(cases: Sequence[Case], *, actor: Actor) -> dict[UUID, ProgressLink]:
    """The links of many cases, by case; those that have none get one."""
    with inside_unit(actor, "progress_link"):
        found = {link.case_id: link for link in ProgressLink.objects.filter(case__in=cases)}
        new = [ProgressLink(case=case, token=_token()) for case in cases if case.id not in found]
        return found | {link.case_id: link for link in ProgressLink.objects.bulk_create(new)}


def _token() -> str:
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode().lower().rstrip("=")[:26]


def progress_address(link: ProgressLink) -> str:
    """What the QR code says."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/q/{link.token}"


def receipt_issue(case: Case, *, actor: Actor, today: date) -> Receipt:
    """Issue the receipt of an accepted case; a second call answers the one there is. Raises CaseRefused NOT_ACCEPTED.

    A confirmation that was taken back takes its receipt with it: the next one gets a number and a day of its own.
    """
    found = receipt_in_force(case)
    if found is not None:
        return found
    if case.state not in ("accepted", "handled", "approved"):
        raise CaseRefused("NOT_ACCEPTED", _("还没有受理，不能出具受理单。"), remedy=_("请先办理受理。"))
    with inside_unit(actor, "receipt_issue"):
        number = f"SL-{next_number(case.district_code, today.year, 'receipt')}"
        document = document_store(
            actor=actor, content=acceptance_receipt_pdf(_contents(case, number, actor, today)), name=f"{number}.pdf",
            content_type="application/pdf", document_class="acceptance_receipt", case_id=case.id, person_id=case.person_id,
            district_code=case.district_code, is_encrypted=True,
        )  # fmt: skip
        return Receipt.objects.create(
            case=case, number=number, document=document, accepted_on=today, outlet_path=actor.scope[:80],
            officer_id=actor.officer_id, issue=_issue(case),
        )  # fmt: skip


def receipt_in_force(case: Case) -> Receipt | None:
    """The receipt of the acceptance that stands; none before it, and none after it was taken back."""
    return Receipt.objects.select_related("document").filter(case=case, issue=_issue(case)).first()


def _issue(case: Case) -> int:
    """Which receipt of the case is due: the first, or one more for each confirmation taken back."""
    return 1 + CaseEvent.objects.filter(case=case, action="undo").count()


def _contents(case: Case, number: str, actor: Actor, today: date) -> dict[str, object]:
    """Every field of the receipt."""
    person = case.person
    kinds = CaseMaterial.objects.filter(case=case, removed_at__isnull=True).values_list("kind", flat=True)
    return {
        "number": number,
        "made_on": today.isoformat(),
        "case_number": case.number,
        "name": person.name if person else "",
        "id_number": numbers_of([person.id]).get(person.id, "") if person else "",
        "business": kind_of(case.kind).title,
        "accepted_on": today.isoformat(),
        "due_on": case.due_on.isoformat() if case.due_on else "",
        "outlet": place_name(actor.scope),
        "officer": "" if actor.is_participant else actor.name,
        "materials": [material_title(kind) for kind in dict.fromkeys(kinds)],
        "progress_address": progress_address(progress_link(case, actor=actor)),
    }


def place_name(path: str) -> str:
    """A place from the district down, in words."""
    rows = Division.objects.filter(path__in=_above(path), valid_until__isnull=True).order_by("path")
    return " ".join(rows.values_list("name", flat=True)[1:]) or " ".join(rows.values_list("name", flat=True))


def _above(path: str) -> list[str]:
    codes = path.rstrip("/").split("/")
    return ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]


def progress_by_token(token: str) -> Progress | None:
    """State, result and steps of the case behind a code; None for a code of nothing."""
    with read_scope("%"):
        link = ProgressLink.objects.select_related("case").filter(token=token).first()
        return progress_of(link.case) if link else None


def progress_of(case: Case) -> Progress:
    """The same for a case at hand: the portal's 办理进度 and the desk's 受理业务进度查询."""
    kind = kind_of(case.kind)
    events = CaseEvent.objects.filter(case=case).exclude(action__in=SILENT).order_by("sequence")
    steps = [Step(_said(one) or kind.state_title(one.to_state), one.at) for one in events]
    ahead = {"accepted": ("handled", "approved"), "handled": ("approved",)}.get(case.state, ())
    steps += [Step(kind.state_title(state), None) for state in ahead]
    results = CHECK_RESULTS if case.kind in CHECKS else RESULTS
    result = results.get(case.state, "")
    return Progress(
        kind.title, case.state, kind.state_title(case.state), result, tuple(steps), bool(result), case.due_on
    )


def _said(event: CaseEvent) -> str:
    """The words for a participant; a reason given with an act of one's own says that a helper did it."""
    return (BY_HELPER.get(event.action) if event.reason else "") or SAID.get(event.action, "")


def receipt_of(case_id: UUID) -> Receipt:
    """The receipt to print. Raises CaseRefused NOT_ACCEPTED when none was issued."""
    found = receipt_in_force(Case.objects.get(id=case_id))
    if found is None:
        raise CaseRefused("NOT_ACCEPTED", _("没有受理，没有受理单。"), remedy=_("请先在受理页面保存。"))
    return found
