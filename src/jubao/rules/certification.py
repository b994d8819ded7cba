"""资格认证: from when somebody must be certified, and until when a certification holds, by the region's kind of period.

Worked example: rolling over 12 months, certified on 2024-08-01, holds until 2025-08-01 inclusive; counted by
month (Guangdong) a pass on 2024-06-12 holds until 2025-06-30; in a fixed window from January to June a pass on
2021-03-01 holds until 2022-06-30. Dates are `yyyymmdd`, months are indexes (`calendar_words`).
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.calendar_words import add_months, first_day, last_day, month_of, year_of, year_of_month
from jubao.rules.registry import TRUTH, rule
from jubao.rules.vocabulary import Value, all_of, any_of, is_one_of, not_, when

DATE = "date_number"
RULES_99 = Citation("yurensheban-2019-99", "第八条、第九条")
MINISTRY = Citation("rensheting-2018-107", "全文")


@rule(id="certification.first_duty_date", unit=DATE, source=[RULES_99])
def certification_first_duty_date(certification_first_due: Value, benefit_start_month: Value) -> Value:
    """The first day on which somebody must be certified.

    `certification_first_due` is the pack's cert.first_due: `year_after_first_benefit` counts from 1 January of the
    year after the first benefit month, `month_after_claim_approval` from the month after it.
    """
    january = first_day((year_of_month(benefit_start_month) + 1) * 12)
    next_month = first_day(benefit_start_month + 1)
    return when((certification_first_due == "month_after_claim_approval", next_month), otherwise=january)


@rule(id="certification.first_due_date", unit=DATE, source=[RULES_99])
def certification_first_due_date(
    certification_first_due: Value,
    certification_period_kind: Value,
    benefit_start_month: Value,
    certification_cycle_months: Value,
    certification_window_last_month: Value,
) -> Value:
    """The last day for the first certification: the end of the first period of duty.

    `certification_window_last_month` is the calendar month (1-12) in which the fixed window ends.
    """
    january = (year_of_month(benefit_start_month) + 1) * 12
    return when(
        (certification_first_due == "month_after_claim_approval", last_day(benefit_start_month + certification_cycle_months)),
        (certification_period_kind == "window", last_day(january + certification_window_last_month - 1)),
        otherwise=last_day(january + 11),
    )  # fmt: skip


@rule(id="certification.certified_until", unit=DATE, source=[RULES_99, MINISTRY])
def certified_until(
    certification_period_kind: Value,
    certified_on: Value,
    certification_cycle_months: Value,
    certification_window_last_month: Value,
) -> Value:
    """The last day on which a certification of `certified_on` still counts.

    rolling: the same day after the cycle; rolling_by_month: the end of the last month of a cycle that begins in
    the month after; calendar_year: 31 December; window: the end of next year's window, because a pass in any
    month of a year answers for that year's window.
    """
    next_window = last_day((year_of(certified_on) + 1) * 12 + certification_window_last_month - 1)
    return when(
        (certification_period_kind == "rolling", add_months(certified_on, certification_cycle_months)),
        (certification_period_kind == "rolling_by_month", last_day(month_of(certified_on) + certification_cycle_months)),
        (certification_period_kind == "calendar_year", last_day(year_of(certified_on) * 12 + 11)),
        otherwise=next_window,
    )  # fmt: skip


@rule(id="certification.due_date", unit=DATE, source=[RULES_99])
def certification_due_date(
    has_certification: Value, certified_until: Value, certification_first_due_date: Value
) -> Value:
    """The last day for the next certification; one pass never shortens a duty that ended later."""
    later = when(
        (certified_until < certification_first_due_date, certification_first_due_date),
        otherwise=certified_until,
    )
    return when((has_certification, later), otherwise=certification_first_due_date)


@rule(id="certification.is_overdue", unit=TRUTH, source=[RULES_99])
def is_certification_overdue(certification_due_date: Value, as_of: Value) -> Value:
    """True from the day after the last day for certification."""
    return as_of > certification_due_date


@rule(id="certification.is_exempt", unit=TRUTH, source=[RULES_99])
def is_certification_exempt(
    scheme: Value,
    benefit_kind: Value,
    birth_date: Value,
    as_of: Value,
    dependant_benefit_kinds: Value,
    dependant_exempt_below_age: Value,
) -> Value:
    """Dependants of a worker who died by injury need no certification until the day before the birthday named.

    An age of 0 in the pack means that the region knows no such exemption.
    """
    is_dependant = all_of(
        scheme == "injury_long_term_benefit", is_one_of(benefit_kind, dependant_benefit_kinds)
    )
    return all_of(is_dependant, as_of < add_months(birth_date, dependant_exempt_below_age * 12))


@rule(id="certification.is_subject", unit=TRUTH, source=[RULES_99])
def is_certification_subject(
    scheme: Value,
    payment_state: Value,
    certification_schemes: Value,
    certification_subject_states: Value,
    is_certification_exempt: Value,
    is_first_duty_reached: Value,
) -> Value:
    """Who must be certified: scheme covered, payment state named by the pack, not exempt, duty begun."""
    return all_of(
        is_one_of(scheme, certification_schemes),
        is_one_of(payment_state, certification_subject_states),
        not_(is_certification_exempt),
        is_first_duty_reached,
    )


@rule(id="certification.is_first_duty_reached", unit=TRUTH, source=[RULES_99])
def is_first_duty_reached(
    has_benefit_start_month: Value, certification_first_duty_date: Value, as_of: Value
) -> Value:
    """True once the first day of duty has come; a roster that names no first benefit month counts as reached."""
    return any_of(not_(has_benefit_start_month), as_of >= certification_first_duty_date)


@rule(id="certification.may_suspend", unit=TRUTH, source=[Citation("yurensheban-2019-99", "第九条")])
def may_suspend_for_missing_certification(
    is_certification_overdue: Value, failed_contact_means: Value, contact_means_before_suspension: Value
) -> Value:
    """Suspension needs the period expired and as many different contact means failed as the pack asks for."""
    return all_of(is_certification_overdue, failed_contact_means >= contact_means_before_suspension)


@rule(
    id="certification.field_check_due_date", unit=DATE, source=[Citation("yurensheban-2019-99", "第二十条")]
)
def field_check_due_date(
    field_due_kind: Value, received_on: Value, field_due_months: Value, window_due_date: Value
) -> Value:
    """The last day for checking somebody on the to-verify list, from the day the list was received.

    same_month: the end of that month; months_after: so many months on, clipped; window: the day the pack names.
    """
    return when(
        (field_due_kind == "same_month", last_day(month_of(received_on))),
        (field_due_kind == "months_after", add_months(received_on, field_due_months)),
        otherwise=window_due_date,
    )
