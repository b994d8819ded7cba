"""The judgement of a comparison: whether a record is evidence, whether somebody is subject, on which list, and why.

Worked example: as of 2024-05-31 in Chongqing a train journey of 2024-05-02 (inside the window from 2023-06-01) is USED,
so the person has life evidence; with a cremation record as well the doubts are CONFLICT and the list is to_verify.

Days are whole numbers counted from 1970-01-01 (`DAY`), so that they compare; `NO_DAY` stands for a date that no column
gives. The uses of a record are numbered: 0 counts, 1 to 9 is a hint that cannot count by itself, 10 and more is ignored.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import CODE, DAY_INDEX, TRUTH, rule, screening
from jubao.rules.vocabulary import Value, all_of, any_of, is_one_of, not_, obstacles, when

NO_DAY = -1_000_000
FOREVER = 1_000_000

USED = 0
UNCLEAR_REASON = 1
UNCLEAR_MARK = 2
UNCLEAR_SENTENCE = 3
UNCLEAR_RELATION = 4
UNCLEAR_STATUS = 5
BEFORE_BIRTH = 6
LAST_HINT = 9
AFTER_RUN = 10
SENTENCE_ENDED = 11
SENTENCE_PAYS_ON = 12
NO_DATE = 13
OUTSIDE_WINDOW = 14
UNDER_AGE = 15
CRITICAL = 16
CRITICAL_UNKNOWN = 17
OTHER_REASON = 18
NO_MARK = 19
OTHER_SCHEME = 20
OTHER_RELATION = 21
BEFORE_BENEFIT = 22
REGISTERED_ALIVE = 23
NO_RULE = 24

DEATH, MISSING, CUSTODY, OTHER_LOSS, PRESENCE = 1, 2, 3, 4, 5
"""What a record says, if it counts: the nature of the evidence."""

EXACT, NAME_MISMATCH, NAME_MISSING, FUZZY = 0, 1, 2, 3
"""How a record hangs on a person: number and name equal, name different, no name, no usable number."""

RULES_99_LIFE = Citation("yurensheban-2019-99", "第十二条")
RULES_99_LOSS = Citation("yurensheban-2019-99", "第十三条")
RULES_99_VERIFY = Citation("yurensheban-2019-99", "第十四条")
DRAFT_SUSPECT = Citation("gd-zige-renzheng-draft", "第十二条")
MINISTRY = Citation("rensheting-2018-107", "全文")
CUSTODY_LETTER = Citation("laoshetinghan-2001-44", "全文")


@rule(id="judgement.record_use", unit=CODE, source=[RULES_99_LIFE, RULES_99_LOSS, CUSTODY_LETTER])
def record_use(
    record_fault: Value,
    has_event_day: Value,
    event_day: Value,
    sentence_until_day: Value,
    as_of_day: Value,
    is_date_needed: Value,
    window_from_day: Value,
    window_until_day: Value,
) -> Value:
    """Whether a record counts, seen by itself: 0, or the number of the reason why not.

    `record_fault` is what its words say (another reason, critical illness, a sentence that pays on). A death or a
    sentence needs no window: the pack gives it one from NO_DAY to FOREVER. A sentence ended before the day of the run
    no longer counts; the last day served still does.
    """
    is_outside = any_of(event_day < window_from_day, event_day > window_until_day)
    return when(
        (record_fault > LAST_HINT, record_fault),
        (all_of(has_event_day, event_day > as_of_day), AFTER_RUN),
        (sentence_until_day < as_of_day, SENTENCE_ENDED),
        (all_of(is_date_needed, not_(has_event_day)), NO_DATE),
        (all_of(has_event_day, is_outside), OUTSIDE_WINDOW),
        otherwise=record_fault,
    )


@rule(id="judgement.is_old_enough", unit=TRUTH, source=[RULES_99_LIFE])
def is_old_enough(event_date: Value, birth_date: Value, evidence_min_age_years: Value) -> Value:
    """True when the person had reached the age the source asks for on the day of the record (dates yyyymmdd)."""
    return event_date - birth_date >= evidence_min_age_years * 10000


@rule(id="judgement.is_death_before_birth", unit=TRUTH, source=[MINISTRY])
def is_death_before_birth(record_nature: Value, event_day: Value, birth_day: Value) -> Value:
    """True for a death dated before the birth in the number: such a record proves nothing and must be asked about."""
    return all_of(record_nature == DEATH, event_day > NO_DAY, event_day < birth_day)


@rule(id="judgement.evidence_use", unit=CODE, source=[RULES_99_LIFE, RULES_99_LOSS])
def evidence_use(
    record_use: Value,
    is_source_for_scheme: Value,
    is_relation_limited: Value,
    has_benefit_kind: Value,
    benefit_kind: Value,
    source_relations: Value,
    is_marriage: Value,
    event_day: Value,
    benefit_start_day: Value,
    is_old_enough: Value,
    is_death_before_birth: Value,
) -> Value:
    """Whether a record counts against or for this person: the record's own use, then what the person's scheme says.

    Loss lists of work injury name relations (a dependent child adopted, a spouse married again): another relation is
    unaffected, an unknown one is a hint. A marriage from before the benefit began is that with the worker.
    """
    is_other_relation = all_of(has_benefit_kind, not_(is_one_of(benefit_kind, source_relations)))
    is_before_benefit = all_of(is_marriage, event_day > NO_DAY, event_day < benefit_start_day)
    return when(
        (not_(is_source_for_scheme), OTHER_SCHEME),
        (record_use > LAST_HINT, record_use),
        (all_of(is_relation_limited, is_other_relation), OTHER_RELATION),
        (all_of(is_relation_limited, is_before_benefit), BEFORE_BENEFIT),
        (not_(is_old_enough), UNDER_AGE),
        (all_of(is_relation_limited, not_(has_benefit_kind)), UNCLEAR_RELATION),
        (is_death_before_birth, BEFORE_BIRTH),
        otherwise=record_use,
    )


@screening(
    id="judgement.standing",
    codes=("SCHEME_NOT_COVERED", "PAYMENT_STATE", "EXEMPT", "NOT_YET_DUE"),
    source=[Citation("yurensheban-2019-99", "第二条、第八条、第九条"), MINISTRY],
)
def standing(
    scheme: Value,
    payment_state: Value,
    certification_schemes: Value,
    certification_subject_states: Value,
    is_certification_exempt: Value,
    is_first_duty_reached: Value,
    has_loss_sign: Value,
) -> Value:
    """Why somebody on the roster is not to be certified in this region and month; 0 for a subject.

    Being exempt or not yet due frees from the duty to certify only: it never hides a death, so with any sign of loss
    the person is judged like everybody else.
    """
    return obstacles(
        ("SCHEME_NOT_COVERED", not_(is_one_of(scheme, certification_schemes))),
        ("PAYMENT_STATE", not_(is_one_of(payment_state, certification_subject_states))),
        ("EXEMPT", all_of(is_certification_exempt, not_(has_loss_sign))),
        ("NOT_YET_DUE", all_of(not_(is_first_duty_reached), not_(has_loss_sign))),
    )


@rule(id="judgement.has_loss_sign", unit=TRUTH, source=[RULES_99_LOSS, MINISTRY])
def has_loss_sign(
    has_loss: Value,
    has_guarded_loss: Value,
    has_mismatch: Value,
    has_missing_name: Value,
    has_fuzzy: Value,
    has_unclear: Value,
    has_impossible_death: Value,
) -> Value:
    """True when anything at all says that the right may be lost, exact or not, under guard or not."""
    return any_of(
        has_loss,
        has_guarded_loss,
        has_mismatch,
        has_missing_name,
        has_fuzzy,
        has_unclear,
        has_impossible_death,
    )


DOUBTS = (
    "DUPLICATE_NUMBER", "CONFLICTING_STATUS", "CONFLICT", "NAME_MISMATCH", "NAME_MISSING", "FUZZY_LINK",
    "EVIDENCE_UNCLEAR", "DEATH_BEFORE_BIRTH", "CERTIFIED_AFTER_DEATH", "FEED_GUARD", "NO_EVIDENCE",
)  # fmt: skip


@screening(id="judgement.doubts", codes=DOUBTS, source=[RULES_99_VERIFY, DRAFT_SUSPECT, MINISTRY])
def doubts(
    is_number_shared: Value,
    is_registered_alive: Value,
    has_death: Value,
    has_life: Value,
    has_loss: Value,
    has_guarded_life: Value,
    has_guarded_loss: Value,
    has_loss_sign: Value,
    has_mismatch: Value,
    has_missing_name: Value,
    has_fuzzy: Value,
    has_unclear: Value,
    has_impossible_death: Value,
    death_day: Value,
    certified_day: Value,
) -> Value:
    """Every reason to ask before deciding; 0 when the evidence speaks for itself.

    A hint of loss that is not exact asks for verification even beside exact evidence of life. A feed under guard
    decides nothing: whoever hangs on it alone is verified.
    """
    any_life = any_of(has_life, has_guarded_life)
    any_loss = any_of(has_loss, has_guarded_loss)
    is_certified_after_death = all_of(has_death, death_day > NO_DAY, certified_day > death_day)
    is_left_to_guard = any_of(
        all_of(has_guarded_loss, not_(has_loss)),
        all_of(has_guarded_life, not_(has_life), not_(has_loss)),
    )
    return obstacles(
        ("DUPLICATE_NUMBER", is_number_shared),
        ("CONFLICTING_STATUS", all_of(is_registered_alive, has_death)),
        ("CONFLICT", all_of(any_life, any_loss)),
        ("NAME_MISMATCH", has_mismatch),
        ("NAME_MISSING", has_missing_name),
        ("FUZZY_LINK", has_fuzzy),
        ("EVIDENCE_UNCLEAR", has_unclear),
        ("DEATH_BEFORE_BIRTH", has_impossible_death),
        ("CERTIFIED_AFTER_DEATH", is_certified_after_death),
        ("FEED_GUARD", is_left_to_guard),
        ("NO_EVIDENCE", not_(any_of(any_life, has_loss_sign))),
    )


NOT_SUBJECT, TO_VERIFY, ELIGIBLE, LOST = 4, 3, 1, 2
LIST_NAMES = {ELIGIBLE: "eligible", LOST: "lost", TO_VERIFY: "to_verify", NOT_SUBJECT: "not_subject"}


@rule(id="judgement.list_code", unit=CODE, source=[RULES_99_LIFE, RULES_99_LOSS, RULES_99_VERIFY, MINISTRY])
def list_code(standing: Value, doubts: Value, has_life: Value) -> Value:
    """The one list of a person: 4 not a subject, 3 to verify, 1 eligible, 2 lost.

    Without a doubt there is evidence of exactly one side, so what is not eligible is lost.
    """
    return when((standing != 0, NOT_SUBJECT), (doubts != 0, TO_VERIFY), (has_life, ELIGIBLE), otherwise=LOST)


@rule(id="judgement.has_different_death_days", unit=TRUTH, source=[MINISTRY])
def has_different_death_days(has_death: Value, death_day: Value, last_death_day: Value) -> Value:
    """True when sources that count name different days of death; said beside the list, never decided by it."""
    return all_of(has_death, last_death_day > NO_DAY, death_day != last_death_day)


@rule(id="judgement.last_life_day", unit=DAY_INDEX, source=[Citation("yurensheban-2019-99", "第九条")])
def last_life_day(list_code: Value, life_day: Value, certified_day: Value) -> Value:
    """The day from which a certification counts: the latest evidence of an eligible person, else the roster's last.

    A certification never shortens an earlier one that reaches further (第九条“向后递延”).
    """
    latest = when((life_day > certified_day, life_day), otherwise=certified_day)
    return when((list_code == ELIGIBLE, latest), (list_code == LOST, NO_DAY), otherwise=certified_day)
