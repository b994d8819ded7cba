"""What a verified report leaves in the records, so that every later check finds it: custody, or a pension drawn elsewhere.

Worked example: the son reports on 2024-03-12 that 张桂芳 has been in custody since 2024-03-10; 办理岗 confirms it with
法院判决书，有期徒刑三年: a custody period FIXED_TERM from 2024-03-10 with the number of the report as its source. The month's
list, 办理, determination and the check of a payment run read that period, as they read one from a list of the court.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from jubao.cases.models import Case, CaseEvent
from jubao.kernel.month import Month
from jubao.people.models import CustodyPeriod, OtherSchemeRecord
from jubao.staff.regions import pack_of

UNKNOWN = "UNKNOWN"
"""A kind that the custody table does not hold, a scheme nobody named: a person decides what follows."""
SOURCE = "情况报告 {number}"
SCHEMES = (("机关事业", "civil_pension"), ("职工", "employee_pension"), ("居民", "resident_pension"))
"""What the words of the verification call the other scheme."""


def custody_kind_in(words: str, table: dict[str, Any]) -> str:
    """The one kind of the pack's table that the words name (缓刑 is named by 有期徒刑缓刑, and that alone); else UNKNOWN."""
    named = [
        (alias, kind) for kind, row in table.items() for alias in row.get("aliases", ()) if alias in words
    ]
    longest = {
        kind for alias, kind in named if not any(alias != other and alias in other for other, _kind in named)
    }
    return longest.pop() if len(longest) == 1 else UNKNOWN


def custody_keep(case: Case, today: date) -> None:
    """A custody period from the day reported, unless one covers that day; it ends where a later one begins."""
    assert case.person_id is not None
    from_on = date.fromisoformat(case.proposal["happened_on"])
    known = CustodyPeriod.objects.filter(person_id=case.person_id)
    if known.filter(Q(until_on__isnull=True) | Q(until_on__gt=from_on), from_on__lte=from_on).exists():
        return
    later = known.filter(from_on__gt=from_on).order_by("from_on").values_list("from_on", flat=True).first()
    table = pack_of(case.division_path).setting("custody.table", today).value
    CustodyPeriod.objects.create(
        person_id=case.person_id, kind=custody_kind_in(_verified_words(case), table), from_on=from_on, until_on=later,
        source=SOURCE.format(number=case.number), case_id=case.id,
    )  # fmt: skip


def elsewhere_keep(case: Case, today: date) -> None:
    """A benefit of another scheme or place from the month reported; the same report leaves one record."""
    assert case.person_id is not None
    words = _verified_words(case)
    OtherSchemeRecord.objects.get_or_create(
        person_id=case.person_id, source_file=SOURCE.format(number=case.number), kind="benefit",
        defaults={
            "scheme": next((scheme for word, scheme in SCHEMES if word in words), "unknown"),
            "from_month": Month.containing(date.fromisoformat(case.proposal["happened_on"])).index,
            "known_on": today,
        },
    )  # fmt: skip


def _verified_words(case: Case) -> str:
    """What the officer wrote who confirmed it, and what the reporter noted."""
    event = CaseEvent.objects.filter(case=case, action="confirm").order_by("sequence").last()
    return f"{event.reason if event else ''} {case.proposal.get('note', '')}"
