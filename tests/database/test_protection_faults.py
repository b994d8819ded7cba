"""An administrator who loosens a protection is found by the next self-audit, which names table and kind."""

from __future__ import annotations

import pytest

from jubao.database.protection_faults import protection_faults
from jubao.database.protections import protect
from tests.support.database import OwnDatabase

SCOPED = "(SELECT policyname FROM pg_policies WHERE tablename = 'people_enrolment')"
LOOSENED = {
    "ALTER TABLE people_enrolment DISABLE ROW LEVEL SECURITY": ("people_enrolment", "row security"),
    "GRANT UPDATE ON ledger_transfer TO jubao_app": ("ledger_transfer", "UPDATE"),
    "GRANT TRUNCATE ON oversight_auditevent TO jubao_app": ("oversight_auditevent", "TRUNCATE"),
    "GRANT INSERT ON ledger_balance TO jubao_app": ("ledger_balance", "INSERT"),
    "CREATE POLICY mine ON cases_case USING (true)": ("cases_case", "mine"),
    f"DO $$ BEGIN EXECUTE 'ALTER POLICY ' || {SCOPED} || ' ON people_enrolment USING (true) WITH CHECK (true)'; END $$": (
        "people_enrolment",
        "scope_",
    ),
    f"DO $$ BEGIN EXECUTE 'DROP POLICY ' || {SCOPED} || ' ON people_enrolment'; END $$": (
        "people_enrolment",
        "scope_",
    ),
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql AS 'SELECT true'": (
        "_pgtrigger_should_ignore",
        "function",
    ),
}


def test_a_fresh_database_has_no_fault(database: None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        assert list(protection_faults(cursor)) == []


@pytest.mark.parametrize("statement", LOOSENED)
def test_what_was_loosened_is_found_and_put_right_by_the_next_migration(
    own_database: OwnDatabase, statement: str
) -> None:
    table, what = LOOSENED[statement]
    with own_database.connect("jubao_owner") as owner:
        owner.execute(statement)
        found = list(protection_faults(owner.cursor()))
        assert any(one[0] == table and one[1].startswith(what) for one in found), found
        if (
            "ALTER POLICY" not in statement
        ):  # a policy rewritten under its own name is for a human being to judge
            protect(owner.cursor())
            assert list(protection_faults(owner.cursor())) == []
