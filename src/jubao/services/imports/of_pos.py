"""Import of what the POS terminals recorded: person, year, tier, amount, terminal and time, one row per payment.

Worked example: POS-0001, 2024-05-06 09:30, 王秀兰, 2024, 500.00, voucher 000017: `new`; the same voucher of the terminal again:
`same`; a terminal that no village has: refused TERMINAL_WITHOUT_VILLAGE. The account is credited from the tax list alone
(第十三条); what is imported here is the side of the villages.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from jubao.cases.models import ImportBatch
from jubao.contributions.models import PosTransaction, VillageLine
from jubao.database.actor import Actor
from jubao.kernel.text import _, chinese
from jubao.services.imports.cases import ImportRefused
from jubao.services.imports.kinds import ImportColumn, ImportKind, register_import
from jubao.services.imports.staging import Staging

COLUMNS = (
    ImportColumn("terminal", "number", is_required=True, may_be_blank=False,
                 headers=("终端号", "终端编号", "POS终端号", "机具编号", "terminal")),
    ImportColumn("voucher", "number", is_required=True, may_be_blank=False,
                 headers=("凭证号", "流水号", "参考号", "交易流水号", "voucher")),
    ImportColumn("id_number", "identity", is_required=True, may_be_blank=False),
    ImportColumn("name", "name"),
    ImportColumn("contribution_year", "number", is_required=True, may_be_blank=False,
                 headers=("缴费年度", "年度", "费款所属年度", "contribution_year")),
    ImportColumn("tier", "fen", headers=("缴费档次", "档次", "tier")),
    ImportColumn("amount", "fen", is_required=True, may_be_blank=False, headers=("缴费金额", "交易金额", "金额")),
    ImportColumn("paid_on", "date", is_required=True, may_be_blank=False, headers=("交易日期", "缴费日期", "paid_on")),
    ImportColumn("paid_time", "number", is_required=True, may_be_blank=False, headers=("交易时间", "缴费时间", "paid_time")),
    ImportColumn("means", "word", headers=("缴费方式", "支付方式", "means")),
)  # fmt: skip
WORDS = {"means": {"pos": ("POS机", "pos机", "POS", "pos", "刷卡", "扫码"), "cash": ("现金",)}}
REMEDIES = {
    "YEAR_UNREADABLE": "缴费年度读不出来。请写成 2025 的样子。",
    "TIME_UNREADABLE": "交易时间读不出来。请写成 09:30 或 09:30:15 的样子。",
    "PAID_IN_FUTURE": "交易日期在今天之后。请核对日期。",
    "AMOUNT_NOT_POSITIVE": "金额须大于零。撤销的交易请从文件中删去。",
    "NOT_BY_POS": "村（社区）收费只能通过POS机，不得收取现金（第八条）。请核实这笔款。",
    "TERMINAL_UNKNOWN": "没有登记这台在用的终端。请先登记终端。",
    "TERMINAL_WITHOUT_VILLAGE": "这台终端没有配给任何村（社区）。请先指定它的村。",
    "VOUCHER_TAKEN": "这台终端的这个凭证号已经导入，内容不同。请核对凭证号和金额。",
}
_TERMINAL = (
    "SELECT {what} FROM contributions_posterminal AS k"
    " WHERE k.number = s.terminal AND k.until_on IS NULL AND k.district_code = %(district)s"
)
_SAME = (
    "FROM contributions_postransaction AS t JOIN contributions_posterminal AS k ON k.id = t.terminal_id"
    " WHERE t.is_live AND k.number = s.terminal AND t.voucher_number = s.voucher"
)
_CONTENT = "t.enrolment_id = s.enrolment_id AND t.year = left(s.contribution_year, 4)::int AND t.amount_fen = s.amount"
_APPLY = """
    INSERT INTO contributions_postransaction (terminal_id, division_path, enrolment_id, year, tier_fen, amount_fen, paid_at,
        month, voucher_number, import_batch_id, source_row, is_live)
    SELECT k.id, k.division_path, r.enrolment, r.year, r.tier, r.amount, (r.day + r.clock) AT TIME ZONE 'Asia/Shanghai',
           extract(year FROM r.day)::int * 12 + extract(month FROM r.day)::int - 1, r.voucher, %(batch)s, r.source_row, true
    FROM (SELECT source_row, values->>'terminal' AS terminal, values->>'voucher' AS voucher,
                 (values->>'enrolment_id')::uuid AS enrolment, left(values->>'contribution_year', 4)::int AS year,
                 coalesce((values->>'tier')::bigint, (values->>'amount')::bigint) AS tier,
                 (values->>'amount')::bigint AS amount, (values->>'paid_on')::date AS day,
                 (values->>'paid_time')::time AS clock
          FROM cases_importrow WHERE batch_id = %(batch)s AND decision = 'new') AS r
    JOIN contributions_posterminal AS k ON k.number = r.terminal AND k.until_on IS NULL AND k.has_village
         AND k.district_code = %(district)s
