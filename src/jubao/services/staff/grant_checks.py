"""What stands against a grant, said before it is signed: incompatible posts and the rotation of high-risk posts.

Worked example: 王志强 is 办理岗 (待遇核定) and somebody applies that he be 认证岗 too: refused with the pack's clause; 复核岗
since 2022-01-01 in a region that rotates after 24 months is on the list of overdue holders on 2024-02-01.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jubao.kernel.dates import add_months
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.policy.pack import Pack
from jubao.staff.models import Grant
from jubao.staff.posts import POSTS
from jubao.staff.regions import pack_of

MONTHS_OF = {"month": 1, "year": 12}


def require_compatible(
    natural_person_id: UUID, post: str, division_path: str, from_on: date, until_on: date
) -> None:
    """Raises CheckFailed GRANT_INCOMPATIBLE or FAMILIES_EXCLUDE naming the post already held, over all accounts."""
    held = Grant.objects.filter(
        natural_person_id=natural_person_id,
        state=Grant.State.ACTIVE,
        from_on__lt=until_on,
        until_on__gt=from_on,
    )
    wanted = POSTS[post]
    for grant in held.select_related("officer"):
        other = POSTS[grant.post_id]
        where = _("{post}（账号 {account}，至 {until}）").format(
            post=other.name, account=grant.officer.username, until=grant.until_on
        )
        if other.family != wanted.family:
            message = _("同一人已任{held}，不得再任{post}：业务、财务、数据、稽核、系统岗位不得互相兼任。")
            raise CheckFailed(
                "FAMILIES_EXCLUDE",
                message.format(held=where, post=wanted.name),
                remedy=_("请由其他人担任，或先收回原岗位。"),
            )
        for pack in (pack_of(division_path), pack_of(grant.division_path)):
            _require_no_pair(pack, post, grant.post_id, where, max(from_on, grant.from_on))


def _require_no_pair(pack: Pack, post: str, held: str, where: str, on: date) -> None:
    setting = pack.find_setting("posts.incompatible", on)
    for pair in setting.value if setting else ():
        if are_incompatible(POSTS[post].words, POSTS[held].words, pair["one"], pair["other"]):
            message = _("同一人已任{held}，不得再任{post}：{one}与{other}是不相容岗位。")
            raise CheckFailed(
                "GRANT_INCOMPATIBLE",
                message.format(held=where, post=POSTS[post].name, one=pair["one"], other=pair["other"]),
                remedy=_("请由其他人担任，或先收回原岗位。"),
                citation=setting.citation if setting and setting.clause else None,
            )


def are_incompatible(mine: Iterable[str], theirs: Iterable[str], one: str, other: str) -> bool:
    """Whether the words of two posts meet both sides of a pair."""
    first, second = frozenset(mine), frozenset(theirs)
    return (one in first and other in second) or (other in first and one in second)


def rotation_months(pack: Pack, on: date) -> int | None:
    """After how many months a high-risk post changes hands; None where the pack sets no term."""
    setting = pack.find_setting("posts.rotation", on)
    if setting is None or setting.value == "none":
        return None
    return int(setting.value["count"]) * MONTHS_OF[setting.value["unit"]]


def require_rotation(
    natural_person_id: UUID, post: str, division_path: str, from_on: date, until_on: date
) -> None:
    """Raises CheckFailed ROTATION_LIMIT when a high-risk post would be held without a break beyond the pack's term."""
    months = rotation_months(pack_of(division_path), from_on) if POSTS[post].is_high_risk else None
    if months is None:
        return
    since = held_since(natural_person_id, post, from_on)
    last = add_months(since, months)
    if until_on > last:
        message = _("{post}是高风险岗位，自 {since} 起连续任职，最长到 {last}。").format(
            post=POSTS[post].name, since=since, last=last
        )
        raise CheckFailed("ROTATION_LIMIT", message, remedy=_("请轮岗，或缩短期限。"))


def held_since(natural_person_id: UUID, post: str, before: date) -> date:
    """The first day of the unbroken time in a post that reaches up to `before` (itself when there is none)."""
    since = before
    grants = Grant.objects.filter(
        natural_person_id=natural_person_id,
        post_id=post,
        state__in=(Grant.State.ACTIVE, Grant.State.ENDED),
        from_on__lt=before,
    )
    for from_on, until_on in grants.order_by("-until_on").values_list("from_on", "until_on"):
        if until_on < since:
            break
        since = min(since, from_on)
    return since


@dataclass(frozen=True)
class Overdue:
    """A holder of a high-risk post beyond the term of rotation."""

    name: str
    username: str
    post: str
    division_path: str
    since: date
    due_on: date


def rotation_overdue(*, scope: str, today: date, pack: Pack | None = None) -> list[Overdue]:
    """Holders under a place who should have been rotated by today, by the pack of their place (or the one given)."""
    found = []
    grants = Grant.objects.filter(
        division_path__startswith=scope, state=Grant.State.ACTIVE, from_on__lte=today, until_on__gt=today
    ).select_related("officer", "natural_person")
    for grant in grants:
        months = rotation_months(pack or pack_of(grant.division_path), today)
        if months is None or not POSTS[grant.post_id].is_high_risk:
            continue
        since = held_since(grant.natural_person_id, grant.post_id, grant.until_on)
        due_on = add_months(since, months)
        if due_on <= today:
            found.append(
                Overdue(
                    grant.natural_person.name,
                    grant.officer.username,
                    grant.post_id,
                    grant.division_path,
                    since,
                    due_on,
                )
            )
    return sorted(found, key=lambda each: each.due_on)
