"""转出: somebody who draws nothing and whose register left the district takes the rights along (赤松 第三十三条).

Worked example: 张桂芳 moved to 红山区. Without that place's letter no form is printed; with it the handler settles the interest,
prints ZC-150404-2026-000003 over 3261.33, the reviewer agrees: the money waits at finance, the relation here is 已转出.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import PARTICIPANT, Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _, chinese, in_chinese
from jubao.services.accounts.interest_years import GivenRate
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_once, case_open, case_propose, material_add
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.payments.one_off import Payee
from jubao.services.people.divisions import district_of
from jubao.services.transfers.conditions import require_may_leave
from jubao.services.transfers.outgoing import account_sent, account_settled, require_unmoved
from jubao.services.transfers.papers import FORM, LETTER, paper_store, person_fields
from jubao.services.transfers.records import (
    BRIDGING,
    ENDS,
    TRANSFER_IN,
    TRANSFER_OUT,
    live_enrolment,
    required,
    step_begins,
    transfer_begin,
    transfer_of,
    years_words,
)

COLLECT, CHECK = "collect", "check"
VILLAGE, INTAKE = frozenset({"village_assistant"}), frozenset({"intake_clerk"})
HANDLER, REVIEWER, DISTRICT = frozenset({"handler"}), frozenset({"reviewer"}), frozenset({"district"})
MAKERS = frozenset({"intake_clerk", "handler", PARTICIPANT})


@dataclass(frozen=True)
class AcceptanceLetter:
    """What the other place's letter says: its number and day, who takes the rights over, and the account for the money."""

    number: str
    on: date
    agency: str
    bank: str
    account: str


