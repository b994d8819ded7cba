"""Tampering with the rights of the server: every kind, ten times, is found and the row is named.

Worked example: an amount raised by a fen with triggers off gives `L1 ledger_transfer 0198…`; rolled back, the audit is as before.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from jubao.database.setup import django_connection
from jubao.database.unit_of_work import unit_of_work
from jubao.services.documents.store import document_violations
from jubao.services.oversight.commitments import audited_tables, commitment_violations
from jubao.services.oversight.schema_audit import schema_violations
from jubao.services.oversight.sealing import seal_events, seal_violations
from jubao.services.oversight.selfaudit import run_selfaudit
from tests.benefits.county import County
from tests.integrity import crash_payments
from tests.integrity.crash_benefits import DIED_ON
from tests.integrity.sabotage import LEFT, TAMPERINGS, Tampering
from tests.support.database import OwnDatabase
from tests.support.residents import system

PEOPLE = 11
SUPERUSER = "postgres"
LOG_TABLES = {"oversight_auditevent", "oversight_audithead"}


@pytest.fixture(scope="module")
def sabotaged(test_cluster: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnDatabase]:
    """One county with a sent run, certifications, deaths, contributions and documents, sealed."""
    from tests.support.database import copy_of_template

    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch, copy_of_template(test_cluster) as name:  # type: ignore[arg-type]
        patch.setenv("JUBAO_DATA_DIR", str(folder))  # the seals' witness files are this database's own
        own = OwnDatabase(name, test_cluster, folder)  # type: ignore[arg-type]
        with django_connection(own.url()):
            own.see_everything()
            _county()
        with django_connection(own.url(SUPERUSER)):
            seal_events()
        yield own


def _county() -> None:
    from jubao.contributions.models import Contribution
    from jubao.payments.models import PaymentLine, PaymentOutcome
    from jubao.people.models import DeathReport
    from jubao.services.accounts.holders import account_ids
    from jubao.services.benefits.suspensions import suspension_propose
    from jubao.services.documents.store import document_store

    here = County(crash_payments.DISTRICT)
    people = crash_payments.county(here, PEOPLE)
    with unit_of_work(system(), "test"):
        for number, one in enumerate(people):
            Contribution.objects.create(
                enrolment=one.enrolment, year=2024, tier_fen=10000, amount_fen=10000, treasury_on=DIED_ON,
                receipt_number=f"SABOTAGE{number}",
            )  # fmt: skip
    for step in crash_payments.UNTIL_SENT:
        step({})
    for number in range(PEOPLE):
        document_store(
            actor=here.cast.handler.actor, content=f"scan {number}".encode(), name="scan.jpg", content_type="image/jpeg",
            document_class="evidence_media", district_code=here.district,
        )  # fmt: skip
    with unit_of_work(system(), "test"):
        for one in people:
            DeathReport.objects.create(
                person=one.person, died_on=DIED_ON, source="CREMATION", is_decisive=True
            )
        for line in PaymentLine.objects.all():
            PaymentOutcome.objects.create(line=line, state="paid", answered_on=crash_payments.DAY)
    for one in people:
        suspension_propose(
            actor=here.cast.handler.actor, entitlement_id=one.entitlement_id, reason="DEATH_REPORTED",
            today=crash_payments.DAY, evidence={"source": "CREMATION"},
        )  # fmt: skip
    account_ids(
        "own_payment", here.district, [one.enrolment.id for one in people], actor=here.cast.handler.actor
    )


def findings(table: str) -> set[tuple[str, str, str]]:
    """What the part of the self-audit that covers a table says, without writing a seal."""
    if table in LOG_TABLES:
        found = [
            *seal_violations(),
            *(one for line in run_selfaudit(only=("A9",), seals=False) for one in line.violations),
        ]
    elif table in audited_tables():
        found = list(commitment_violations(table))
    else:
        found = list(schema_violations())
    return {(one.table, one.row, one.what) for one in found}


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda one: f"{one.table} {one.kind}")
def test_every_tampering_is_found_and_named(tampering: Tampering, sabotaged: OwnDatabase) -> None:
    with django_connection(sabotaged.url(SUPERUSER)):
        before = findings(tampering.table)
        with connection.cursor() as cursor:
            cursor.execute(tampering.candidates)
            rows = [row for (row,) in cursor.fetchall()]
        assert len(rows) == tampering.times

        missed = []
        for row in rows:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL session_replication_role = replica")
                named = tampering.apply(row)
                new = findings(tampering.table) - before
                if not any(named in (found_row, table) or not named for table, found_row, _what in new):
                    missed.append((row, named, new))
                transaction.set_rollback(True)

        assert missed == []
        assert findings(tampering.table) == before


def test_what_cannot_be_tried_yet_is_named() -> None:
    assert set(LEFT) == {"bank ciphertext swap", "blind index", "receipt", "policy parameter"}


def altered() -> set[tuple[str, str, str]]:
    """What is said about files."""
    return {(one.table, one.row, one.what) for one in document_violations()}


def test_the_whole_audit_runs_these_parts(sabotaged: OwnDatabase) -> None:
    with django_connection(sabotaged.url(SUPERUSER)):
        assert {"L1", "L2", "L5", "A9", "Q2"} <= {line.id for line in run_selfaudit(seals=False)}


def test_an_altered_file_is_found(sabotaged: OwnDatabase) -> None:
    from jubao.archive.models import Document
    from jubao.services.documents.store import document_path

    with django_connection(sabotaged.url(SUPERUSER)):
        for document in Document.objects.filter(document_class="evidence_media")[:10]:
            path = document_path(document.sha256)
            kept = path.read_bytes()
            path.write_bytes(b"another picture")

            assert ("archive_document", str(document.id), "文件被改动过") in altered()

            path.write_bytes(kept)
        assert not altered()
