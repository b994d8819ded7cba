"""每月汇总: the figures of every place frozen between the 25th and the 30th, the bulletin made from them, its publication.

Worked example: on 2024-03-25 the office presses 汇总; 22 places get their counts of 2024-03; a case completed on the 26th is in
the statistics of that day, and not in the stored figures nor in the bulletin (QJ-4-4a, QJ-4-4c).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.claim_free.models import Bulletin, Extraction, MonthSummary
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.claim_free_figures import Figures, figures_by_path, ranked, with_ranks
from jubao.forms.render import render
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.people.models import Division
from jubao.policy import load_pack
from jubao.services.cases.deadlines import OFFICE_TIME
from jubao.services.cases.kinds import level_of
from jubao.services.claim_free.month_tasks import SUMMARISE, dated_tasks
from jubao.services.claim_free.programme import require_office
from jubao.services.documents.store import document_store

FROZEN = ("extracted", "revoked", "notified", "confirmed", "in_process", "completed", "waived", "still_open")
BULLETIN = "claim_free_bulletin"


def summary_freeze(
    *, actor: Actor, district_code: str, month: int, today: date, now: datetime
) -> list[MonthSummary]:
    """Store the figures of the district, its townships and villages; asked again, the stored ones stay as they are.

    Raises CheckFailed SUMMARY_TOO_EARLY before the calendar's first day, NOTHING_EXTRACTED, DISTRICT_LEVEL_REQUIRED;
    CaseRefused PROGRAMME_OFFICE_ONLY.
    """
    with unit_of_work(actor, "month_summary_freeze"):
        stored = summaries(district_code, month)
        if stored:
            return stored
        district = _district(actor, district_code)
        require_office(actor, today)
        _check_day(district_code, month, today)
        if not Extraction.objects.filter(district_code=district_code, month=month).exists():
            raise CheckFailed(
                "NOTHING_EXTRACTED",
                _("{month} 还没有提取名单，没有可汇总的。").format(month=Month.from_index(month)),
                remedy=_("请先运行当月提取。"),
            )
        counted = _rolled_up(district, figures_by_path(district, month))
        MonthSummary.objects.bulk_create(
            MonthSummary(
                division_path=path, district_code=district_code, month=month, frozen_at=now,
                frozen_by=actor.officer_id, **values,
            )
            for path, values in sorted(counted.items())
        )  # fmt: skip
        return summaries(district_code, month)


def _district(actor: Actor, district_code: str) -> str:
    path = (
        Division.objects.filter(code=district_code, valid_until__isnull=True)
        .values_list("path", flat=True)
        .first()
    )
    if path is None or not path.startswith(actor.scope.rstrip("%")):
        raise CheckFailed(
            "DISTRICT_LEVEL_REQUIRED",
            _("汇总和通报由区县办理。"),
            remedy=_("请由区县领导小组办公室办理。"),
        )
    return str(path)


def _check_day(district_code: str, month: int, today: date) -> None:
    pack = load_pack(district_code)
    entry = next((one for one in dated_tasks(pack, Month.from_index(month)) if one.key == SUMMARISE), None)
    if entry is not None and today < entry.from_on:
        raise CheckFailed(
            "SUMMARY_TOO_EARLY",
            _("{month} 的汇总从 {day} 起办理。").format(month=Month.from_index(month), day=entry.from_on),
            remedy=_("汇总后数字不再变动，请到时再办；现在的数字见“免申即享统计”。"),
            citation=pack.cite(pack.calendar[SUMMARISE][0].clause or "")
            if pack.calendar[SUMMARISE][0].clause
            else None,
        )


def _rolled_up(district: str, rows: Sequence[Figures]) -> Mapping[str, dict[str, int]]:
    """Place → its counts: every path adds to itself and to each place above it up to the district; no place is left out."""
    places = Division.objects.filter(path__startswith=district, valid_until__isnull=True)
    counted = {path: dict.fromkeys(FROZEN, 0) for path in places.values_list("path", flat=True)}
    for row in rows:
        values = _values(row)
        for end, sign in enumerate(row.place):
            path = row.place[: end + 1]
            if sign == "/" and path.startswith(district):
                sums = counted.setdefault(path, dict.fromkeys(FROZEN, 0))
                for name, value in values.items():
                    sums[name] += value
    return counted


def _values(row: Figures) -> dict[str, int]:
    known = {name: getattr(row, name) for name in FROZEN if name != "still_open"}
    return {**known, "still_open": row.waiting + row.expired}


def summaries(district_code: str, month: int) -> list[MonthSummary]:
    """The stored figures of a district's month, in order of places; none before they are frozen."""
    return list(
        MonthSummary.objects.filter(district_code=district_code, month=month).order_by("division_path")
    )


