"""The query behind the claim-free screening: everything the plan's six and the guide's nine conditions ask, in one row.

Worked example: 张桂芳's row joins her years, her records in other schemes, her last answer of the card system and her flag;
`gap_years` "2015、2017" names the years without a payment since her duty began, made-up years being paid ones.
"""

from __future__ import annotations

_OPEN = "x.state IN ('', 'open')"
_RUNS = "x.state IN ('', 'normal', 'suspended')"
_EMPLOYEE = "x.scheme IN ('employee_pension', 'civil_pension')"
_CASE = "SELECT FROM cases_case k WHERE k.person_id = e.person_id AND k.is_open"
OWN_KINDS = (
    "'claim_free', 'claim_free_dispatch', 'claim_free_home_visit', 'claim_free_waiver', 'claim_rollback',"
    " 'certification_collection', 'reaching_entitlement', 'contact', 'resident_objection', 'resident_report'"
)
"""What is part of claiming a pension, or changes nothing of it, is no business in transit; a report that is being verified
is none either."""

_OTHER = f"""
    SELECT bool_or(x.scheme = 'employee_pension' AND (%(any_employee_record)s OR {_OPEN})) AS employee,
           bool_or(x.scheme = 'civil_pension' AND (%(any_employee_record)s OR {_OPEN})) AS civil,
           bool_or(x.kind = 'contribution' AND {_OPEN} AND (x.scheme = 'resident_pension' OR NOT x.is_home)) AS contribution,
           bool_or(x.kind = 'benefit' AND {_RUNS} AND (x.scheme IN ('resident_pension', 'unknown') OR NOT x.is_home)) AS benefit,
           bool_or(x.kind = 'transfer' AND {_OPEN}) AS transfer,
           bool_or(x.kind = 'benefit' AND {_RUNS} AND x.is_home AND {_EMPLOYEE}) AS city_benefit,
           bool_or(x.kind IN ('death', 'death_benefit') AND x.is_home AND {_EMPLOYEE}) AS city_death,
           bool_or(x.kind = 'contribution' AND {_OPEN} AND x.is_home AND {_EMPLOYEE}) AS city_contribution,
           bool_or(x.kind = 'death') AS death,
           bool_or(x.kind = 'death_benefit' AND NOT (x.is_home AND {_EMPLOYEE})) AS death_benefit,
           string_agg(DISTINCT nullif(x.place, ''), '、') FILTER (WHERE NOT x.is_home) AS places,
           string_agg(DISTINCT CASE WHEN x.kind = 'death' THEN x.scheme || coalesce(nullif('@' || x.place, '@'), '') END, '、')
               AS death_sources
    FROM (SELECT o.*, o.place = '' OR o.place LIKE home.word || '%%' AS is_home
          FROM people_otherschemerecord o,
               LATERAL (SELECT coalesce((SELECT left(d.name, 2) FROM people_division d
                        WHERE d.code = split_part(e.division_path, '/', 1) AND d.valid_until IS NULL), '-') AS word) home
          WHERE o.person_id = e.person_id) x
"""

_YEARS = """
    SELECT string_agg(y.year::text, '、' ORDER BY y.year) AS gaps
    FROM generate_series(
        greatest(coalesce(f.until_year, greatest(%(first_duty_year)s, extract(year FROM e.enrolled_on)::int)), 1),
        %(year)s - 1) AS y(year)
    WHERE NOT EXISTS (SELECT FROM contributions_contribution x WHERE x.enrolment_id = e.id AND x.is_live
                      AND x.payer IN ('own', 'on_behalf') AND x.year = y.year)
"""

