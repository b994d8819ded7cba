"""What the application's role may do and which rows it sees. Applied after every migration; a second time changes nothing.

Worked example: `jubao_app` inserts a transfer and can neither change nor delete nor truncate it; with scope
`500000/500110/` it sees that county's enrolments and writes no other county's; without a scope it sees none.

Rights follow from the tables themselves: one with an `append_only` trigger gets no UPDATE and DELETE, one with an `audit`
trigger no DELETE. Row security covers every table with a `division_path`, and those in `BY_DISTRICT`.
"""

from __future__ import annotations

import hashlib
from typing import Any

from jubao.database.places import APP_ROLE

READ_ONLY = frozenset(
    {
        "app_schema",
        "django_migrations",
        "ledger_balance",
        "oversight_auditevent",
        "staff_incompatiblepair",
        "staff_post",
        "staff_postword",
    }
)
"""Written by the owner, by migrations or by triggers alone."""

SEALED = "oversight_auditevent"
"""Locked for a moment by the sealer: MAINTAIN allows LOCK and changes no row."""

READ_EVERYWHERE = frozenset({"staff_grant"})
"""Read before a scope is known (at log-in); written inside the scope only."""

MAY_BE_TAKEN_BACK = frozenset({"people_specialgroupperiod"})
"""Marks a department's list made; undoing the import takes them away, the audit and the rows of the import keep them."""

BY_DISTRICT = frozenset(
    {
        "archive_document",
        "claim_free_bulletin",
        "claim_free_extraction",
        "comparison_comparisonrun",
        "comparison_feedfile",
        "contributions_collectionaccount",
        "contributions_contributionmonth",
    }
)
"""Small tables that name a district and no path."""

SCOPE = "(SELECT coalesce(nullif(current_setting('app.scope', true), ''), '~') || '%')"
IN_SCOPE = f"CASE WHEN division_path LIKE {SCOPE} THEN true ELSE false END"
"""Wrapped, because the planner takes a bare LIKE with a pattern it does not know for one row in 200, and joins accordingly."""
IN_DISTRICT = "district_code = '' OR app_sees_district(district_code)"

BASICS = f"""
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, {APP_ROLE};
    GRANT USAGE ON SCHEMA public TO {APP_ROLE};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
    CREATE OR REPLACE FUNCTION app_sees_district(code text) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT {SCOPE} LIKE '%/' || code || '/%' OR {SCOPE} LIKE code || '/%'
            OR EXISTS (SELECT FROM people_division d WHERE d.code = $1 AND d.path LIKE {SCOPE})
            OR current_setting('app.scope', true) = '%'
    $$;
"""

NEVER_IGNORED = """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT false'
"""
"""pgtrigger lets a session switch triggers off, and asks by an exception per call, which costs more the larger the
transaction is. Nobody may switch off the audit or a guard."""

TABLES = """
    SELECT c.relname,
           coalesce(bool_or(t.tgname LIKE 'pgtrigger_append_only_%'), false),
           coalesce(bool_or(t.tgname LIKE 'pgtrigger_audit_%'), false),
           EXISTS (SELECT FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attname = 'division_path' AND NOT a.attisdropped),
           c.relrowsecurity
    FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    GROUP BY c.oid ORDER BY c.relname
"""

TRIGGER_FUNCTIONS = """
    SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE (t.tgname LIKE 'pgtrigger_audit_%' OR t.tgname LIKE 'pgtrigger_project_%') AND NOT p.prosecdef
"""


def protect(cursor: Any) -> None:
    """Bring rights, row security and trigger functions to what this file says; `cursor` belongs to the owner."""
    cursor.execute(BASICS)
    cursor.execute(TABLES)
    for name, is_append_only, is_audited, has_path, is_secured in cursor.fetchall():
        cursor.execute(f'REVOKE ALL ON "{name}" FROM {APP_ROLE}, PUBLIC')
        cursor.execute(f'GRANT {rights(name, is_append_only, is_audited)} ON "{name}" TO {APP_ROLE}')
        if policies := expected_policies(name, has_path):
            _secure_rows(cursor, name, policies, is_secured)
    cursor.execute(NEVER_IGNORED)
    _run_audit_as_owner(cursor)


def rights(table: str, is_append_only: bool, is_audited: bool) -> str:
    """The rights of the application role on one table."""
    if table in READ_ONLY:
        return "SELECT, MAINTAIN" if table == SEALED else "SELECT"
    if is_append_only:
        return "SELECT, INSERT"
    may_delete = not is_audited or table in MAY_BE_TAKEN_BACK
    return "SELECT, INSERT, UPDATE, DELETE" if may_delete else "SELECT, INSERT, UPDATE"


def expected_policies(table: str, has_path: bool) -> dict[str, str]:
    """The policies of a table by name; a name carries the digest of its condition, so that an old one is told from a new."""
    if not has_path and table not in BY_DISTRICT:
        return {}
    condition = IN_SCOPE if has_path else IN_DISTRICT
    digest = hashlib.sha256(condition.encode()).hexdigest()[:8]
    policies = {f"scope_{digest}": f"USING ({condition}) WITH CHECK ({condition})"}
    if table in READ_EVERYWHERE:
        policies["read_everywhere"] = "FOR SELECT USING (true)"
    return policies


def _secure_rows(cursor: Any, table: str, policies: dict[str, str], is_secured: bool) -> None:
    """Put the policies on a table that are not there, take away those that do not belong."""
    cursor.execute(
        "SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s", [table]
    )
    present = {name for (name,) in cursor.fetchall()}
    for name in present - set(policies):
        cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
    for name in sorted(set(policies) - present):
        cursor.execute(f'CREATE POLICY {name} ON "{table}" {policies[name]}')
    if not is_secured:
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')


def _run_audit_as_owner(cursor: Any) -> None:
    """Triggers write the audit (and projections) as the owner, so that the application cannot write them itself."""
    cursor.execute(TRIGGER_FUNCTIONS)
    for (function,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
