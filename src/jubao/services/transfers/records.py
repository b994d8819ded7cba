"""The row of a move beside its case: begun with it, carried along, and the term of the step at hand kept on the case.

Worked example: `transfer_begin` of a move here from 翁牛特旗; when the letter is printed `step_begins(case, "wait", …)`
clears the term, because nobody here is late while the other place has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.forms.masks import masked_name
from jubao.forms.pages import money
from jubao.kernel.errors import InputRefused, NotCovered
from jubao.kernel.text import _, in_chinese
from jubao.ledger.models import Account
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.notices.models import OutboxMessage
from jubao.pension_transfers.models import PensionTransfer
from jubao.people.models import Enrolment
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.deadlines import last_day
from jubao.services.notices.texts import mobile_of, notice_queue, notice_text, office_values
from jubao.staff.regions import pack_of

TRANSFER_IN, TRANSFER_OUT, BRIDGING, OBJECTION = (
    "transfer_in",
    "transfer_out",
    "scheme_bridging",
    "transfer_objection",
)
MOVES = (TRANSFER_IN, TRANSFER_OUT, BRIDGING)
ENDS = frozenset({"ordinary_claim", "claim_free", "deregistration"})
"""Business that must not run beside a move of the rights."""
PARTS: Mapping[str, str] = {kind: str(Account.Kind(kind).label) for kind in PERSONAL_KINDS}
PURPOSE = "transfer_result"


def transfer_begin(
    *, case: Case, enrolment: Enrolment, direction: str, other_place: str, other_agency: str = "", today: date
) -> PensionTransfer:
    """The row of a case just opened, inside its unit of work; the same one again for a request sent twice."""
    made, _is_new = PensionTransfer.objects.get_or_create(
        case=case,
        defaults={
            "enrolment": enrolment, "division_path": case.division_path, "direction": direction, "opened_on": today,
            "other_place": other_place.strip()[:120], "other_agency": other_agency.strip()[:120],
        },
    )  # fmt: skip
    return made


def transfer_of(case: Case) -> PensionTransfer:
    """The row of a case under a lock."""
    return PensionTransfer.objects.select_for_update().get(case=case)


def live_enrolment(enrolment_id: UUID, *, lock: bool = False) -> Enrolment:
    """The enrolment with its person. Raises CaseRefused ENDED_ALREADY."""
    rows = Enrolment.objects.select_related("person")
    found: Enrolment = (rows.select_for_update(of=("self",)) if lock else rows).get(id=enrolment_id)
    if found.ended_on is not None:
        raise CaseRefused(
            "ENDED_ALREADY", _("参保关系已经终止。"), remedy=_("请在个人页面查看；转入的先办理参保登记。")
        )
    return found


def step_begins(case: Case, step: str, today: date) -> None:
    """From today the step of this name is to be taken: its last day becomes that of the case; none without a term."""
    try:
        steps = pack_of(case.division_path).workflow(case.kind, today).steps
    except NotCovered:
        steps = []
    deadline = next((one.deadline for one in steps if one.step == step), None)
    case.due_on = last_day(deadline, today) if deadline else None
    Case.objects.filter(pk=case.pk).update(due_on=case.due_on)


def required(value: str, code: str, what: str) -> str:
    """A field that must be filled. Raises InputRefused with the code."""
    if not value.strip():
        raise InputRefused(code, _("没有填写{what}。").format(what=what), remedy=_("请填写后再提交。"))
    return value.strip()


def parts_rows(parts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The parts in the order of the account, with their names: as they stand in a proposal and on a form."""
    return [
        {"kind": kind, "name": PARTS[kind], "amount_fen": parts[kind]}
        for kind in PERSONAL_KINDS
        if parts.get(kind)
    ]


@in_chinese
def years_words(months: int) -> str:
    """8年; 8年3个月."""
    years, rest = divmod(months, 12)
    return _("{years}年").format(years=years) + (_("{months}个月").format(months=rest) if rest else "")


@in_chinese
def told(*, case: Case, direction: str, months: int, amount_fen: int, today: date) -> OutboxMessage:
    """Tell the person what was recorded, once per case (SS-34-6)."""
    assert case.person_id is not None
    office = office_values(case.division_path, today)
    values = {
        "name_masked": masked_name(case.person.name) if case.person else "", "direction": direction,
        "contribution_years": years_words(months), "amount": money(amount_fen), **office,
    }  # fmt: skip
    text = notice_text(pack_of(case.division_path), PURPOSE, values)
    return notice_queue(
        person_id=case.person_id, case_id=case.pk, purpose=PURPOSE, text=text, once_key=f"{PURPOSE}:{case.pk}",
        mobile=mobile_of(case.person_id, case.division_path, today),
    )  # fmt: skip
