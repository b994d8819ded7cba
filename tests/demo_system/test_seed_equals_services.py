"""Mass inserts and the services make the same rows: 500 people by both, table by table, but for keys and times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from jubao.benefits.models import Determination
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.demo.districts import district
from jubao.demo.parquet import district_seed
from jubao.demo.system_people import SystemPeople
from jubao.jobs.demo_seed import load_places
from jubao.people.models import Division
from jubao.policy import load_pack
from jubao.rules.pension_terms import FACTS
from jubao.services.benefits.determinations import determination_make
from jubao.services.benefits.entitlements import entitlement_open
from jubao.services.contributions.records import contribution_record
from jubao.services.people.enrolment_effects import confirm, register_person
from tests.support.database import OwnDatabase
from tests.support.demo_district import CODE, MONTH, ORDER, PEOPLE, TODAY, DemoDatabase

SAMPLE = 500
WHO = "JOIN people_identitydocument n ON n.person_id = p.id AND n.number = ANY(%(numbers)s)"
ENROLLED = f"FROM people_enrolment e JOIN people_person p ON p.id = e.person_id {WHO}"
# What one path knows and the other does not: an only child is a fact of the take-over, a case one of the services.
TABLES = {
    "person": f"SELECT n.number, p.name, p.name_key, p.name_initials, p.gender, p.birth_date FROM people_person p {WHO}",
    "identity document": f"SELECT n.number, n.kind, n.valid_from, n.valid_until FROM people_person p {WHO}",
    "enrolment": f"SELECT n.number, e.scheme, e.division_path, e.enrolled_on, e.ended_on, e.participation_identity {ENROLLED}",
    "enrolment status": "SELECT n.number, s.kind, s.from_month, s.until_month, s.reason"
    f" {ENROLLED} JOIN people_enrolmentstatus s ON s.enrolment_id = e.id",
    "address": f"SELECT n.number, a.kind, a.text, d.path, a.from_on, a.until_on FROM people_person p {WHO}"
    " JOIN people_address a ON a.person_id = p.id JOIN people_division d ON d.id = a.division_id",
    "phone": f"SELECT n.number, f.number, f.is_mobile, f.from_on, f.until_on FROM people_person p {WHO}"
    " JOIN people_phone f ON f.person_id = p.id",
    "contribution": "SELECT n.number, c.year, c.tier_fen, c.amount_fen, c.payer, c.is_make_up, c.means, c.treasury_on,"
    f" c.receipt_number, c.subsidy_fen, c.is_live {ENROLLED} JOIN contributions_contribution c ON c.enrolment_id = e.id",
    "transfer": "SELECT n.number, t.code, d.kind, d.district_code, k.kind, k.district_code, t.amount_fen, t.phase, t.value_date,"
    f" t.benefit_month, t.reverses_id {ENROLLED} JOIN contributions_contribution c ON c.enrolment_id = e.id"
    " JOIN ledger_transfer t ON t.line_id = c.id JOIN ledger_account d ON d.id = t.debit_account_id"
    " JOIN ledger_account k ON k.id = t.credit_account_id",
    "entitlement": f"SELECT n.number, b.start_month, b.end_month, b.end_reason {ENROLLED}"
    " JOIN benefits_entitlement b ON b.enrolment_id = e.id",
    "determination": "SELECT n.number, d.sequence, d.month, d.account_balance_fen, d.contribution_months, d.make_up_months,"
    " d.min_tier_months, d.is_only_child, d.is_provisional, d.base_pension_fen, d.account_pension_fen, d.years_pension_fen,"
    " d.only_child_supplement_fen, d.age_supplement_fen, d.monthly_pension_fen, d.facts, d.trace, d.pack_code, d.pack_hash,"
    f" d.difference {ENROLLED} JOIN benefits_entitlement b ON b.enrolment_id = e.id"
    " JOIN benefits_determination d ON d.entitlement_id = b.id",
    "payment status": f"SELECT n.number, s.kind, s.from_month, s.until_month, s.reason, s.legal_basis {ENROLLED}"
    " JOIN benefits_entitlement b ON b.enrolment_id = e.id JOIN benefits_paymentstatus s ON s.entitlement_id = b.id",
}


@pytest.fixture(scope="module")
def both(demo: DemoDatabase) -> Iterator[tuple[dict[str, Counter[str]], dict[str, Counter[str]]]]:
    """The rows of 500 people as the mass inserts made them, and as the services make them in another database."""
    people = SystemPeople(district(CODE), seed=district_seed(ORDER.seed, CODE), month=MONTH, people=PEOPLE)
    # Whoever the former system had suspended is known by its case only.
    chosen = [row for row in people.people().to_pylist() if not row["is_suspended"]]
    chosen = chosen[: SAMPLE // 5 * 2] + chosen[-(SAMPLE - SAMPLE // 5 * 2) :]
    numbers = [row["id_number"] for row in chosen]
    by_mass = {name: _rows(sql, numbers) for name, sql in TABLES.items()}
    facts = _facts(numbers)
    with _another(demo) as other:
        _by_services(people, chosen, facts)
        other.see_everything()
        by_services = {name: _rows(sql, numbers) for name, sql in TABLES.items()}
    yield by_mass, by_services


@contextmanager
def _another(demo: DemoDatabase) -> Iterator[OwnDatabase]:
    """A second, empty database on Django's connection."""
    from jubao.database.places import APP_ROLE
    from jubao.database.setup import django_connection
    from tests.support.database import copy_of_template

    with copy_of_template(demo.cluster) as name:
        own = OwnDatabase(name, demo.cluster, demo.data_dir)
        with django_connection(own.url(APP_ROLE)):
            own.see_everything()
            yield own
    demo.see_everything()


