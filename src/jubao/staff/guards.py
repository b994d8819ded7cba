"""Triggers that hold the rules of grants in the database, whoever writes: three signers, one place, no forbidden pair.

Worked example: as the application role by hand, `INSERT INTO staff_grant (…, state) VALUES (…, 'active')` is refused with
GRANT_NOT_APPLIED, and approving 财务岗 for somebody who holds 受理岗 under another account with GRANT_INCOMPATIBLE.
"""

from __future__ import annotations

import pgtrigger

_IDENTITY = """
    SELECT family, levels INTO NEW.family, allowed_levels FROM staff_post WHERE code = NEW.post_id;
    SELECT natural_person_id INTO owner FROM staff_officer WHERE id = NEW.officer_id;
    IF NEW.natural_person_id IS DISTINCT FROM owner THEN
        RAISE EXCEPTION 'GRANT_WRONG_PERSON: the grant names another person than its account';
    END IF;
"""

_STEPS = """
    signer := nullif(current_setting('app.natural_person', true), '')::uuid;
    IF TG_OP = 'INSERT' AND NEW.is_founding THEN
        IF current_setting('app.command', true) IS DISTINCT FROM 'officer_found' THEN
            RAISE EXCEPTION 'GRANT_FOUNDING: founding grants are made by jubao init only';
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'applied' OR NEW.reviewed_by_id IS NOT NULL OR NEW.approved_by_id IS NOT NULL
           OR NEW.applied_by_id IS DISTINCT FROM signer OR signer IS NULL THEN
            RAISE EXCEPTION 'GRANT_NOT_APPLIED: a grant begins as the application of the person who acts';
        END IF;
    ELSE
        IF (NEW.officer_id, NEW.natural_person_id, NEW.post_id, NEW.division_path, NEW.is_founding)
           IS DISTINCT FROM (OLD.officer_id, OLD.natural_person_id, OLD.post_id, OLD.division_path, OLD.is_founding)
           OR NEW.applied_by_id IS DISTINCT FROM OLD.applied_by_id OR NEW.until_on > OLD.until_on
           OR NEW.from_on < OLD.from_on THEN
            RAISE EXCEPTION 'GRANT_FIXED: who, which post, where and how long do not change; apply for a new grant';
        END IF;
        IF (OLD.state, NEW.state) NOT IN (('applied', 'reviewed'), ('applied', 'refused'), ('reviewed', 'active'),
                                          ('reviewed', 'refused'), ('active', 'ended'))
           OR (NEW.reviewed_by_id IS DISTINCT FROM OLD.reviewed_by_id
               AND (NEW.state, NEW.reviewed_by_id) IS DISTINCT FROM ('reviewed', signer))
           OR (NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
               AND (NEW.state, NEW.approved_by_id) IS DISTINCT FROM ('active', signer)) THEN
            RAISE EXCEPTION 'GRANT_STEP: % to % is no step, or is signed for somebody else', OLD.state, NEW.state;
        END IF;
    END IF;
"""

# The pairs of the nearest pack on the way up from the place; 000000 holds what no region says.
_PAIRS = """
    IF NEW.state = 'active' THEN
        SELECT level INTO place_level FROM people_division
        WHERE path = NEW.division_path AND valid_until IS NULL;
        IF place_level IS NULL OR NOT place_level = ANY (allowed_levels) THEN
            RAISE EXCEPTION 'GRANT_LEVEL: the post % does not stand at level %', NEW.post_id, place_level;
        END IF;
        PERFORM 1 FROM staff_naturalperson WHERE id = NEW.natural_person_id FOR UPDATE;
        SELECT pair.one || ' / ' || pair.other INTO clash
        FROM staff_grant AS held, staff_incompatiblepair AS pair
        WHERE held.natural_person_id = NEW.natural_person_id AND held.state = 'active' AND held.id <> NEW.id
          AND daterange(held.from_on, held.until_on) * daterange(NEW.from_on, NEW.until_on)
              && daterange(pair.from_on, pair.until_on)
          AND pair.pack_code IN (
              SELECT coalesce((SELECT max(near.pack_code) FROM staff_incompatiblepair AS near
                               WHERE strpos('/' || place.path, '/' || near.pack_code || '/') =
                                     (SELECT max(strpos('/' || place.path, '/' || other.pack_code || '/'))
                                      FROM staff_incompatiblepair AS other)
                                 AND strpos('/' || place.path, '/' || near.pack_code || '/') > 0), '000000')
              FROM (VALUES (NEW.division_path), (held.division_path)) AS place(path))
          AND EXISTS (SELECT 1 FROM staff_postword AS mine, staff_postword AS theirs
                      WHERE mine.post_id = NEW.post_id AND theirs.post_id = held.post_id
                        AND ((mine.word = pair.one AND theirs.word = pair.other)
                             OR (mine.word = pair.other AND theirs.word = pair.one)))
        LIMIT 1;
        IF clash IS NOT NULL THEN
            RAISE EXCEPTION 'GRANT_INCOMPATIBLE: %', clash;
        END IF;
    END IF;
    RETURN NEW;
"""


def grant_guard() -> pgtrigger.Trigger:
    """A grant follows its steps, is signed by who acts, stands at a level of its post and makes no forbidden pair."""
    return pgtrigger.Trigger(
        name="guard_grant",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[
            ("allowed_levels", "text[]"),
            ("owner", "uuid"),
            ("signer", "uuid"),
            ("place_level", "text"),
            ("clash", "text"),
        ],
        func=_IDENTITY + _STEPS + _PAIRS,
    )


def officer_guard() -> pgtrigger.Trigger:
    """An account stays with its human being and keeps its name; one that acted is never deleted."""
    return pgtrigger.Trigger(
        name="guard_officer",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF TG_OP = 'DELETE' OR (NEW.natural_person_id, NEW.username)
                                   IS DISTINCT FROM (OLD.natural_person_id, OLD.username) THEN
                RAISE EXCEPTION 'OFFICER_FIXED: an account keeps its human being and its name';
            END IF;
            RETURN NEW;
        """,
    )
