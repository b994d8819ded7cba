"""What every table of the system shares: a key that sorts by time, and triggers that write the audit and forbid edits.

Worked example: a model with `triggers = audited("person")` puts, for every INSERT, UPDATE or DELETE (also in bulk and
by hand), one `oversight_auditevent` row per thousand rows with their ids and digests, in the same transaction. A
change outside `unit_of_work` has no command to name and is refused.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Func

ROWS_PER_EVENT = 1000
"""An audit event holds the ids and digests of at most so many rows of one statement."""


class UuidV7(Func):
    """PostgreSQL 18 makes the key, so that bulk inserts by SQL get one too."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


class Row(models.Model):
    """A row with a time-ordered UUID as its key."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)

    class Meta:
        abstract = True


def _event_sql(rows: str, operation: str) -> str:
    return f"""
        IF coalesce(current_setting('app.command', true), '') = '' THEN
            RAISE EXCEPTION 'AUDIT_NO_COMMAND: % on % outside a unit of work', TG_OP, TG_TABLE_NAME;
        END IF;
        INSERT INTO oversight_auditevent (at, officer_id, natural_person_id, grant_id, command, case_id, table_name,
                                          operation, row_ids, row_digests)
        SELECT clock_timestamp(), nullif(current_setting('app.officer', true), '')::uuid,
               nullif(current_setting('app.natural_person', true), '')::uuid,
               nullif(current_setting('app.grant', true), '')::uuid, current_setting('app.command'),
               nullif(current_setting('app.case', true), '')::uuid, TG_TABLE_NAME, '{operation}',
               array_agg(row_id ORDER BY row_id), array_agg(digest ORDER BY row_id)
        FROM (SELECT r.id::text AS row_id, sha256(convert_to(r::text, 'UTF8')) AS digest,
                     (row_number() OVER (ORDER BY r.id) - 1) / {ROWS_PER_EVENT} AS chunk
              FROM {rows} AS r) AS changed
        GROUP BY chunk;
        RETURN NULL;
    """


def audited(table: str) -> list[pgtrigger.Trigger]:
    """Triggers that write the audit event of each change; `table` names them, at most 30 characters."""
    made = []
    for operation, letter, referencing in (
        (pgtrigger.Insert, "I", pgtrigger.Referencing(new="changed_rows")),
        (pgtrigger.Update, "U", pgtrigger.Referencing(old="former_rows", new="changed_rows")),
        (pgtrigger.Delete, "D", pgtrigger.Referencing(old="changed_rows")),
    ):
        made.append(
            pgtrigger.Trigger(
                name=f"audit_{letter.lower()}_{table}",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=referencing,
                func=_event_sql("changed_rows", letter),
            )
        )
    return made


def append_only(table: str) -> list[pgtrigger.Trigger]:
    """A trigger that refuses UPDATE, DELETE and TRUNCATE, whoever asks: corrections are new rows."""
    return [
        pgtrigger.Trigger(
            name=f"append_only_{table}",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
            func="RAISE EXCEPTION 'APPEND_ONLY: % on % is refused; correct by a new row', TG_OP, TG_TABLE_NAME;",
        )
    ]