def figures_of(summary: MonthSummary, name: str = "") -> Figures:
    """Stored figures as the statistics show them."""
    known = {field: getattr(summary, field) for field in FROZEN if field not in ("still_open", "confirmed")}
    return Figures(
        **known, waiting=summary.still_open, place=summary.division_path, name=name, month=summary.month
    )


def ranking(district_code: str, month: int) -> list[Figures]:
    """The townships of a frozen month, highest rate first (QJ-4-4c)."""
    stored = [one for one in summaries(district_code, month) if level_of(one.division_path) == "township"]
    paths = [one.division_path for one in stored]
    names = dict(
        Division.objects.filter(path__in=paths, valid_until__isnull=True).values_list("path", "name")
    )
    return ranked([figures_of(one, names.get(one.division_path, "")) for one in stored])


def bulletin_make(*, actor: Actor, district_code: str, month: int, today: date, now: datetime) -> Bulletin:
    """The bulletin of a frozen month as PDF; made once. Raises CheckFailed NOT_FROZEN, CaseRefused PROGRAMME_OFFICE_ONLY."""
    with unit_of_work(actor, "bulletin_make"):
        made = Bulletin.objects.filter(district_code=district_code, month=month).first()
        if made is not None:
            return made
        district = _district(actor, district_code)
        require_office(actor, today)
        whole = next((one for one in summaries(district_code, month) if one.division_path == district), None)
        if whole is None:
            raise CheckFailed(
                "NOT_FROZEN",
                _("{month} 还没有汇总。").format(month=Month.from_index(month)),
                remedy=_("请先汇总，再生成通报。"),
            )
        contents = bulletin_contents(district_code, month, figures_of(whole), made_on=_office_day(now))
        document = document_store(
            actor=actor, content=render("bulletin", contents), name=f"{contents['title']}.pdf",
            content_type="application/pdf", document_class=BULLETIN, district_code=district_code,
        )  # fmt: skip
        return Bulletin.objects.create(
            district_code=district_code, month=month, document=document, made_by=actor.officer_id, made_at=now
        )


def _office_day(now: datetime) -> date:
    return now.astimezone(OFFICE_TIME).date()


@in_chinese
def bulletin_contents(district_code: str, month: int, whole: Figures, *, made_on: date) -> dict[str, Any]:
    """What the bulletin says: the wording of the pack's notice, every township with its rank, rate and gap."""
    at = Month.from_index(month)
    rows = ranking(district_code, month)
    place = Division.objects.get(code=district_code, valid_until__isnull=True)
    title, opening, closing = _wording(district_code, f"{at.year}年{at.month}月", whole)
    return {
        "title": title,
        "opening": opening,
        "closing": closing,
        "made_on": made_on.isoformat(),
        "agency": place.name,
        "heads": ["名次", "镇街", "提取", "撤销标识", "其中放弃", "短信", "确认", "办结", "免申即享率", "距100%还差（人）"],
        "rows": [
            [rank, one.name, *_counts(one), one.rate_words, str(one.gap)] for rank, one in with_ranks(rows)
        ],
        "total": ["", "合计", *_counts(whole), whole.rate_words, str(whole.gap)],
        "footer": f"{place.name}　{title}",
    }  # fmt: skip


def _counts(one: Figures) -> list[str]:
    names = ("extracted", "flags_off", "waived", "notified", "confirmed", "completed")
    return [str(getattr(one, name)) for name in names]


def _wording(district_code: str, month: str, whole: Figures) -> tuple[str, str, str]:
    """Title, text above the table and below it, from the notice with its table taken out."""
    text = load_pack(district_code).notice("monthly_bulletin").words
    values = {f"{name}_count": getattr(whole, name) for name in
              ("extracted", "notified", "confirmed", "completed", "waived")} | {"revoked_count": whole.flags_off}  # fmt: skip
    filled = text.format(month=month, claim_free_rate=whole.rate_words, rows="", **values)
    lines = [one.strip() for one in filled.splitlines() if one.strip()]
    title = next(one.lstrip("# ") for one in lines if one.startswith("#"))
    words = [one for one in lines if not one.startswith(("#", "|"))]
    return title, words[0], " ".join(words[1:])


def bulletin_publish(*, actor: Actor, bulletin_id: UUID, today: date, now: datetime) -> Bulletin:
    """Let the townships see it. Raises CheckFailed BULLETIN_UNKNOWN, CaseRefused PROGRAMME_OFFICE_ONLY."""
    with unit_of_work(actor, "bulletin_publish"):
        found = Bulletin.objects.select_for_update().filter(id=bulletin_id).first()
        if found is None:
            raise CheckFailed("BULLETIN_UNKNOWN", _("没有这份通报。"), remedy=_("请刷新页面。"))
        _district(actor, found.district_code)
        require_office(actor, today)
        if found.published_at is None:
            found.published_at, found.published_by = now, actor.officer_id
            found.save(update_fields=["published_at", "published_by"])
        return found
