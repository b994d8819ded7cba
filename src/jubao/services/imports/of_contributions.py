"""Import of the tax office's list of payments: each row is booked with its subsidy and kept as what the tax office says.

Worked example: 身份证号码, 缴费年度 2025, 金额 500.00, 缴费方式 手机, 入库日期 2025-05-06, 税票号 R1: `new`; the same row
in next month's file: `same`; the receipt with another amount: refused RECEIPT_TAKEN. A refused row stays on the tax side of
the month's reconciliation.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from jubao.cases.models import ImportBatch
from jubao.contributions.models import TaxRecord
from jubao.database.actor import Actor
from jubao.kernel.text import _, chinese
from jubao.services.contributions.judging import FAULTS, fault_words, judge_incoming
from jubao.services.contributions.records import contributions_apply, contributions_undo
from jubao.services.imports.cases import ImportRefused
from jubao.services.imports.kinds import ImportColumn, ImportKind, register_import
from jubao.services.imports.staging import Staging

COLUMNS = (
    ImportColumn("id_number", "identity", is_required=True, may_be_blank=False),
    ImportColumn("name", "name"),
    ImportColumn(
        "contribution_year", "number", is_required=True, may_be_blank=False,
        headers=("缴费年度", "年度", "费款所属年度", "费款所属期", "所属年度", "contribution_year"),
    ),
    ImportColumn("amount", "fen", is_required=True, may_be_blank=False, headers=("缴费金额", "实缴金额", "入库金额")),
    ImportColumn("tier", "fen", headers=("缴费档次", "档次", "tier")),
    ImportColumn("payer", "word", headers=("缴费主体", "资金来源", "缴费类别", "payer")),
    ImportColumn("means", "word", headers=("缴费方式", "缴费渠道", "means")),
    ImportColumn("booked_on", "date", is_required=True, may_be_blank=False, headers=("缴入国库日期", "入库时间")),
    ImportColumn(
        "receipt_number", "number", is_required=True, may_be_blank=False,
        headers=("税票号", "税票号码", "凭证号", "完税凭证号", "电子税票号码", "receipt_number"),
    ),
    ImportColumn("is_make_up", "yes_no", headers=("是否补缴", "补缴")),
)  # fmt: skip
WORDS = {
    "payer": {
        "own": ("个人", "个人缴费", "本人"),
        "collective": ("集体", "集体补助"),
        "sponsor": ("资助", "社会资助"),
        "on_behalf": ("代缴", "政府代缴", "财政代缴"),
    },
    "means": {
        "pos": ("POS机", "pos机", "POS", "pos"),
        "tax_hall": ("办税厅", "税务大厅", "税务窗口", "窗口"),
        "electronic": ("电子缴费", "电子", "银行代扣", "代扣"),
        "online": ("网上缴费", "网上", "电子税务局"),
        "mobile": ("手机缴费", "手机", "微信", "支付宝", "掌上"),
        "bank_slip": ("银行缴款单", "进账单"),
        "cash": ("现金",),
    },
}
REMEDIES = {
    "YEAR_UNREADABLE": "缴费年度读不出来。请写成 2025 的样子。",
    **{code: "".join(fault_words(code)) for code in FAULTS},
}
_INCOMING = """
    SELECT s.source_row, s.enrolment_id, left(s.contribution_year, 4)::int AS year, coalesce(s.tier, s.amount) AS tier_fen,
           s.amount AS amount_fen, coalesce(s.payer, 'own') AS payer,
           coalesce(s.is_make_up, left(s.contribution_year, 4)::int < extract(year FROM s.booked_on)) AS is_make_up,
           coalesce(s.means, '') AS means, s.booked_on AS treasury_on, s.receipt_number
    FROM {rows}
"""
_KEPT = """
    (SELECT r.source_row, (r.values->>'enrolment_id')::uuid AS enrolment_id, r.values->>'contribution_year' AS contribution_year,
            (r.values->>'tier')::bigint AS tier, (r.values->>'amount')::bigint AS amount, r.values->>'payer' AS payer,
            (r.values->>'is_make_up')::boolean AS is_make_up, r.values->>'means' AS means,
            (r.values->>'booked_on')::date AS booked_on, r.values->>'receipt_number' AS receipt_number
     FROM cases_importrow AS r WHERE r.batch_id = %(batch)s AND r.decision = 'new') AS s
