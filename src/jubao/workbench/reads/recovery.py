"""Claims of a place for the list of 待遇追缴: who owes, since when, how much is back, what is overdue.

Worked example: the list of 松山 has 3 claims of 1989.06; 1300.00 were cleared, 500.00 came back, 189.06 are owed; one is overdue.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from jubao.database.actor import Actor
from jubao.recovery.models import Action, Claim, Instalment
from jubao.services.cases.kinds import table
from jubao.services.recovery.kind import OWED, RECOVERY
from jubao.staff.regions import pack_of

SHOWS = (("open", "在办"), ("overdue", "逾期未退"), ("bureau", "已移交"), ("closed", "已办结"), ("", "全部"))


def claims_of(scope: str) -> QuerySet[Claim]:
    """Every claim below a place with its case and person."""
    found = Claim.objects.filter(division_path__startswith=scope).select_related("case", "enrolment__person")
    return found.annotate(owed_fen=F("amount_fen") - F("cleared_fen") - F("returned_fen"))


def shown(rows: QuerySet[Claim], show: str, today: date) -> QuerySet[Claim]:
    """The claims of one tab."""
    if show == "overdue":
        return overdue(rows, today)
    if show == "bureau":
        return rows.filter(case__state="referred")
    if show in ("open", "closed"):
        return rows.filter(is_open=show == "open")
    return rows


def overdue(rows: QuerySet[Claim], today: date) -> QuerySet[Claim]:
    """Past the day of the notice, or behind the agreed parts, and not handed over yet."""
    plan = Instalment.objects.filter(claim=OuterRef("pk"), is_live=True)
    ahead = plan.filter(due_on__gte=today).order_by().values("claim")
    still = Coalesce(
        ahead.annotate(fen=Sum("amount_fen")).values("fen")[:1], Value(0), output_field=BigIntegerField()
    )
    behind = Q(has_plan=True, owed_fen__gt=F("still_fen")) | Q(
        has_plan=False, due_on__lt=today, owed_fen__gt=0
    )
    known = rows.annotate(has_plan=Exists(plan), still_fen=still)
    return known.filter(behind, is_open=True).exclude(case__state="referred")


def sums(rows: QuerySet[Claim]) -> dict[str, int]:
    """Count, amount, cleared, returned and owed of the rows."""
    found = rows.order_by().aggregate(
        count=Count("pk"), amount=Sum("amount_fen"), cleared=Sum("cleared_fen"), returned=Sum("returned_fen")
    )
    known = {name: int(value or 0) for name, value in found.items()}
    return known | {"left": known["amount"] - known["cleared"] - known["returned"]}


def may(actor: Actor, claim: Claim, today: date) -> dict[str, bool]:
    """What the officer's post may do to a claim as it stands; the services check it again."""
    rows = table(RECOVERY, pack_of(claim.division_path), today)
    posts, state = actor.posts, claim.case.state
    steps = {row.action: bool(posts & row.posts) for row in rows if row.from_state == state}
    money = state in OWED
    return {
        "find": steps.get("find", False), "hand_up": steps.get("hand_up", False),
        "notify": steps.get("notify", False) and claim.left_fen > 0, "deliver": steps.get("deliver", False),
        "refer": steps.get("refer", False), "write_off": steps.get("write_off", False) and claim.left_fen == 0,
        "register": money and claim.left_fen > 0 and bool(posts & {"field_worker", "intake_clerk", "handler", "finance_officer"}),
        "book": money and "finance_officer" in posts,
        "plan": money and claim.left_fen > 0 and "handler" in posts, "assign": claim.is_open and "handler" in posts,
        "contact": claim.is_open and bool(posts & {"field_worker", "intake_clerk", "handler"}),
    }  # fmt: skip


def district_path(claim: Claim) -> str:
    """The path of the district that claims."""
    return f"{claim.division_path.partition(claim.district_code)[0]}{claim.district_code}/"


def months_of(claim: Claim) -> list[dict[str, Any]]:
    """The months as the case has them."""
    return list(claim.case.proposal.get("claimed", []))


def actions_of(claim: Claim) -> QuerySet[Action]:
    """What was done, the last first."""
    return claim.actions.select_related("footage").order_by("-done_on", "-id")
