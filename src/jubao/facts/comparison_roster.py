"""The roster of a comparison: everybody who draws a pension in a month, with what the engine needs to link and judge.

Worked example: `roster_rows("500000/500110/", 24322)` gives for 张桂芳 id_number, name, register_place 綦江区古南街道新民村,
payment_state normal, benefit_start_month 2023-09, last_certified_on 2025-11-15, and the enrolment she is known by.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from django.db import connection

_ROSTER = """
SELECT e.id::text AS enrolment_id, e.division_path, n.number AS id_number, p.name, e.scheme,
       concat(d.name, t.name, v.name) AS register_place, coalesce(t.name, '') AS township, coalesce(v.name, '') AS village,
       CASE WHEN coalesce(s.kind, 'normal') = 'normal' THEN 'normal' ELSE 'suspended' END AS payment_state,
       to_char(make_date(b.start_month / 12, b.start_month %% 12 + 1, 1), 'YYYY-MM') AS benefit_start_month,
       c.certified_on AS last_certified_on
FROM people_enrolment e
JOIN people_person p ON p.id = e.person_id
JOIN LATERAL (SELECT number FROM people_identitydocument x WHERE x.person_id = p.id AND x.valid_until IS NULL
              ORDER BY x.kind <> 'id_card', x.valid_from DESC LIMIT 1) n ON true
JOIN benefits_entitlement b ON b.enrolment_id = e.id AND b.start_month <= %(month)s
     AND (b.end_month IS NULL OR b.end_month > %(month)s)
LEFT JOIN benefits_paymentstatus s ON s.entitlement_id = b.id AND s.from_month <= %(month)s
     AND (s.until_month IS NULL OR s.until_month > %(month)s)
JOIN people_division v ON v.id = e.division_id
LEFT JOIN people_division t ON t.id = v.parent_id
LEFT JOIN people_division d ON d.id = t.parent_id
LEFT JOIN (
    SELECT x.enrolment_id, max(x.certified_on) AS certified_on
    FROM certification_certificationevent x
    LEFT JOIN comparison_evidence k ON k.id = x.evidence_id
    LEFT JOIN comparison_comparisonrun r ON r.id = k.run_id
    WHERE x.certified_on <= %(as_of)s AND (r.id IS NULL OR r.month < %(month)s)
    GROUP BY x.enrolment_id
) c ON c.enrolment_id = e.id
WHERE e.ended_on IS NULL AND e.division_path LIKE %(prefix)s
ORDER BY n.number, e.id
"""


def roster(*, prefix: str, month: int, as_of: date) -> pa.Table:
    """One row per running entitlement below `prefix`, in the order of the numbers.

    A certification that this month's own comparison brought is left out, so that comparing again gives the same list.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROSTER, {"prefix": f"{prefix}%", "month": month, "as_of": as_of})
        names = [column[0] for column in cursor.description]
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(names)
    kinds = {"last_certified_on": pa.date32()}
    return pa.table(
        {
            name: pa.array(values, kinds.get(name, pa.string()))
            for name, values in zip(names, columns, strict=True)
        }
    )