"""


def judge(*, context: Staging) -> None:
    """Refuse what no terminal of a village can have recorded; a voucher imported before with the same content is the same."""
    about = {"district": context.district_code, "today": context.today}
    context.refuse(
        "contribution_year", "YEAR_UNREADABLE", "s.contribution_year !~ '^(19|20)[0-9]{2}(年|年度)?$'"
    )
    context.refuse(
        "paid_time", "TIME_UNREADABLE", "s.paid_time !~ '^([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$'"
    )
    context.refuse("paid_on", "PAID_IN_FUTURE", "s.paid_on > %(today)s", about)
    context.refuse("amount", "AMOUNT_NOT_POSITIVE", "s.amount <= 0")
    context.refuse("means", "NOT_BY_POS", "s.means IS NOT NULL AND s.means <> 'pos'")
    context.refuse_unknown()
    context.refuse("terminal", "TERMINAL_UNKNOWN", f"NOT EXISTS ({_TERMINAL.format(what='1')})", about)
    context.refuse(
        "terminal",
        "TERMINAL_WITHOUT_VILLAGE",
        f"NOT EXISTS ({_TERMINAL.format(what='1')} AND k.has_village)",
        about,
    )
    context.refuse_doubles()
    context.execute(
        f"UPDATE staged AS s SET decision = 'same', target_id = (SELECT t.id {_SAME})"
        f" WHERE s.decision IS NULL AND EXISTS (SELECT 1 {_SAME} AND {_CONTENT})"
    )
    context.refuse("voucher", "VOUCHER_TAKEN", f"EXISTS (SELECT 1 {_SAME})")
    context.execute("UPDATE staged SET decision = 'new' WHERE decision IS NULL")


def apply_pos_transactions(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Keep the new rows as transactions of their terminals; how many. Raises ImportRefused IMPORT_OUTDATED."""
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, {"batch": batch.id, "district": batch.district_code})
        made = int(cursor.rowcount)
    if made != batch.summary["counts"]["new"]:
        raise ImportRefused(
            "IMPORT_OUTDATED",
            _("有终端在暂存以后停用或调走了。"),
            remedy=_("没有导入。请撤回这一批，重新导入。"),
        )
    return made


def undo_pos_transactions(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Take the transactions back while no assistant has them in a book. Raises ImportRefused IMPORT_IN_USE."""
    rows = PosTransaction.objects.filter(import_batch_id=batch.id, is_live=True)
    used = VillageLine.objects.filter(
        is_live=True, means="pos", division_path__in=rows.values("division_path"),
        voucher_number__in=rows.values("voucher_number"),
    )  # fmt: skip
    if used.exists():
        raise ImportRefused(
            "IMPORT_IN_USE", _("有 {count} 笔已经记入村（社区）台账。").format(count=used.count()),
            remedy=_("请先由协办员从台账中撤下，或逐笔更正。"),
        )  # fmt: skip
    return rows.update(is_live=False)


POS_TRANSACTIONS = register_import(
    ImportKind(
        kind="pos_transactions",
        title=chinese("POS机缴费流水"),
        columns=COLUMNS,
        judge=judge,
        apply=apply_pos_transactions,
        undo=undo_pos_transactions,
        amount="amount",
        key=("terminal", "voucher"),
        words=WORDS,
        remedies=REMEDIES,
    )
)
