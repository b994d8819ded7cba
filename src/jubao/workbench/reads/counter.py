"""What the acceptance page of 免申即享 shows: the person's fields, the form that counts, papers there and missing, the next step.

Worked example: 张桂芳 was loaded, the form printed and signed 同意, the identity card scanned: still missing is the scan of
the signed form; 保存 waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.cases.models import Case, CaseMaterial, Receipt
from jubao.claim_free.models import ConfirmationForm, Flag
from jubao.contributions.models import Contribution
from jubao.database.actor import Actor
from jubao.facts.make_up import MakeUp, payable_make_up_years
from jubao.kernel.errors import DomainError
from jubao.people.models import SharedFact
from jubao.policy import Pack
from jubao.services.benefits.pension_amounts import why
from jubao.services.benefits.pension_reasons import Reason, reasons
from jubao.services.cases.material_words import material_title
from jubao.services.claim_free.cases import WAITING
from jubao.services.claim_free.confirmation_forms import form_contents, standing_form
from jubao.services.documents.receipts import receipt_in_force
from jubao.staff.regions import pack_of

PAPERS = ("id_document", "confirmation_form", "only_child_material")
PARTS = (
    ("base_pension", "基础养老金"),
    ("account_pension", "个人账户养老金"),
    ("only_child_supplement", "独子增发养老金"),
    ("years_pension", "缴费年限养老金"),
)
"""The four parts in the order of the form, by the rule that makes each."""


@dataclass(frozen=True)
class Amount:
    """One amount of the form: the rule whose trace explains it, its name and fen."""

    rule: str
    title: str
    fen: int


@dataclass(frozen=True)
class Slot:
    """One kind of paper: its name, whether it must be there, what is there."""

    kind: str
    title: str
    is_required: bool
    papers: list[CaseMaterial]


@dataclass(frozen=True)
class Counter:
    """Everything of the page; the flow goes from `is_open` over the form and the papers to 保存."""

    case: Case
    flag: Flag | None
    contents: dict[str, Any]
    problem: DomainError | None
    form: ConfirmationForm | None
    make_up: MakeUp
    payments: list[Contribution]
    slots: list[Slot]
    receipt: Receipt | None
    returned_for: str

    @property
    def is_open(self) -> bool:
        """Whether the case still waits for the person."""
        return self.case.is_open and self.case.state in (*WAITING, "returned")

    @property
    def amounts(self) -> list[Amount]:
        """The parts of the pension and their sum first."""
        parts = [("monthly_pension", "月基本养老金预算金额"), *PARTS]
        return [Amount(rule, title, int(self.contents[f"{rule}_fen"])) for rule, title in parts]

    @property
    def missing(self) -> list[str]:
        """Required papers that are not there."""
        return [slot.title for slot in self.slots if slot.is_required and not slot.papers]

    @property
    def is_held(self) -> bool:
        """A recent payment is not credited yet: the acceptance waits."""
        return self.form is not None and self.form.is_recent_payment_credited is False


def reasons_of(pack: Pack, start_month: int, trace: list[dict[str, Any]], part: str) -> list[Reason]:
    """Why one amount of a budget or a determination is what it is."""
    return reasons(why(pack, start_month, trace), part)


def counter_of(case: Case, actor: Actor, today: date) -> Counter:
    """Read inside the scope of the city."""
    assert case.subject_id is not None
    form = standing_form(case.pk)
    make_up = payable_make_up_years(case.subject_id, today, pack_of(case.division_path))
    contents, problem = _contents(case, form, today)
    paid = Contribution.objects.filter(enrolment_id=case.subject_id, is_live=True).order_by("-treasury_on")
    last = case.events.order_by("-sequence").exclude(action="viewed").first()
    return Counter(
        case=case,
        flag=Flag.objects.filter(case=case).first(),
        contents=contents,
        problem=problem,
        form=form,
        make_up=make_up,
        payments=list(paid[:3]),
        slots=slots_of(case, form),
        receipt=receipt_in_force(case),
        returned_for=last.reason if last and case.state == "returned" else "",
    )


def _contents(
    case: Case, form: ConfirmationForm | None, today: date
) -> tuple[dict[str, Any], DomainError | None]:
    """What was printed; before that what would be printed, or why it cannot be computed."""
    if form is not None:
        return form.contents, None
    try:
        return form_contents(case=case, is_only_child=False, today=today), None
    except DomainError as problem:
        return {}, problem


def slots_of(case: Case, form: ConfirmationForm | None) -> list[Slot]:
    """The three kinds of paper; proof of the only child is required when asked for and not confirmed by the platform."""
    papers = CaseMaterial.objects.filter(case=case, removed_at__isnull=True).select_related("document")
    by_kind: dict[str, list[CaseMaterial]] = {}
    for one in papers.order_by("id"):
        by_kind.setdefault(one.kind, []).append(one)
    needs_proof = bool(form and form.is_only_child and not is_confirmed_by_platform(case))
    return [
        Slot(kind, material_title(kind), kind != "only_child_material" or needs_proof, by_kind.get(kind, []))
        for kind in PAPERS
    ]


def platform_answer(case: Case) -> str:
    """What the sharing platform says of the only child: yes, no, not_found, or nothing."""
    assert case.person_id is not None
    facts = SharedFact.objects.filter(person_id=case.person_id, fact="only_child").order_by(
        "-known_on", "-id"
    )
    return facts.values_list("value", flat=True).first() or ""


def is_confirmed_by_platform(case: Case) -> bool:
    """Whether no paper is needed for the supplement (QJ-A1-3-2)."""
    return platform_answer(case) == "yes"
