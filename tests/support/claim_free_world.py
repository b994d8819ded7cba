"""A district of claim-free people for tests: officers, candidates with everything in order, and the steps as the faces take
them.

Worked example: `here = World()`; `here.candidate(birth=date(1964, 5, 20))` misses nothing; `here.extract(Month(2024, 3))`
puts her on the list of March 2024; `here.accepted(case)` prints, signs, scans and accepts; `here.handled(case)`,
`here.approved(case)` go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm, Extraction, Flag
from jubao.contributions.models import FormerYears
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.month import Month
from jubao.people.models import CardAccountCheck, Division, Enrolment
from jubao.services.accounts.postings import NewTransfer, account_ids, fund_account_id, post
from jubao.services.cases.engine import advance, case_view, material_add
from jubao.services.claim_free.acceptance import accept_at_counter
from jubao.services.claim_free.confirmation_forms import form_export, form_signed
from jubao.services.claim_free.extraction import extraction_run
from jubao.services.claim_free.handling import handle
from tests.support.cast import Cast, a_cast
from tests.support.papers import papers
from tests.support.residents import an_enrolment, some_villages, system

BANK = "重庆农村商业银行"
BORN, MARCH, DAY = date(1964, 5, 20), Month(2024, 3), date(2024, 3, 11)
ACCEPTED = {"materials_complete": True, "wants_make_up": False, "rechecked": True}
CHECKED = {
    "conditions_met": True, "exclusions_checked": True, "basic_data_checked": True, "payout_data_checked": True,
}  # fmt: skip


def at_ten(day: date) -> datetime:
    """Ten o'clock in the morning of a day, Chongqing time."""
    return datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)


@dataclass
class World:
    """One claim-free district with its officers."""

    district: str = "500110"
    villages: list[Division] = field(default_factory=list)
    cast: Cast = field(init=False)

    def __post_init__(self) -> None:
        self.villages = self.villages or some_villages(self.district)
        self.cast = a_cast(self.district)

    @property
    def program(self) -> Actor:
        """The program at work in the district."""
        return Actor.system("month_run", scope=self.cast.handler.actor.scope)

    def candidate(
        self, *, birth: date = BORN, months: int = 180, balance_fen: int = 0, village: Division | None = None,
        bank: str = BANK, **about: Any,
    ) -> Enrolment:  # fmt: skip
        """Somebody who misses nothing: years certified until 2024, an account of a paying bank from the card system."""
        enrolment = an_enrolment(village=village or self.villages[0], birth=birth, **about)
        with unit_of_work(system(), "test"):
            FormerYears.objects.create(
                enrolment=enrolment, until_year=2024, contribution_months=months, min_tier_months=months
            )
            if bank:
                self.card(enrolment, bank=bank)
            if balance_fen:
                own = account_ids("transferred_in", self.district, [enrolment.id], actor=system())[
                    enrolment.id
                ]
                fund = fund_account_id("transfer_fund", self.district, actor=system())
                moved = NewTransfer(uuid4(), fund, own, balance_fen, "transfer_in", date(2023, 12, 31))
                post(actor=system(), transfers=[moved])
        return enrolment

    def card(
        self, enrolment: Enrolment, *, bank: str = BANK, outcome: str = "found", at: date = date(2024, 2, 1)
    ) -> str:
        """An answer of the card system; the account number."""
        number = f"621700{enrolment.person_id.int % 10**12:012d}{len(bank)}" if outcome == "found" else ""
        with unit_of_work(system(), "test"):
            CardAccountCheck.objects.create(
                person_id=enrolment.person_id, outcome=outcome, account_number=number, bank_name=bank if number else "",
                is_activated=True, source="CARD_SYSTEM", fetched_at=at_ten(at),
            )  # fmt: skip
        return number

    def extract(self, month: Month = MARCH, on: date | None = None) -> Extraction:
        """The extraction of a month."""
        day = on or month.first_day
        return extraction_run(
            actor=self.program, district_code=self.district, month=month, drawn_on=day, now=at_ten(day)
        )

    def listed(self, enrolment: Enrolment | None = None, month: Month = MARCH, **about: Any) -> Case:
        """A candidate on the list of the month."""
        who = enrolment or self.candidate(**about)
        self.extract(month)
        with read_scope("%"):
            return Flag.objects.select_related("case").get(enrolment=who).case

    def form(
        self, case: Case, *, signed: str = "consent", on: date = DAY, is_only_child: bool = False, **more: Any
    ) -> ConfirmationForm:
        """The form printed and signed at the counter."""
        actor = more.pop("actor", self.cast.intake.actor)
        form = form_export(
            actor=actor, case_id=case.id, is_only_child=is_only_child, make_up_answer=more.pop("make_up_answer", "give_up"),
            has_paid_recently=False, today=on, now=at_ten(on), **more,
        )  # fmt: skip
        return form_signed(
            actor=actor,
            form_id=form.id,
            signed=signed,
            signed_on=on,
            has_thumbprint=True,
            today=on,
            now=at_ten(on),
        )

    def scans(self, case: Case, *kinds: str) -> None:
        """Scanned papers with the case."""
        actor = system(case.division_path)
        for kind, document_id in papers(actor, *kinds):
            material_add(actor=actor, case_id=case.id, kind=kind, document_id=document_id)

    def accepted(self, case: Case, *, on: date = DAY, is_only_child: bool = False) -> Case:
        """Printed, signed, scanned, accepted at the counter of the township."""
        form = self.form(case, on=on, is_only_child=is_only_child)
        self.scans(case, "id_document", "confirmation_form")
        return accept_at_counter(
            actor=self.cast.intake.actor, form_id=form.id, checklist=ACCEPTED, today=on, now=at_ten(on)
        )

    def handled(self, case: Case, *, on: date = DAY, checklist: Any = None, **entries: Any) -> Case:
        """办理 by the district's handler."""
        with read_scope("%"):
            case = Case.objects.select_related("person").get(id=case.id)
        assert case.person is not None
        given = {"id_card_name": case.person.name, "is_only_child": False, **entries}
        return handle(
            actor=self.cast.handler.actor, case_id=case.id, entries=given, checklist=CHECKED if checklist is None else checklist,
            expected_version=case.version, today=on, now=at_ten(on),
        )  # fmt: skip

    def reviewed(
        self, case: Case, action: str = "approve", *, on: date = DAY, reason: str = "", checklist: Any = None
    ) -> Case:
        """一级复核 by another officer."""
        actor = self.cast.reviewer.actor
        seen = case_view(actor=actor, case_id=case.id, now=at_ten(on))
        return advance(
            actor=actor, case_id=case.id, action=action, reason=reason, expected_version=seen.version,
            digest_seen=seen.digest, today=on, now=at_ten(on),
            checklist=(CHECKED if checklist is None else checklist) if action == "approve" else None,
        )  # fmt: skip


def another_outlet(code: str = "500112") -> Division:
    """The first township of another district under the same city, that has no pack of its own."""
    city = Division.objects.get(code=f"{code[:2]}0000", valid_until=None)
    with unit_of_work(system(), "test"):
        district = Division.objects.create(
            code=code,
            name="邻区",
            level="district",
            parent=city,
            path=f"{city.path}{code}/",
            valid_from=date(2009, 1, 1),
        )
        return Division.objects.create(
            code=f"{code}001", name="邻区第一街道", level="township", parent=district, path=f"{district.path}{code}001/",
            valid_from=date(2009, 1, 1),
        )  # fmt: skip
