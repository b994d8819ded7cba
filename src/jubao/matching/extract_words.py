"""The reasons of a screening in words: `CODE|中文|条款;…` for every combination that occurs.

Worked example: `EMPLOYEE_SCHEME_RECORD|有企业职工养老保险缴费或领待记录|綦社险〔2024〕1号 三、（一）` is one reason;
the first code is the headline. A gap names its years: `CONTRIBUTION_GAP|存在间断缴费（2015）|…`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jubao.kernel.text import _
from jubao.matching.batch_extract import ScreeningTerms
from jubao.policy import Pack
from jubao.rules.claim_free import GROUNDS
from jubao.rules.pension_terms import sources_in
from jubao.rules.registry import RULES, decode

if TYPE_CHECKING:
    import duckdb

SENTENCES = {
    "EMPLOYEE_SCHEME_RECORD": _("有企业职工养老保险缴费或领待记录"),
    "CIVIL_SCHEME_RECORD": _("有机关事业单位养老保险缴费或领待记录"),
    "CROSS_PROVINCE_CONTRIBUTION": _("存在跨省重复参保缴费"),
    "CROSS_PROVINCE_BENEFIT": _("存在跨省领取待遇"),
    "IN_TRANSIT_TAX": _("有税务征缴在途业务"),
    "IN_TRANSIT_TRANSFER": _("有险种转移在途业务"),
    "IN_TRANSIT_OTHER": _("有其他在途业务"),
    "SPECIAL_GROUP": _("有不适用免申即享的特殊人群标识"),
    "SERVING_SENTENCE": _("正在服刑"),
    "DECEASED": _("已死亡或有死亡信息"),
    "NO_PAYOUT_ACCOUNT": _("未获取有效代发账户"),
    "CONTRIBUTION_YEARS_SHORT": _("缴费年限未达到规定"),
    "CONTRIBUTION_GAP": _("存在间断缴费"),
    "OVER_AGE": _("超龄：已过满60周岁当月"),
    "BANK_NOT_PAYING_AGENT": _("社保卡银行不是本区县居保代发银行"),
    "FLAG_REVOKED": _("免申即享标识已撤销"),
    "WAIVED": _("本人已放弃免申即享，不可恢复"),
}


def reason_text(pack: Pack, code: str, gap_years: str) -> str:
    """One reason; a semicolon inside would look like the next one."""
    clause = sources_in(pack, [GROUNDS[code]])[0]
    years = f"（{gap_years.replace(';', '、')}）" if code == "CONTRIBUTION_GAP" and gap_years else ""
    return f"{code}|{SENTENCES[code]}{years}|{clause}"


def reasons_table(con: duckdb.DuckDBPyConnection, terms: ScreeningTerms) -> Any:
    """Every combination of obstacles and gap years that occurs, with headline and reasons: a small table to join."""
    import pyarrow as pa

    found = con.execute(
        "SELECT DISTINCT s.claim_free_obstacles, p.gap_words FROM screened AS s JOIN people AS p ON s.source_row = p.source_row"
    ).fetchall()
    rule = RULES["claim_free_obstacles"]
    codes = [decode(rule, mask) for mask, _gap in found]
    texts = [
        ";".join(reason_text(terms.pack, code, gap) for code in listed)
        for listed, (_mask, gap) in zip(codes, found, strict=True)
    ]
    return pa.table(
        {
            "of_mask": pa.array([mask for mask, _gap in found], pa.int64()),
            "of_gap": pa.array([gap for _mask, gap in found], pa.string()),
            "headline_reason": pa.array([listed[0] if listed else "" for listed in codes], pa.string()),
            "reasons": pa.array(texts, pa.string()),
        }
    )
