"""The queries behind the columns of a filled spreadsheet: one row per person of the table `asked`, all set-wise.

Worked example: STATE gives for somebody suspended since 2026-07 (drawing, '', 24323, suspended, NOT_CERTIFIED, 24318,
the legal basis, the day decided). Parameters: `month` is an index, `on` the day of the data.
"""

from __future__ import annotations

STATE = """
    SELECT a.person_id, s.kind, s.reason, s.from_month, p.kind, p.reason, p.from_month, p.legal_basis,
           coalesce(c.closed_at, p.recorded_at)::date
    FROM asked a
    LEFT JOIN people_enrolmentstatus s ON s.enrolment_id = a.enrolment_id AND s.from_month <= %(month)s
         AND (s.until_month IS NULL OR s.until_month > %(month)s)
    LEFT JOIN benefits_paymentstatus p ON p.entitlement_id = a.entitlement_id AND p.from_month <= %(month)s
         AND (p.until_month IS NULL OR p.until_month > %(month)s)
    LEFT JOIN cases_case c ON c.id = coalesce(p.case_id, s.case_id)"""

NAME = "SELECT a.person_id, p.name FROM asked a JOIN people_person p ON p.id = a.person_id"

PLACE = """
    SELECT a.person_id, coalesce(t.name, ''), coalesce(v.name, '')
    FROM asked a
    LEFT JOIN LATERAL (SELECT name FROM people_division d WHERE d.level = 'village' AND d.path = a.division_path
                       ORDER BY d.valid_until DESC NULLS FIRST LIMIT 1) AS v ON true
    LEFT JOIN LATERAL (SELECT name FROM people_division d WHERE d.level = 'township'
                       AND d.path = substring(a.division_path FROM '^.*?/[0-9]{9}/')
                       ORDER BY d.valid_until DESC NULLS FIRST LIMIT 1) AS t ON true"""

STOP = """
    SELECT a.person_id, last.kind, last.reason, last.from_month, last.basis, last.decided_on
    FROM asked a
    JOIN LATERAL (
        SELECT * FROM (
            SELECT p.kind, p.reason, p.from_month, p.legal_basis AS basis,
                   coalesce(c.closed_at, p.recorded_at)::date AS decided_on
            FROM benefits_entitlement t JOIN benefits_paymentstatus p ON p.entitlement_id = t.id
            LEFT JOIN cases_case c ON c.id = p.case_id
            WHERE t.enrolment_id = a.enrolment_id AND p.kind <> 'normal'
            UNION ALL
            SELECT s.kind, s.reason, s.from_month, '', c.closed_at::date
            FROM people_enrolmentstatus s LEFT JOIN cases_case c ON c.id = s.case_id
            WHERE s.enrolment_id = a.enrolment_id AND s.kind IN ('paused', 'ended')
        ) AS every ORDER BY every.decided_on DESC NULLS LAST, every.from_month DESC LIMIT 1
    ) AS last ON true"""

ACCOUNT = """
    SELECT a.person_id, coalesce(b.bank_name, ''), coalesce(b.account_number, ''), b.is_social_security_card, b.from_on
    FROM asked a
    LEFT JOIN people_payoutaccount b ON b.person_id = a.person_id AND b.from_on <= %(on)s
         AND (b.until_on IS NULL OR b.until_on > %(on)s)"""

CERTIFICATION = """
    SELECT a.person_id, last.channel, last.certified_on, last.recorded_at::date
    FROM asked a
    JOIN LATERAL (SELECT channel, certified_on, recorded_at FROM certification_certificationevent e
                  WHERE e.enrolment_id = a.enrolment_id AND e.certified_on <= %(on)s
                  ORDER BY e.certified_on DESC, e.id DESC LIMIT 1) AS last ON true"""

AMOUNTS = """
    SELECT a.person_id, a.start_month, d.monthly_pension_fen, d.base_pension_fen, d.account_pension_fen
    FROM asked a
    JOIN LATERAL (SELECT * FROM benefits_determination x WHERE x.entitlement_id = a.entitlement_id
                  AND x.month <= greatest(%(month)s, a.start_month) ORDER BY x.sequence DESC LIMIT 1) AS d ON true"""

CONTRIBUTIONS = """
    SELECT a.person_id, coalesce(array_agg(DISTINCT c.year ORDER BY c.year) FILTER (WHERE c.year IS NOT NULL), '{}'),
           coalesce(sum(c.amount_fen) FILTER (WHERE c.payer = 'own'), 0)::bigint,
           coalesce(max(f.contribution_months), 0)
    FROM asked a
    LEFT JOIN contributions_contribution c ON c.enrolment_id = a.enrolment_id AND c.is_live
    LEFT JOIN contributions_formeryears f ON f.enrolment_id = a.enrolment_id
    GROUP BY a.person_id"""

PAID = """
    SELECT a.person_id, paid.until, paid.total, returned.words
    FROM asked a
    LEFT JOIN LATERAL (
        SELECT max(l.benefit_month) FILTER (WHERE l.kind IN ('monthly', 'back_pay', 'repayment')) AS until,
               sum(l.amount_fen)::bigint AS total
        FROM payments_paymentline l JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last
        WHERE l.enrolment_id = a.enrolment_id AND o.state = 'paid') AS paid ON true
    LEFT JOIN LATERAL (
        SELECT l.benefit_month::text || ' ' || o.bank_reason AS words
        FROM payments_paymentline l JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last
        WHERE l.enrolment_id = a.enrolment_id AND o.state = 'returned'
        ORDER BY o.answered_on DESC, l.benefit_month DESC LIMIT 1) AS returned ON true"""

BACK_PAY = """
    SELECT a.person_id, array_agg(l.benefit_month ORDER BY l.benefit_month),
           array_agg(l.amount_fen ORDER BY l.benefit_month),
           array_agg(DISTINCT l.cause) FILTER (WHERE l.cause <> '')
    FROM asked a JOIN payments_paymentline l ON l.enrolment_id = a.enrolment_id AND l.is_live
    WHERE l.kind IN ('back_pay', 'difference')
    GROUP BY a.person_id"""

GROUPS_NOW = """
    SELECT a.person_id, e.participation_identity,
           coalesce(array_agg(DISTINCT g.group_code) FILTER (WHERE g.group_code IS NOT NULL), '{}')
    FROM asked a JOIN people_enrolment e ON e.id = a.enrolment_id
    LEFT JOIN people_specialgroupperiod g ON g.person_id = a.person_id AND g.from_month <= %(month)s
         AND (g.until_month IS NULL OR g.until_month > %(month)s)
    GROUP BY a.person_id, e.participation_identity"""

DEATHS = """
    SELECT a.person_id, min(r.died_on), (array_agg(r.source ORDER BY r.died_on, r.id))[1],
           min(r.died_on) FILTER (WHERE r.is_decisive)
    FROM asked a JOIN people_deathreport r ON r.person_id = a.person_id
    GROUP BY a.person_id"""

OTHER_SCHEMES = """
    SELECT a.person_id, string_agg(DISTINCT concat_ws(' ', o.scheme, o.kind, o.place), '；')
    FROM asked a JOIN people_otherschemerecord o ON o.person_id = a.person_id
    GROUP BY a.person_id"""

PHONE = """
    SELECT a.person_id, string_agg(DISTINCT f.number, '、')
    FROM asked a JOIN people_phone f ON f.person_id = a.person_id AND f.until_on IS NULL
    GROUP BY a.person_id"""
