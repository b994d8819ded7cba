"""两人在场、留存影像: every action of a recovery names the officers present and keeps the film of it (赤峰松山 第三十条).

Worked example: 李静 and 王强 visit the son; one name alone is refused with 第三十条, and so are two names without a film. The
film is stored by its hash and kept until three years after the claim is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jubao.archive.models import Document
from jubao.database.actor import Actor
from jubao.kernel.dates import add_months
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.policy import Pack
from jubao.recovery.models import Action, Claim
from jubao.services.cases.checks import CaseRefused
from jubao.services.documents.store import document_store
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of
from jubao.staff.standings import live_grants

FOOTAGE = "recovery_footage"


@dataclass(frozen=True)
class File:
    """A file as a form hands it over."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Presence:
    """When, who (natural persons), the film where there is one, and what happened."""

    done_on: date | None
    people: Sequence[UUID]
    footage: File | None
    note: str = ""


def officers_of(division_path: str, today: date, *, posts: frozenset[str] = frozenset()) -> dict[UUID, str]:
    """The officers of a place's district (of these posts) by natural person, with their names, in order of names."""
    code = district_of(division_path)
    district = f"{division_path.partition(code)[0]}{code}/"
    rows = live_grants(today).filter(division_path__startswith=district)
    if posts:
        rows = rows.filter(post_id__in=posts)
    found = rows.values_list("natural_person_id", "natural_person__name")
    return dict(sorted(found, key=lambda one: (one[1], str(one[0]))))


def presence_record(
    *, actor: Actor, claim: Claim, kind: str, presence: Presence, today: date, is_refusal: bool = False
) -> Action:
    """Record one action inside the caller's unit of work; a refusal to sign wants two officers and a film everywhere.

    Raises CaseRefused OFFICERS_MISSING, FOOTAGE_MISSING (both at once where both are), InputRefused DAY_MISSING.
    """
    pack = pack_of(claim.division_path)
    known = officers_of(claim.division_path, today)
    people = [one for one in dict.fromkeys(presence.people) if one in known]
    if presence.done_on is None or presence.done_on > today:
        raise InputRefused("DAY_MISSING", _("没有填写日期，或日期在今天之后。"), remedy=_("请填写办理日期。"))
    presence_check(pack, len(people), presence.footage is not None, today, is_refusal=is_refusal)
    film = _stored(actor, claim, pack, presence.footage, today) if presence.footage else None
    assert actor.natural_person_id is not None
    return Action.objects.create(
        claim=claim, division_path=claim.division_path, kind=kind, done_on=presence.done_on, people=people,
        names="、".join(known[one] for one in people)[:200], footage=film, note=presence.note.strip()[:500],
        recorded_by=actor.natural_person_id,
    )  # fmt: skip


def presence_check(
    pack: Pack, officers: int, has_film: bool, today: date, *, is_refusal: bool = False
) -> None:
    """Raises CaseRefused naming everything that is missing."""
    least, film = pack.setting("recovery.min_officers", today), pack.setting("recovery.footage", today)
    needed = max(int(least.value), 2 if is_refusal else 1)
    wrong, codes = [], []
    if officers < needed:
        codes.append("OFFICERS_MISSING")
        wrong.append(_("须有 {count} 名以上工作人员在场").format(count=needed) + _source(least.citation))
    if (film.value or is_refusal) and not has_film:
        codes.append("FOOTAGE_MISSING")
        wrong.append(_("没有影像资料") + _source(film.citation))
    if wrong:
        raise CaseRefused(
            codes[0],
            _("不能保存：{wrong}。").format(wrong="；".join(wrong)),
            remedy=_("请选择在场的全部工作人员，并上传执法记录仪等的影像。"),
            citation=least.citation or film.citation,
        )


def _source(citation: object) -> str:
    return f"（{citation}）" if citation else ""


def _stored(actor: Actor, claim: Claim, pack: Pack, film: File, today: date) -> Document:
    years = int(pack.setting("recovery.footage_years", today).value)
    return document_store(
        actor=actor, content=film.content, name=film.name, content_type=film.content_type, document_class=FOOTAGE,
        case_id=claim.case_id, person_id=claim.enrolment.person_id, district_code=claim.district_code,
        retention_until=add_months(today, 12 * years), is_encrypted=True,
    )  # fmt: skip


def footage_kept(claim: Claim, closed_on: date) -> None:
    """The films of a closed claim are kept so many years from its last day."""
    years = int(pack_of(claim.division_path).setting("recovery.footage_years", closed_on).value)
    Document.objects.filter(case_id=claim.case_id, document_class=FOOTAGE).update(
        retention_until=add_months(closed_on, 12 * years)
    )
