"""The second belt: what the application role cannot see, change or switch off, whatever the code above asks for."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from jubao.database.embedded import Cluster
from tests.support.database import OwnDatabase, copy_of_template

HERE, NEXT = "509900/509901/", "509900/509902/"
WORK = "SELECT set_config('app.command', 'test', false), set_config('app.scope', %s, false)"
ENROL = """
    WITH place AS (INSERT INTO people_division (code, name, name_key, level, path, valid_from)
                   VALUES (%(code)s, '测试', '', 'district', %(path)s, '2000-01-01') RETURNING id),
         person AS (INSERT INTO people_person (personal_number, name, name_key, name_initials, gender, birth_date, created_at)
                    VALUES (%(code)s, '测试', '', '', 'male', '1960-01-01', now()) RETURNING id)
    INSERT INTO people_enrolment (person_id, scheme, division_id, division_path, enrolled_on, participation_identity)
    SELECT person.id, 'resident_pension', place.id, %(path)s, '2012-01-01', 'ordinary' FROM person, place
"""


@pytest.fixture(scope="module")
def counties(test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnDatabase]:
    """A database with one enrolment in each of two counties; no test of this file may change it."""
    with copy_of_template(test_cluster) as name:
        own = OwnDatabase(name, test_cluster, tmp_path_factory.mktemp("counties"))
        with own.connect("jubao_owner") as owner:
            owner.execute(WORK, ["%"])
            for code, path in (("509901", HERE), ("509902", NEXT)):
                owner.execute(ENROL, {"code": code, "path": path})
        yield own


@pytest.fixture
def app(counties: OwnDatabase) -> Iterator[psycopg.Connection]:
    """A connection as the application, without a scope."""
    with counties.connect() as connection:
        yield connection


def seen(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT division_path FROM people_enrolment ORDER BY 1")]


def test_without_a_scope_nothing_is_seen(app: psycopg.Connection) -> None:
    assert seen(app) == []
    app.execute(WORK, [""])
    assert seen(app) == []


def test_a_county_sees_its_own_and_a_province_both(app: psycopg.Connection) -> None:
    app.execute(WORK, [HERE])
    assert seen(app) == [HERE]
    app.execute(WORK, ["509900/"])
    assert seen(app) == [HERE, NEXT]


def test_the_scope_ends_with_the_transaction(app: psycopg.Connection) -> None:
    with app.transaction():
        app.execute("SELECT set_config('app.scope', %s, true)", [HERE])
        assert seen(app) == [HERE]
    assert seen(app) == []


def test_another_countys_rows_are_neither_changed_nor_made_nor_taken(app: psycopg.Connection) -> None:
    app.execute(WORK, [HERE])
    changed = app.execute(
        "UPDATE people_enrolment SET enrolled_on = '2020-01-01' WHERE division_path = %s", [NEXT]
    )
    assert changed.rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute("UPDATE people_enrolment SET division_path = %s", [NEXT])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        app.execute(ENROL, {"code": "509903", "path": "509900/509903/"})


DOCUMENT = """
    INSERT INTO archive_document (sha256, name, content_type, size_bytes, document_class, district_code, added_at)
    VALUES ('', '测试', '', 1, 'test', %s, now())
"""


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("", []),
        (HERE, ["509901"]),
        (HERE + "509901001/", ["509901"]),  # a township sees what belongs to its county
        ("509900/", ["509901", "509902"]),
        ("%", ["509901", "509902"]),
    ],
)
def test_a_table_that_names_a_county_is_seen_from_inside_it_and_from_above(
    app: psycopg.Connection, scope: str, expected: list[str]
) -> None:
    with app.transaction(force_rollback=True):
        app.execute(WORK, ["%"])
        for district in ("509901", "509902"):
            app.execute(DOCUMENT, [district])
        app.execute(WORK, [scope])
        rows = app.execute("SELECT district_code FROM archive_document ORDER BY 1")
        assert [row[0] for row in rows] == expected
        if scope != "%":
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                app.execute(DOCUMENT, ["509903"])


FORBIDDEN = [
    "UPDATE ledger_transfer SET amount_fen = 1",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer CASCADE",
    "TRUNCATE oversight_auditevent",
    "DELETE FROM oversight_auditevent",
    "UPDATE oversight_auditevent SET command = 'x'",
    "INSERT INTO oversight_auditevent (at, command, table_name, operation, row_ids, row_digests)"
    " VALUES (now(), 'x', 'x', 'I', '{}', '{}')",
    "INSERT INTO ledger_balance (account_id, balance_fen, pending_fen) VALUES (1, 1, 0)",
    "UPDATE ledger_balance SET balance_fen = 1",
    "DELETE FROM people_enrolment",
    "UPDATE cases_caseevent SET natural_person_id = NULL",
    "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
    "ALTER TABLE people_enrolment DISABLE ROW LEVEL SECURITY",
    "CREATE TABLE mine (a int)",
    "CREATE OR REPLACE FUNCTION app_sees_district(code text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "SET session_replication_role = replica",
    "SET ROLE jubao_owner",
    "UPDATE app_schema SET digest = 'x'",
    "DELETE FROM django_migrations",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_may_not(app: psycopg.Connection, statement: str) -> None:
    app.execute(WORK, ["%"])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_every_append_only_table_is_closed_to_change(app: psycopg.Connection) -> None:
    rows = app.execute(
        "SELECT c.relname, has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE')"
        " OR has_table_privilege(c.oid, 'TRUNCATE') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgname LIKE 'pgtrigger_append_only_%'"
    ).fetchall()
    assert len(rows) > 10
    assert [table for table, is_open in rows if is_open] == []


def test_every_table_with_a_path_has_row_security(app: psycopg.Connection) -> None:
    rows = app.execute(
        "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attname = 'division_path'"
        " AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT c.relrowsecurity"
    ).fetchall()
    assert rows == []


def test_protecting_twice_changes_nothing(counties: OwnDatabase) -> None:
    from jubao.database.protections import protect

    state = (
        "SELECT array_agg(p::text ORDER BY p::text) FROM (SELECT tablename, policyname, qual FROM pg_policies UNION ALL"
        " SELECT relname, relacl::text, '' FROM pg_class WHERE relnamespace = 'public'::regnamespace) p"
    )
    with counties.connect("jubao_owner") as owner:
        before = owner.execute(state).fetchone()
        protect(owner.cursor())
        assert owner.execute(state).fetchone() == before
