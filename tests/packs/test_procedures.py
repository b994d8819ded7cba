"""Workflows, calendars and notices: what the texts fix stands there with its clause, what they leave open is marked.

Worked example: 綦江's claim-free month is 2 working days for the list, SMS to the 10th, confirmation 10–20, figures 25–30.
"""

from __future__ import annotations

import re

from jubao.policy.pack_files import PackFiles
from tests.packs.folders import PACKS

BY_CODE: dict[str, PackFiles] = {pack.head.code: pack for pack in PACKS}
PLACEHOLDER = re.compile(r"\{([^}]*)\}")


def days(code: str, name: str) -> tuple[int | None, int | None, int | None]:
    entry = BY_CODE[code].calendar[name][-1]
    return entry.month, entry.day_from, entry.day_until


def deadline(code: str, kind: str, step: str) -> tuple[int, str] | None:
    found = next(item for item in BY_CODE[code].workflows[kind][-1].steps if item.step == step)
    return (found.deadline.count, found.deadline.unit) if found.deadline else None


def test_the_claim_free_month_has_the_days_of_the_plan() -> None:
    assert BY_CODE["500110"].calendar["claim_free_list_verification"][0].working_days == 2
    assert days("500110", "claim_free_sms") == (None, 1, 10)
    assert days("500110", "claim_free_confirmation") == (None, 10, 20)
    assert days("500110", "claim_free_statistics") == (None, 25, 30)
    assert days("500000", "payment") == (None, 15, 20)


def test_the_yearly_dates_are_those_of_the_texts() -> None:
    assert days("150404", "certification_report") == (11, None, 30)
    assert days("360734", "certification_window_opens") == (1, 1, None)
    assert days("360734", "certification_window_closes") == (6, None, 30)
    assert days("360734", "suspension")[0] == 7


def test_the_first_cycle_of_xunwu_opens_in_april() -> None:
    first = BY_CODE["360734"].calendar["certification_window_opens"][0]

    assert (first.starts.isoformat(), str(first.ends), first.month) == ("2020-04-01", "2020-06-30", 4)


def test_the_deadlines_are_those_of_the_texts() -> None:
    assert deadline("500000", "claim_free", "review") == (5, "working_day")
    assert deadline("500000", "field_check", "verify") == (3, "month")
    assert deadline("440000", "field_check", "verify") == (0, "month_end")
    assert deadline("440000", "certification_on_site", "decide") == (1, "working_day")
    assert deadline("440000", "certification_home_visit", "enter") == (1, "working_day")
    assert deadline("440000", "external_result", "answer_abroad") == (10, "calendar_day")
    assert deadline("440000", "external_result", "answer_other") == (30, "calendar_day")
    assert deadline("360734", "suspension", "post") == (10, "calendar_day")


def test_every_clause_named_in_a_workflow_or_calendar_is_a_clause_of_a_text() -> None:
    known = {id for pack in PACKS for id in pack.coverage}
    for pack in PACKS:
        workflows = [version for versions in pack.workflows.values() for version in versions]
        named = [version.clause for version in workflows]
        named += [step.clause for version in workflows for step in version.steps]
        named += [entry.clause for entries in pack.calendar.values() for entry in entries]

        assert {clause for clause in named if clause} <= known, pack.folder.name


def test_what_no_text_says_is_marked_as_a_default() -> None:
    for pack in PACKS:
        entries = [
            item for versions in (*pack.workflows.values(), *pack.calendar.values()) for item in versions
        ]
        for entry in entries:
            assert (entry.confidence == "default") == entry.default, (pack.folder.name, entry.source)


def test_steps_of_a_workflow_are_named_once() -> None:
    for pack in PACKS:
        for kind, versions in pack.workflows.items():
            for version in versions:
                names = [step.step for step in version.steps]
                assert len(names) == len(set(names)), (pack.folder.name, kind)


def test_a_notice_has_only_named_placeholders_and_says_what_it_is_for() -> None:
    for pack in PACKS:
        for name, text in pack.notices.items():
            assert re.match(r"<!-- title: \S+; channel: [a-z_,]+; clauses: .+ -->\n", text), name
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", found) for found in PLACEHOLDER.findall(text)), name


def test_a_notice_never_carries_a_whole_number_of_a_person() -> None:
    forbidden = {"id_number", "name", "account_number", "card_number"}
    for pack in PACKS:
        for name, text in pack.notices.items():
            assert forbidden.isdisjoint(PLACEHOLDER.findall(text)), (pack.folder.name, name)


def test_a_village_posting_names_no_amount() -> None:
    for pack in PACKS:
        for name, text in pack.notices.items():
            if "channel: village_posting" in text:
                assert not any("amount" in found for found in PLACEHOLDER.findall(text)), (
                    pack.folder.name,
                    name,
                )


def test_the_clauses_a_notice_answers_are_clauses_of_a_text() -> None:
    known = {id for pack in PACKS for id in pack.coverage}
    for pack in PACKS:
        for name, text in pack.notices.items():
            for clause in re.findall(r"\b(?:QJ|CQ|GD|SS|XW)-[A-Za-z0-9.-]+", text):
                assert clause in known, (pack.folder.name, name, clause)