def _rows(sql: str, numbers: Sequence[str]) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"numbers": list(numbers)})
        return Counter(repr(row) for row in cursor.fetchall())


def _facts(numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The facts of each determination, by number: what the take-over knew."""
    found = Determination.objects.filter(entitlement__enrolment__person__documents__number__in=list(numbers))
    return {
        one.entitlement.enrolment.person.documents.get().number: {"month": one.month, **one.facts}
        for one in found.select_related("entitlement__enrolment__person")
    }


def _by_services(
    people: SystemPeople, chosen: Sequence[dict[str, Any]], facts: dict[str, dict[str, Any]]
) -> None:
    load_places(people, TODAY)
    contributions: dict[int, list[dict[str, Any]]] = {}
    for row in people.contributions().to_pylist():
        contributions.setdefault(row["rank"], []).append(row)
    villages = _villages(people)
    actor = Actor.system("test", scope="500000/500110/")
    for row in chosen:
        enrolment = _enrol(actor, row, villages[row["village"]])
        for paid in contributions.get(row["rank"], []):
            _pay(actor, enrolment, paid)
        if row["id_number"] in facts:
            _determine(actor, enrolment, row, facts[row["id_number"]])


def _villages(people: SystemPeople) -> list[tuple[Division, str]]:
    towns = {town.name: town for town in Division.objects.filter(code__startswith=CODE, level="township")}
    return [
        (
            Division.objects.get(parent=towns[town], name=name, level="village"),
            f"{people.district.name}{town}{name}",
        )
        for town in people.places.townships
        for name in people.places.villages
    ]


def _enrol(actor: Actor, row: dict[str, Any], place: tuple[Division, str]) -> Any:
    village, address = place
    kinds = {"8": "hmt_residence_permit", "9": "foreign_residence_permit"}
    facts = {
        "number": row["id_number"], "name": row["name"], "gender": "male" if row["is_male"] else "female",
        "birth_date": row["birth_date"].isoformat(), "document_kind": kinds.get(row["id_number"][0], "id_card"),
        "village_code": village.code, "address": address, "mobile": row["mobile"] or "",
        "accepted_on": row["enrolled_on"].isoformat(),
    }  # fmt: skip
    case = SimpleNamespace(
        id=None, person_id=None, district_code=CODE, proposal=facts, save=lambda **_more: None
    )
    with unit_of_work(actor, "test"):
        register_person(case=case, actor=actor, today=row["enrolled_on"])
        confirm(case=case, actor=actor, today=row["enrolled_on"])
        from jubao.people.models import Enrolment

        return Enrolment.objects.get(person_id=case.person_id)


def _pay(actor: Actor, enrolment: Any, paid: dict[str, Any]) -> None:
    contribution_record(
        actor=actor, enrolment_id=enrolment.id, year=paid["year"], tier_fen=paid["tier_fen"], amount_fen=paid["tier_fen"],
        treasury_on=paid["treasury_on"], receipt_number=paid["receipt_number"], today=TODAY, means=paid["means"],
    )  # fmt: skip


def _determine(actor: Actor, enrolment: Any, row: dict[str, Any], known: dict[str, Any]) -> None:
    with unit_of_work(actor, "test"):
        entitlement = entitlement_open(
            actor=actor, enrolment_id=enrolment.id, start_month=row["start_month"], case_id=None
        )
        determination_make(
            actor=actor, entitlement_id=entitlement.id, month=known["month"], pack=load_pack(CODE), case_id=None,
            facts={name: known[name] for name in FACTS}, proposed_by=None, approved_by=None,
        )  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_both_ways_make_the_same_rows(
    both: tuple[dict[str, Counter[str]], dict[str, Counter[str]]], table: str
) -> None:
    by_mass, by_services = (way[table] for way in both)

    assert by_mass, table
    assert (by_mass - by_services, by_services - by_mass) == (Counter(), Counter())


def test_the_sample_has_everything_in_it(
    both: tuple[dict[str, Counter[str]], dict[str, Counter[str]]],
) -> None:
    by_mass, _by_services = both

    assert sum(by_mass["person"].values()) == SAMPLE
    assert sum(by_mass["contribution"].values()) > SAMPLE
    assert sum(by_mass["determination"].values()) > SAMPLE // 4
