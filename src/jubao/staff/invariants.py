"""What must hold of officers and grants, for the nightly self-audit: one line per invariant, violations named.

Worked example: a grant made active by somebody with the owner's rights and no third signature shows up under A4 with its id.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

_ACTIVE = "SELECT count(*) FROM staff_grant WHERE state = 'active'"
_PAIRS = """
    SELECT 'staff_grant', mine.id::text, mine.post_id || ' + ' || theirs.post_id || ' (' || pair.one || '/' || pair.other || ')'
    FROM staff_grant mine JOIN staff_grant theirs
      ON theirs.natural_person_id = mine.natural_person_id AND theirs.id <> mine.id AND theirs.state = 'active'
     AND daterange(mine.from_on, mine.until_on) && daterange(theirs.from_on, theirs.until_on)
    JOIN staff_postword one ON one.post_id = mine.post_id
    JOIN staff_postword other ON other.post_id = theirs.post_id
    JOIN staff_incompatiblepair pair ON pair.one = one.word AND pair.other = other.word
     AND strpos('/' || mine.division_path, '/' || pair.pack_code || '/') > 0
     AND daterange(pair.from_on, pair.until_on)
         && (daterange(mine.from_on, mine.until_on) * daterange(theirs.from_on, theirs.until_on))
    WHERE mine.state = 'active' AND pair.pack_code = (
        SELECT near.pack_code FROM staff_incompatiblepair near
        WHERE strpos('/' || mine.division_path, '/' || near.pack_code || '/') > 0
        ORDER BY strpos('/' || mine.division_path, '/' || near.pack_code || '/') DESC LIMIT 1)
    UNION ALL
    SELECT 'staff_grant', mine.id::text, mine.family || ' + ' || theirs.family
    FROM staff_grant mine JOIN staff_grant theirs
      ON theirs.natural_person_id = mine.natural_person_id AND theirs.id > mine.id AND theirs.state = 'active'
     AND theirs.family <> mine.family
     AND daterange(mine.from_on, mine.until_on) && daterange(theirs.from_on, theirs.until_on)
    WHERE mine.state = 'active'
"""
_CHAIN = """
    SELECT 'staff_grant', id::text, 'three signers' FROM staff_grant
    WHERE state = 'active' AND NOT is_founding
      AND (applied_by_id IS NULL OR reviewed_by_id IS NULL OR approved_by_id IS NULL
           OR applied_by_id = reviewed_by_id OR applied_by_id = approved_by_id OR reviewed_by_id = approved_by_id
           OR natural_person_id IN (applied_by_id, reviewed_by_id, approved_by_id))
    UNION ALL
    SELECT 'staff_grant', g.id::text, 'another human being than the account' FROM staff_grant g
    JOIN staff_officer o ON o.id = g.officer_id WHERE o.natural_person_id <> g.natural_person_id
    UNION ALL
    SELECT 'staff_grant', g.id::text, 'family ' || g.family || ' of post ' || g.post_id FROM staff_grant g
    JOIN staff_post p ON p.code = g.post_id WHERE p.family <> g.family
    UNION ALL
    SELECT 'staff_grant', g.id::text, 'post ' || g.post_id || ' at level ' || coalesce(d.level, 'unknown')
    FROM staff_grant g JOIN staff_post p ON p.code = g.post_id
    LEFT JOIN people_division d ON d.path = g.division_path AND d.valid_until IS NULL
    WHERE g.state = 'active' AND NOT coalesce(d.level = ANY (p.levels), false)
    UNION ALL
    SELECT 'staff_ticket', id::text, 'code without leave of a second person' FROM staff_ticket
    WHERE code_digest <> '' AND NOT is_founding AND device_id IS NULL
      AND (agreed_by_id IS NULL OR agreed_by_id = asked_by_id OR agreed_by_id = natural_person_id)
"""
_USED = """
    SELECT 'cases_caseevent', e.id::text, 'no grant in force' FROM cases_caseevent e
    LEFT JOIN staff_grant g ON g.id = e.grant_id
    WHERE e.grant_id IS NOT NULL AND (g.id IS NULL OR g.natural_person_id <> e.natural_person_id
       OR (e.at AT TIME ZONE 'Asia/Shanghai')::date < g.from_on
       OR (e.at AT TIME ZONE 'Asia/Shanghai')::date >= g.until_on + (g.state = 'ended')::int)
"""

INVARIANTS = (
    Invariant("A2", "同一人不兼任不相容岗位", _ACTIVE, _PAIRS),
    Invariant("A4", "每项在用权限有完整的申请、审核、批准和止期", _ACTIVE, _CHAIN),
    Invariant(
        "A5",
        "业务由当时在岗的人办理",
        "SELECT count(*) FROM cases_caseevent WHERE grant_id IS NOT NULL",
        _USED,
    ),
)
