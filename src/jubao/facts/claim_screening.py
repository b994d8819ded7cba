"""The facts of the claim-free screening from the records: one row per member whose sixtieth birthday is near.

Worked example: on 2026-11-01 the rows are of those born between 1966-10-01 and 1967-02-28; 张桂芳's says contribution_months 204,
has_employee_record false, payout_account and bank as written, nothing null but those two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection

_MEMBERS = """
SELECT row_number() OVER (ORDER BY e.id) AS source_row, e.id::text AS enrolment_id, e.person_id::text AS person_id,
       e.division_path, to_char(p.birth_date, 'YYYYMMDD')::bigint AS birth_date,
       (coalesce(f.contribution_months, 0) + 12 * coalesce(c.years, 0))::bigint AS contribution_months,
       coalesce(f.has_gap, false)
           OR coalesce(c.years_before, 0) < %(year)s - coalesce(f.until_year, %(year)s) AS has_contribution_gap,
       coalesce(o.employee, false) AS has_employee_record, coalesce(o.civil, false) AS has_civil_record,
       coalesce(o.contribution, false) AS has_contribution_elsewhere, coalesce(o.benefit, false) AS has_benefit_elsewhere,
       false AS has_tax_in_transit, coalesce(o.transfer, false) AS has_transfer_in_transit, false AS has_other_in_transit,
       EXISTS (SELECT FROM people_specialgroupperiod g WHERE g.person_id = e.person_id AND g.group_code = ANY(%(groups)s)
               AND g.from_month <= %(month)s AND (g.until_month IS NULL OR g.until_month > %(month)s)) AS has_excluding_mark,
       EXISTS (SELECT FROM people_custodyperiod u WHERE u.person_id = e.person_id AND u.from_on <= %(drawn_on)s
               AND (u.until_on IS NULL OR u.until_on > %(drawn_on)s)) AS is_in_custody,
       EXISTS (SELECT FROM people_deathreport r WHERE r.person_id = e.person_id AND r.is_decisive) AS is_deceased,
       a.account_number AS payout_account_value, a.bank_name AS payout_bank_value, 'none' AS flag_state
FROM people_enrolment e
JOIN people_person p ON p.id = e.person_id
LEFT JOIN contributions_formeryears f ON f.enrolment_id = e.id
LEFT JOIN LATERAL (
    SELECT count(DISTINCT year) AS years, count(DISTINCT year) FILTER (WHERE year < %(year)s) AS years_before
    FROM contributions_contribution x WHERE x.enrolment_id = e.id AND x.is_live AND x.payer IN ('own', 'on_behalf')
) c ON true
LEFT JOIN LATERAL (
    SELECT bool_or(x.scheme = 'employee_pension') AS employee, bool_or(x.scheme = 'civil_pension') AS civil,
           bool_or(x.scheme = 'resident_pension' AND x.kind = 'contribution') AS contribution,
           bool_or(x.scheme = 'resident_pension' AND x.kind = 'benefit') AS benefit, bool_or(x.kind = 'transfer') AS transfer
    FROM people_otherschemerecord x WHERE x.person_id = e.person_id
) o ON true
LEFT JOIN people_payoutaccount a ON a.person_id = e.person_id AND a.from_on <= %(drawn_on)s
     AND (a.until_on IS NULL OR a.until_on > %(drawn_on)s)
WHERE e.ended_on IS NULL AND e.division_path LIKE %(prefix)s AND p.birth_date BETWEEN %(born_from)s AND %(born_until)s
  AND NOT EXISTS (SELECT FROM benefits_entitlement b WHERE b.enrolment_id = e.id)
ORDER BY e.id
"""


def screening_rows(
    *, prefix: str, drawn_on: date, born_from: date, born_until: date, excluding_groups: Sequence[str]
) -> pa.Table:
    """Shape: one row per live enrolment without an entitlement, born between the two days; see the module's columns."""
    given: dict[str, Any] = {
        "prefix": f"{prefix}%",
        "drawn_on": drawn_on,
        "year": drawn_on.year,
        "month": drawn_on.year * 12 + drawn_on.month - 1,
        "born_from": born_from,
        "born_until": born_until,
        "groups": list(excluding_groups),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, given)
        names = [column[0] for column in cursor.description]
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
    return pa.table(
        {name: pa.array(values, _kind(name)) for name, values in zip(names, columns, strict=True)}
    )


def _kind(name: str) -> pa.DataType:
    if name in ("source_row", "birth_date", "contribution_months"):
        return pa.int64()
    return pa.bool_() if name.startswith(("has_", "is_")) else pa.string()
