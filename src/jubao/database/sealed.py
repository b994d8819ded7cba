"""What the database refuses of everybody whose personal account is sealed: money, contributions, payment, changed data (S1).

Worked example: 何秀兰's account is sealed; INSERT of a contribution, of a payment line, of interest or of a changed name raises
ACCOUNT_SEALED, whoever asks, until the approved unsealing is the case at work.

The guard fires once per statement. Where nobody is sealed it costs one look into an index that is empty.
"""

from __future__ import annotations

from collections.abc import Sequence

import pgtrigger

OPEN_SEAL = "s.kind = 'sealed' AND s.until_month IS NULL"
"""Of `benefits_paymentstatus AS s`: the seal is on; the same words as the condition of its index."""

_REOPENING = """
    SELECT 1 FROM cases_case c WHERE c.id = nullif(current_setting('app.case', true), '')::uuid
    AND c.kind = 'unsealing' AND c.outcome = 'approved'
"""


def is_sealed(enrolment: str) -> str:
    """SQL: whether the enrolment of that expression is sealed."""
    return (
        "EXISTS (SELECT 1 FROM benefits_paymentstatus AS s JOIN benefits_entitlement AS st ON st.id = s.entitlement_id"
        f" WHERE st.enrolment_id = {enrolment} AND {OPEN_SEAL})"
    )


def refuses_sealed(name: str, concerned: str, *, is_update: bool = False) -> pgtrigger.Trigger:
    """After rows are inserted, or changed: none may concern a sealed account.

    `concerned` is what follows FROM and names the new rows `changed_rows` (changed ones also as they were, `former_rows`) and the
    entitlement `t`.
    """
    wrong = (
        f"SELECT s.entitlement_id::text FROM {concerned}"
        f" JOIN benefits_paymentstatus AS s ON s.entitlement_id = t.id WHERE {OPEN_SEAL} LIMIT 1"
    )
    former = {"old": "former_rows"} if is_update else {}
    return pgtrigger.Trigger(
        name=f"not_sealed_u_{name}" if is_update else f"not_sealed_{name}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Update if is_update else pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="changed_rows", **former),
        declare=[("wrong", "text")],
        func=f"""
            IF EXISTS (SELECT 1 FROM benefits_paymentstatus AS s WHERE {OPEN_SEAL}) AND NOT EXISTS ({_REOPENING}) THEN
                EXECUTE $query${wrong}$query$ INTO wrong;
                IF wrong IS NOT NULL THEN
                    RAISE EXCEPTION 'ACCOUNT_SEALED: entitlement % is sealed and accepts only its reopening', wrong;
                END IF;
            END IF;
            RETURN NULL;
        """,
    )


def refuses_sealed_person(
    name: str, columns: Sequence[str], *, person: str = "person_id", is_inserted: bool = True
) -> list[pgtrigger.Trigger]:
    """What is known of a person whose account is sealed stays as it is: no new row, and none of these columns changed.

    `person` is the column with the key of the person. A row that is written again with the same values is no change.
    """
    owner = f"""JOIN people_enrolment AS e ON e.person_id = n.{person}
                JOIN benefits_entitlement AS t ON t.enrolment_id = e.id"""
    moved = " OR ".join(f"n.{column} IS DISTINCT FROM o.{column}" for column in columns)
    changed = (
        f"(SELECT n.* FROM changed_rows AS n JOIN former_rows AS o ON o.id = n.id WHERE {moved}) AS n {owner}"
    )
    made = [refuses_sealed(name, f"changed_rows AS n {owner}")] if is_inserted else []
    return [*made, refuses_sealed(name, changed, is_update=True)] if columns else made
