"""A confirmation becomes an acceptance: the signed form, the reasons against checked live, the day from which five days count.

Worked example: 张桂芳's form of 15 March bears 同意 and her thumbprint; accepted on Friday 2024-03-15 the case is due on
2024-03-22, knows the channel, the form and the day of the confirmation, and its receipt is issued. Confirmed on the phone it
goes the same way without an intake clerk.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import Case, CaseMaterial
from jubao.claim_free.models import ConfirmationForm
from jubao.database.actor import Actor
from jubao.kernel.text import _
from jubao.people.models import SharedFact
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.deadlines import last_day
from jubao.services.cases.kinds import kind_of, table
from jubao.services.claim_free.check import require
from jubao.services.claim_free.confirmation_forms import standing_form
from jubao.services.claim_free.flags import require_entry
from jubao.services.claim_free.online_steps import require_open_channel
from jubao.services.documents.receipts import receipt_issue
from jubao.staff.regions import pack_of

OFFLINE = ("COUNTER", "HOME_VISIT")


def prepare_acceptance(*, case: Any, actor: Actor, today: date) -> dict[str, Any]:
    """What the acceptance adds to the case; the same for counter, home visit and phone.

    Raises CaseRefused USE_ORDINARY_CLAIM, FORM_NOT_SIGNED, CHANNEL_NOT_OPEN, ONLY_CHILD_PROOF_MISSING, ClaimFreeRefused.
    """
    require_entry(person_id=case.person_id, entry="claim_free", today=today)
    form = signed_form(case, ConfirmationForm.State.CONSENT)
    if form.channel not in OFFLINE:
        require_open_channel(pack_of(case.division_path), form.channel, today)
    confirmed_on = form.signed_on or today
    require(case.subject_id, on=today, stage="accept", confirmed_on=confirmed_on)
    if form.is_only_child:
        check_only_child_proof(case)
    return {
        **case.proposal,
        "confirmed_on": str(confirmed_on),
        "accepted_on": str(today),
        "form_id": str(form.id),
        "channel": form.channel,
        "is_only_child": form.is_only_child,
    }


def signed_form(case: Any, state: str) -> ConfirmationForm:
    """The form that counts, signed as asked. Raises CaseRefused FORM_NOT_SIGNED."""
    form = standing_form(case.id)
    if form is None or form.state != state:
        said = ConfirmationForm.State(state).label
        raise CaseRefused(
            "FORM_NOT_SIGNED",
            _("没有签了“{said}”的信息确认表，不能办理这一步。").format(said=said),
            remedy=_("请打印《信息确认表》，由参保人在相应位置签字捺印后登记。"),
            citation=pack_of(case.division_path).cite("QJ-A1-4-3-1b"),
        )
    return form


def is_platform_only_child(person_id: Any) -> bool:
    """Whether the data-sharing platform says yes; no answer and no record are no."""
    fact = (
        SharedFact.objects.filter(person_id=person_id, fact="only_child").order_by("-known_on", "-id").first()
    )
    return fact is not None and fact.value == "yes"


def has_material(case_id: Any, kind: str) -> bool:
    """Whether a paper of that kind is with the case."""
    return CaseMaterial.objects.filter(case_id=case_id, kind=kind, removed_at__isnull=True).exists()


def check_only_child_proof(case: Any) -> None:
    """Raises CaseRefused ONLY_CHILD_PROOF_MISSING: needed only where the platform does not confirm the fact."""
    if is_platform_only_child(case.person_id) or has_material(case.id, "only_child_material"):
        return
    raise CaseRefused(
        "ONLY_CHILD_PROOF_MISSING",
        _("申请增发独子待遇，信息共享平台没有查到独生子女信息，须提供独生子女材料。"),
        remedy=_("请扫描或上传有权机关出具的独生子女材料，或改选“否”。"),
        citation=pack_of(case.division_path).cite("QJ-A1-3-2"),
    )


def needs_of(case: Any, needs: tuple[str, ...]) -> tuple[str, ...]:
    """The papers of a step that this case needs: the only-child material is asked for by the rule above, not always."""
    return tuple(need for need in needs if need != "only_child_material")


def accepted(*, case: Any, actor: Actor, today: date) -> None:
    """Effect: channel and due day (five working days from the day after, until completion), and the receipt."""
    pack = pack_of(case.division_path)
    rows = table(kind_of(case.kind), pack, today)
    deadline = next((one.deadline for one in rows if one.action == "approve" and one.deadline), None)
    due_on = last_day(deadline, today) if deadline else None
    Case.objects.filter(id=case.id).update(channel=case.proposal["channel"], due_on=due_on)
    case.channel, case.due_on = case.proposal["channel"], due_on
    receipt_issue(case, actor=actor, today=today)
