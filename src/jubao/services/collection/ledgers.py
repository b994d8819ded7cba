"""缴费明细原始台账: the township's ledger of a month, made of the entered lists, archived and unchangeable (第九条).

Worked example: May of 振兴街道 has the lists of two villages, four lines, 1 800.00: the ledger is a PDF in the archive; a line of
it cannot be changed by anybody, the database refuses LEDGER_ARCHIVED; what was wrong becomes a line of June.
"""

from __future__ import annotations

from datetime import date

from jubao.contributions.models import TownshipLedger, VillageLine
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.collection import book_sums
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Division
from jubao.services.access.log import require_post
from jubao.services.collection.citations import ARTICLE_9
from jubao.services.collection.sheets import amount, sheet_pdf
from jubao.services.documents.store import document_store
from jubao.services.people.divisions import district_of

ORDER = ("division_path", "paid_on", "voucher_number", "id")
HEADS = ("日期", "村（社区）", "姓名", "个人编号", "缴费年度", "凭证号", "金额（元）", "说明")


def township_ledger_archive(*, actor: Actor, month: int, today: date) -> TownshipLedger:
    """Archive the month of the actor's township; a repeated call answers the ledger there is.

    Raises CheckFailed MONTH_NOT_OVER, LISTS_NOT_ENTERED naming the villages, LEDGER_EMPTY.
    """
    name = Month.from_index(month)
    with unit_of_work(actor, "township_ledger_archive"):
        require_post(actor, "handler", "intake_clerk", what=_("原始台账存档"))
        path = _township(actor)
        former = TownshipLedger.objects.filter(division_path=path, month=month).first()
        if former is not None:
            return former
        if today <= name.last_day:
            raise CheckFailed("MONTH_NOT_OVER", _("{month} 还没有结束，不能存档。").format(month=name))
        _refuse_open(path, month)
        lines = VillageLine.objects.filter(
            division_path__startswith=path, month=month, is_live=True
        ).select_related("enrolment__person")
        sums = book_sums(path, month)
        number = f"{path.rstrip('/').rpartition('/')[2]}-{name}"
        document = document_store(
            actor=actor, content=_paper(actor, list(lines.order_by(*ORDER)), number, name, sums.fen, today),
            name=chinese("缴费明细原始台账 {number}.pdf").format(number=number), content_type="application/pdf",
            document_class="contribution_ledger", district_code=district_of(path), is_encrypted=True,
        )  # fmt: skip
        ledger = TownshipLedger.objects.create(
            division_path=path, district_code=district_of(path), month=month, document=document, person_count=sums.persons,
            line_count=sums.lines, amount_fen=sums.fen, archived_on=today, officer_id=actor.officer_id,
        )  # fmt: skip
        lines.update(ledger=ledger)
        return ledger


def villages_open(township_path: str, month: int) -> list[str]:
    """The villages of a township whose lines of a month are not entered yet."""
    waiting = VillageLine.objects.filter(
        division_path__startswith=township_path, month=month, is_live=True, case_id=None
    )
    paths = set(waiting.values_list("division_path", flat=True))
    return list(
        Division.objects.filter(path__in=paths, valid_until=None)
        .order_by("path")
        .values_list("name", flat=True)
    )


def _township(actor: Actor) -> str:
    found = Division.objects.filter(path=actor.scope, level="township", valid_until=None).first()
    if found is None:
        raise CheckFailed("LEVEL_REQUIRED", _("原始台账由乡镇（街道）建立。"), citation=ARTICLE_9)
    return found.path


def _refuse_open(path: str, month: int) -> None:
    waiting = villages_open(path, month)
    if waiting:
        raise CheckFailed(
            "LISTS_NOT_ENTERED", _("还有村（社区）的明细表没有录入：{names}。").format(names="、".join(waiting)),
            remedy=_("请先核对、录入。"), citation=ARTICLE_9,
        )  # fmt: skip
    if not VillageLine.objects.filter(division_path__startswith=path, month=month, is_live=True).exists():
        raise CheckFailed("LEDGER_EMPTY", _("这个月没有缴费，不用建立台账。"))


def _paper(actor: Actor, lines: list[VillageLine], number: str, month: Month, fen: int, today: date) -> bytes:
    places = Division.objects.filter(path__in={one.division_path for one in lines}, valid_until=None)
    names = dict(places.values_list("path", "name"))
    rows = [
        [
            one.paid_on.isoformat(), names.get(one.division_path, ""), one.enrolment.person.name,
            one.enrolment.person.personal_number, str(one.year), one.voucher_number, amount(one.amount_fen), one.note,
        ]
        for one in lines
    ]  # fmt: skip
    return sheet_pdf(
        actor=actor, title="城乡居民基本养老保险缴费明细原始台账", number=number,
        fields=[("月份", str(month)), ("笔数", str(len(lines))), ("合计（元）", amount(fen).lstrip("￥"))],
        heads=HEADS, rows=rows, notes=[], today=today, is_archived=True,
    )  # fmt: skip