def transfer_out_apply(
    *, actor: Actor, enrolment_id: UUID, to_place: str, is_register_moved: bool, today: date,
    materials: Sequence[tuple[str, UUID]] = (), idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Take the application in; the letter may come later.

    Raises InputRefused PLACE_MISSING; CaseRefused OBSTACLES_FOUND with every reason, ENDED_ALREADY, CASE_ALREADY_OPEN.
    """
    body = {"enrolment": enrolment_id, "to": to_place, "moved": is_register_moved}

    def make() -> Case:
        enrolment = live_enrolment(enrolment_id)
        place = required(to_place, "PLACE_MISSING", _("转入地"))
        require_may_leave(enrolment, kind=TRANSFER_OUT, is_register_moved=is_register_moved, today=today)
        case = case_open(
            actor=actor, kind=TRANSFER_OUT, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk,
            title=chinese("关系转出：{place}").format(place=place)[:200], materials=materials, today=today,
            proposal={"to_place": place, "applied_on": today.isoformat()},
        )  # fmt: skip
        transfer_begin(case=case, enrolment=enrolment, direction="out", other_place=place, today=today)
        step_begins(case, CHECK, today)
        return case

    with unit_of_work(actor, "transfer_out_apply"):
        return case_once(idempotency_key, "transfer_out_apply", body, make)


def transfer_out_letter(
    *, actor: Actor, case_id: UUID, letter: AcceptanceLetter, material: tuple[str, UUID] | None, expected_version: int,
    today: date, now: datetime,
) -> Case:  # fmt: skip
    """The receiving place's letter has come, with its scan.

    Raises InputRefused LETTER_NUMBER_MISSING, PAYEE_MISSING; CaseRefused MATERIAL_MISSING.
    """
    required(letter.number, "LETTER_NUMBER_MISSING", _("接收函编号"))
    for value, what in (
        (letter.agency, _("接收单位")),
        (letter.bank, _("开户银行")),
        (letter.account, _("银行账号")),
    ):
        required(value, "PAYEE_MISSING", what)
    with unit_of_work(actor, "transfer_out_letter", case_id=case_id):
        case = Case.objects.get(id=case_id)
        if material is not None:
            material_add(actor=actor, case_id=case_id, kind=material[0], document_id=material[1])
        about = case.proposal | {
            "letter_number": letter.number.strip()[:40], "letter_on": letter.on.isoformat(),
            "receiving_agency": letter.agency.strip()[:120], "bank_name": letter.bank.strip(),
            "account_number": letter.account.strip(),
        }  # fmt: skip
        case = case_propose(
            actor=actor, case_id=case_id, proposal=about, expected_version=expected_version, today=today
        )
        return advance(
            actor=actor, case_id=case_id, action="letter", expected_version=case.version, today=today, now=now
        )


def transfer_out_form(
    *,
    actor: Actor,
    case_id: UUID,
    given_rate: GivenRate | None,
    expected_version: int,
    today: date,
    now: datetime,
) -> Case:
    """结息、打印审批表. Raises NotCovered RATE_NOT_PUBLISHED, CaseRefused MONEY_UNDERWAY, MATERIAL_MISSING, STEP_NOT_POSSIBLE."""
    with unit_of_work(actor, "transfer_out_form", case_id=case_id):
        case = Case.objects.get(id=case_id)
        rate = (
            {"given_rate_ppm": given_rate.rate_ppm, "given_rate_source": given_rate.source}
            if given_rate
            else {}
        )
        kept = {name: value for name, value in case.proposal.items() if not name.startswith("given_rate")}
        if case.state == "lettered" and kept | rate != case.proposal:
            case = case_propose(
                actor=actor,
                case_id=case_id,
                proposal=kept | rate,
                expected_version=expected_version,
                today=today,
            )
            expected_version = case.version
        return advance(
            actor=actor,
            case_id=case_id,
            action="form",
            expected_version=expected_version,
            today=today,
            now=now,
        )


@in_chinese
def _form_made(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 打印审批表 makes: the account settled, the form with its parts among the papers.

    Raises CaseRefused LETTER_MISSING: before the other place's letter has come nothing is printed (SS-33-3).
    """
    if not case.materials.filter(kind=LETTER, removed_at__isnull=True).exists():
        raise CaseRefused(
            "LETTER_MISSING",
            _("还没有收到转入地的《关系转入接收函》。"),
            remedy=_("请先登记接收函并上传扫描件。"),
        )
    about = case.proposal
    rate = (
        GivenRate(about["given_rate_ppm"], about["given_rate_source"]) if "given_rate_ppm" in about else None
    )
    settled = account_settled(actor=actor, case=case, today=today, given_rate=rate)
    fields = [
        *person_fields(case), (_("转入地"), about["to_place"], True), (_("接收单位"), about["receiving_agency"], True),
        (_("接收函编号"), about["letter_number"], False), (_("接收函日期"), about["letter_on"], False),
        (_("开户银行"), about["bank_name"], False), (_("银行账号"), about["account_number"], False),
        (_("缴费年限"), years_words(settled["contribution_months"]), False), (_("利息算至"), settled["interest_until"], False),
    ]  # fmt: skip
    number = paper_store(
        actor=actor, case=case, kind=FORM, fields=fields, parts=settled["parts"], today=today,
        note=_("划转后本区个人账户为零，养老保险关系终止，本区保留原记录。"),
        signatures=(_("申请人（签字）"), _("经办人"), _("复核人"), _("经办机构负责人")),
    )  # fmt: skip
    proposal: dict[str, Any] = about | settled | {"form_number": number}
    return proposal


def _lettered(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the letter: what it says stands with the move; the form is due."""
    moved, about = transfer_of(case), case.proposal
    if "letter_number" not in about:
        raise CaseRefused(
            "LETTER_MISSING", _("还没有登记接收函。"), remedy=_("请在“关系转移”页面登记接收函。")
        )
    moved.letter_number, moved.letter_on = about["letter_number"], date.fromisoformat(about["letter_on"])
    moved.other_agency, moved.waiting_since = about["receiving_agency"], None
    moved.save()
    step_begins(case, "form", today)


def _waits(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the township's check: the letter of the other place is waited for, and no term runs here."""
    moved = transfer_of(case)
    moved.waiting_since = today
    moved.save()
    step_begins(case, "wait", today)


def _formed(*, case: Case, actor: Actor, today: date) -> None:
    step_begins(case, "review", today)


def _sent(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the decision. Raises CaseRefused OBSTACLES_FOUND, AMOUNT_MOVED."""
    about = case.proposal
    assert case.subject_id is not None
    enrolment = live_enrolment(case.subject_id, lock=True)
    require_may_leave(enrolment, kind=TRANSFER_OUT, is_register_moved=True, today=today)
    parts = {one["kind"]: one["amount_fen"] for one in about["parts"]}
    require_unmoved(enrolment, parts)
    payee = Payee(about["receiving_agency"], None, about["bank_name"], about["account_number"])
    account_sent(
        case=case,
        actor=actor,
        parts=parts,
        payee=payee,
        reason="TRANSFERRED_OUT",
        direction=chinese("转出"),
        today=today,
    )


def _steps() -> tuple[Transition, ...]:
    form: dict[str, Any] = {
        "levels": DISTRICT,
        "steps": ("form", "settle"),
        "makes_proposal": True,
        "needs": (LETTER,),
    }

    def decision(action: str, state: str, title: str, outcome: str) -> Transition:
        return Transition(action, "handled", state, REVIEWER, True, bool(outcome), title=title, levels=DISTRICT,
                          steps=("review",), outcome=outcome, needs_reason=action != "approve")  # fmt: skip

    return (
        Transition("open", OPEN, "applied", VILLAGE | MAKERS, title="申请转出", only_with=CHECK),
        Transition("open", OPEN, "checked", MAKERS, title="申请转出", not_with=CHECK),
        Transition("check", "applied", "checked", INTAKE, title="初审通过", steps=(CHECK,), only_with=CHECK,
                   needs=("id_document",)),
        Transition("letter", "checked", "lettered", INTAKE | HANDLER, title="登记接收函", levels=DISTRICT,
                   makes_proposal=True, needs=(LETTER,)),
        Transition("form", "checked", "handled", HANDLER, title="打印审批表", **form),
        Transition("form", "lettered", "handled", HANDLER, title="打印审批表", **form),
        decision("approve", "transferred_out", "同意划转", "approved"),
        decision("return", "lettered", "退回", ""),
        decision("reject", "rejected", "不同意", "rejected"),
        *(
            Transition("withdraw", state, "withdrawn", VILLAGE | MAKERS, closes=True, outcome="withdrawn", title="撤回",
                       needs_reason=True, only_with=CHECK if state == "applied" else "")
            for state in ("applied", "checked", "lettered")
        ),
    )  # fmt: skip


register(
    CaseKind(
        TRANSFER_OUT, "关系转出", _steps(),
        effects={"approve": _sent, "letter": _lettered, "check": _waits, "form": _formed, "return": _lettered},
        states={"applied": "待镇街初审", "checked": "等待转入地接收函", "lettered": "已收接收函", "handled": "待复核",
                "transferred_out": "已转出"},
        prepares={"form": _form_made},
        excludes=ENDS | {TRANSFER_IN, BRIDGING},
    )
)  # fmt: skip