MEMBERS = f"""
SELECT row_number() OVER (ORDER BY e.id) AS source_row, e.id::text AS enrolment_id, e.person_id::text AS person_id,
       e.division_path, to_char(p.birth_date, 'YYYYMMDD')::bigint AS birth_date,
       to_char(e.enrolled_on, 'YYYYMMDD')::bigint AS enrolled_on,
       (coalesce(f.contribution_months, 0) + 12 * coalesce(c.years, 0))::bigint AS contribution_months,
       coalesce(f.has_gap, false) OR g.gaps IS NOT NULL AS has_contribution_gap, coalesce(g.gaps, '') AS gap_years,
       coalesce(o.employee, false) AS has_employee_record, coalesce(o.civil, false) AS has_civil_record,
       coalesce(o.contribution, false) AS has_contribution_elsewhere, coalesce(o.benefit, false) AS has_benefit_elsewhere,
       coalesce(o.city_benefit, false) AS has_city_benefit, coalesce(o.city_death, false) AS has_city_death,
       coalesce(o.city_contribution, false) AS has_city_contribution,
       coalesce(o.death_benefit, false) AS has_death_benefit_elsewhere, coalesce(o.places, '') AS places_elsewhere,
       EXISTS (SELECT FROM contributions_taxrecord t WHERE t.enrolment_id = e.id AND t.is_live
               AND NOT EXISTS (SELECT FROM contributions_contribution x WHERE x.receipt_number = t.receipt_number))
           AS has_tax_in_transit,
       coalesce(o.transfer, false) OR EXISTS ({_CASE} AND k.kind LIKE '%%transfer%%') AS has_transfer_in_transit,
       w.kinds IS NOT NULL AS has_other_in_transit, coalesce(w.kinds, '') AS other_kinds,
       s.marks IS NOT NULL AS has_excluding_mark, coalesce(s.marks, '') AS excluding_marks,
       u.from_on IS NOT NULL AS is_in_custody,
       coalesce(u.from_on::text || '—' || coalesce(u.until_on::text, ''), '') AS custody_days,
       r.sources IS NOT NULL OR coalesce(o.death, false) AS is_deceased,
       concat_ws('、', r.sources, o.death_sources) AS death_sources,
       coalesce(CASE WHEN k.outcome IS NULL THEN a.account_number WHEN k.outcome = 'found' THEN k.account_number END, '')
           AS payout_account_value,
       coalesce(CASE WHEN k.outcome IS NULL THEN a.bank_name WHEN k.outcome = 'found' THEN k.bank_name END, '')
           AS payout_bank_value,
       coalesce(k.outcome, CASE WHEN a.id IS NULL THEN 'none' ELSE 'kept' END) AS card_outcome,
       coalesce(l.state, 'none') AS flag_state
FROM people_enrolment e
JOIN people_person p ON p.id = e.person_id
LEFT JOIN contributions_formeryears f ON f.enrolment_id = e.id
LEFT JOIN claim_free_flag l ON l.enrolment_id = e.id
LEFT JOIN LATERAL (
    SELECT count(DISTINCT year) AS years FROM contributions_contribution x
    WHERE x.enrolment_id = e.id AND x.is_live AND x.payer IN ('own', 'on_behalf')
) c ON true
LEFT JOIN LATERAL ({_YEARS}) g ON true
LEFT JOIN LATERAL ({_OTHER}) o ON true
LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT k.kind, '、') AS kinds FROM cases_case k
    WHERE k.person_id = e.person_id AND k.is_open AND k.kind NOT LIKE '%%transfer%%' AND k.kind NOT IN ({OWN_KINDS})
) w ON true
LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT x.group_code, '、') AS marks FROM people_specialgroupperiod x
    WHERE x.person_id = e.person_id AND x.group_code = ANY(%(groups)s) AND x.from_month <= %(month)s
      AND (x.until_month IS NULL OR x.until_month > %(month)s)
) s ON true
LEFT JOIN LATERAL (
    SELECT x.from_on, x.until_on FROM people_custodyperiod x WHERE x.person_id = e.person_id AND x.from_on <= %(drawn_on)s
      AND (x.until_on IS NULL OR x.until_on > %(drawn_on)s) LIMIT 1
) u ON true
LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT x.source, '、') AS sources FROM people_deathreport x WHERE x.person_id = e.person_id
) r ON true
LEFT JOIN LATERAL (
    SELECT x.outcome, x.account_number, x.bank_name FROM people_cardaccountcheck x WHERE x.person_id = e.person_id
    ORDER BY x.fetched_at DESC, x.id DESC LIMIT 1
) k ON true
LEFT JOIN people_payoutaccount a ON a.person_id = e.person_id AND a.from_on <= %(drawn_on)s
     AND (a.until_on IS NULL OR a.until_on > %(drawn_on)s)
WHERE e.ended_on IS NULL AND {{where}}
ORDER BY e.id
"""
"""Shape: one row per live enrolment for which `{where}` holds; nothing is null."""
