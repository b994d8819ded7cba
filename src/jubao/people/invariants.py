"""What must hold of people, accounts and imported files, as SQL over all rows (selfaudit).

Worked example: two people who hold one number at the same time break P1, even if somebody took the constraint away.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

INVARIANTS = (
    Invariant(
        "P3",
        "每人在本制度只有一个有效参保",
        "SELECT count(*) FROM people_enrolment",
        """SELECT 'people_enrolment', min(id::text), 'person ' || person_id FROM people_enrolment
           WHERE ended_on IS NULL GROUP BY person_id, scheme HAVING count(*) > 1""",
    ),
    Invariant(
        "P1",
        "每个号码同一时间只属于一个人",
        "SELECT count(*) FROM people_identitydocument",
        """SELECT 'people_identitydocument', a.id::text, 'also ' || b.id FROM people_identitydocument a
           JOIN people_identitydocument b ON b.number = a.number AND b.kind = a.kind AND b.id > a.id
           WHERE b.person_id <> a.person_id
             AND daterange(a.valid_from, a.valid_until) && daterange(b.valid_from, b.valid_until)""",
    ),
    Invariant(
        "P2",
        "有效参保每月恰有一种状态，归属路径与区划一致",
        "SELECT count(*) FROM people_enrolment WHERE ended_on IS NULL",
        """SELECT 'people_enrolment', e.id::text, 'path or status' FROM people_enrolment e
           JOIN people_division d ON d.id = e.division_id
           WHERE e.ended_on IS NULL AND (d.path <> e.division_path OR NOT EXISTS (
               SELECT FROM people_enrolmentstatus s WHERE s.enrolment_id = e.id AND s.until_month IS NULL))""",
    ),
    Invariant(
        "I1",
        "导入的接受加拒绝等于文件行数，每个拒绝有行号和原因",
        "SELECT count(*) FROM cases_importbatch",
        """SELECT 'cases_importbatch', b.id::text, 'rows ' || b.row_count FROM cases_importbatch b
           WHERE b.kind <> 'feed' AND (b.row_count <> b.accepted_count + b.rejected_count OR EXISTS (
               SELECT FROM cases_importrow r WHERE r.batch_id = b.id AND r.decision = 'refused'
               AND (r.problem_rule = '' OR r.source_row IS NULL)))""",
    ),
    Invariant(
        "I2",
        "同一内容只生效一次",
        "SELECT count(*) FROM cases_importbatch WHERE state IN ('staged', 'applied')",
        """SELECT 'cases_importbatch', min(id::text), file_sha256 FROM cases_importbatch WHERE state IN ('staged', 'applied')
           GROUP BY kind, source, district_code, month, file_sha256 HAVING count(*) > 1""",
    ),
)