"""
_TAX_SIDE = """
    INSERT INTO contributions_taxrecord (district_code, month, receipt_number, enrolment_id, payer_name, year, amount_fen,
                                         treasury_on, import_batch_id, source_row)
    SELECT %(district)s, extract(year FROM t.day)::int * 12 + extract(month FROM t.day)::int - 1, t.receipt, t.enrolment,
           t.name, t.year, t.fen, t.day, %(batch)s, t.source_row
    FROM (SELECT r.source_row, (r.values->>'booked_on')::date AS day, r.values->>'receipt_number' AS receipt,
                 (r.values->>'enrolment_id')::uuid AS enrolment, coalesce(r.values->>'name', '') AS name,
                 left(r.values->>'contribution_year', 4)::int AS year, (r.values->>'amount')::bigint AS fen
          FROM cases_importrow AS r
          WHERE r.batch_id = %(batch)s AND r.values ? 'receipt_number' AND r.problem_rule <> 'YEAR_UNREADABLE') AS t
    WHERE NOT EXISTS (SELECT 1 FROM contributions_taxrecord AS k WHERE k.receipt_number = t.receipt AND k.is_live
                      AND k.district_code = %(district)s AND k.import_batch_id <> %(batch)s
                      AND k.amount_fen = t.fen AND k.treasury_on = t.day)
"""


def judge(*, context: Staging) -> None:
    """Refuse unknown people and what `contribution_judging` finds; a row recorded before is the same."""
    context.refuse(
        "contribution_year", "YEAR_UNREADABLE", "s.contribution_year !~ '^(19|20)[0-9]{2}(年|年度)?$'"
    )
    context.refuse_unknown()
    judge_incoming(
        select_sql=_INCOMING.format(rows="staged AS s WHERE s.decision IS NULL"),
        params=(),
        pack=context.pack,
        district_code=context.district_code,
        today=context.today,
    )
    for code, (field, _clause) in FAULTS.items():
        name = {"treasury_on": "booked_on", "year": "contribution_year", "tier_fen": "tier", "amount_fen": "amount",
                "enrolment_id": "id_number"}.get(field, field)  # fmt: skip
        context.refuse(
            name, code, "EXISTS (SELECT 1 FROM incoming AS i WHERE i.source_row = s.source_row AND i.fault = %(code)s)",
            {"code": code},
        )  # fmt: skip
    context.execute(
        "UPDATE staged AS s SET decision = 'same', target_id = i.booked_id FROM incoming AS i"
        " WHERE i.source_row = s.source_row AND i.booked_id IS NOT NULL AND s.decision IS NULL"
    )
    context.execute("UPDATE staged SET decision = 'new' WHERE decision IS NULL")


def apply_contributions(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Book the new rows and keep every row as the tax side of its month; how many were booked."""
    done = contributions_apply(
        actor=actor,
        district_code=batch.district_code,
        select_sql=_INCOMING.format(rows=_KEPT),
        params={"batch": batch.id},
        today=today,
        batch_id=batch.id,
        case_id=batch.case_id,
    )
    if done.refused:
        raise ImportRefused(
            "IMPORT_OUTDATED",
            _("有 {count} 行在暂存以后情况变了，已不能入账。").format(count=done.refused),
            remedy=_("没有记账。请撤回这一批，重新导入。"),
        )
    _keep_tax_side(batch)
    return done.booked


def undo_contributions(*, batch: ImportBatch, actor: Actor, today: date) -> int:
    """Reverse what the file booked and take its tax side back."""
    if batch.case_id is None:
        raise ImportRefused("IMPORT_WITHOUT_CASE", _("这一批没有业务件，不能撤销。"))
    TaxRecord.objects.filter(import_batch_id=batch.id, is_live=True).update(is_live=False)
    return contributions_undo(
        actor=actor, batch_id=batch.id, reason=_("撤销导入 {name}").format(name=batch.file_name), case_id=batch.case_id,
        today=today,
    )  # fmt: skip


def _keep_tax_side(batch: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAX_SIDE, {"batch": batch.id, "district": batch.district_code})
        cursor.execute(
            "UPDATE cases_importrow AS r SET target_id = c.id FROM contributions_contribution AS c"
            " WHERE r.batch_id = %s AND c.import_batch_id = %s AND c.source_row = r.source_row AND r.decision = 'new'",
            [batch.id, batch.id],
        )


CONTRIBUTIONS = register_import(
    ImportKind(
        kind="contributions",
        title=chinese("税务缴费明细"),
        columns=COLUMNS,
        judge=judge,
        apply=apply_contributions,
        undo=undo_contributions,
        amount="amount",
        key=("receipt_number",),
        words=WORDS,
        remedies=REMEDIES,
    )
)
