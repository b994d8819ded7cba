"""The claim-free screening from a Parquet file into a Parquet file by others: SQL by hand, pandas, plain Python.

    python -m bench.peers.extract_files duckdb claim_free.parquet out.parquet

District 500110, month 2026-10, drawn on 2026-10-01; codes, words and clauses are typed in.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

DRAWN = date(2026, 10, 1)
PILOT = 2009 * 12 + 11
BANK = "重庆农村商业银行"
BANKS = (BANK, "重庆农村商业银行股份有限公司綦江支行", "农商行")
MARKS = ("征地安置人员", "退捕渔民")
PLAN, GUIDE = "綦社险〔2024〕1号 三、", "綦社险〔2024〕1号附件1 "
REASONS = (
    ("EMPLOYEE_SCHEME_RECORD", "有企业职工养老保险缴费或领待记录", PLAN + "（一）"),
    ("CIVIL_SCHEME_RECORD", "有机关事业单位养老保险缴费或领待记录", PLAN + "（一）"),
    ("CROSS_PROVINCE_CONTRIBUTION", "存在跨省重复参保缴费", PLAN + "（一）"),
    ("CROSS_PROVINCE_BENEFIT", "存在跨省领取待遇", PLAN + "（一）"),
    ("IN_TRANSIT_TAX", "有税务征缴在途业务", PLAN + "（二）"),
    ("IN_TRANSIT_TRANSFER", "有险种转移在途业务", PLAN + "（二）"),
    ("IN_TRANSIT_OTHER", "有其他在途业务", PLAN + "（二）"),
    ("SPECIAL_GROUP", "有不适用免申即享的特殊人群标识", PLAN + "（三）"),
    ("SERVING_SENTENCE", "正在服刑", PLAN + "（四）"),
    ("DECEASED", "已死亡或有死亡信息", PLAN + "（五）"),
    ("NO_PAYOUT_ACCOUNT", "未获取有效代发账户", PLAN + "（六）"),
    ("CONTRIBUTION_YEARS_SHORT", "缴费年限未达到规定", GUIDE + "五、（一）2"),
    ("CONTRIBUTION_GAP", "有间断缴费", GUIDE + "五、（一）3"),
    ("OVER_AGE", "超龄：已过满60周岁当月", GUIDE + "五、（一）4"),
    ("BANK_NOT_PAYING_AGENT", "社保卡银行不是本区县居保代发银行", GUIDE + "五、（一）9"),
    ("FLAG_REVOKED", "免申即享标识已撤销", GUIDE + "四、（一）"),
    ("WAIVED", "本人已放弃免申即享，不可恢复", GUIDE + "四、（三）1"),
)
WORDS = tuple("|".join(each) for each in REASONS)
RECORDS, ELSEWHERE_PAID, ELSEWHERE_DRAWN = (
    ("contribution", "benefit", "both"),
    ("contribution", "both"),
    ("benefit", "both"),
)
_YEARS = r"^([0-9]+)年?(?:([0-9]+)个?月)?$"


def _list(words: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def conditions() -> tuple[str, ...]:
    """One SQL condition for each reason, in the order of REASONS."""
    full = f"year(sixty) * 12 + month(sixty) - 1 - {PILOT} >= 180"
    return (
        f"employee_pension_record IN {_list(RECORDS)}",
        f"civil_pension_record IN {_list(RECORDS)}",
        f"other_province_record IN {_list(ELSEWHERE_PAID)}",
        f"other_province_record IN {_list(ELSEWHERE_DRAWN)}",
        "tax_in_transit IN ('transfer', 'other')",
        "other_in_transit = 'transfer'",
        "other_in_transit = 'other'",
        " OR ".join(f"contains(special_group_marks, '{mark}')" for mark in MARKS),
        "in_custody = '是'",
        "death_record = '是'",
        "coalesce(payout_account, '') = ''",
        f"{full} AND paid < 180",
        f"NOT ({full}) AND contribution_gap = '是'",
        f"DATE '{DRAWN}' > last_day(sixty)",
        f"payout_bank NOT IN {_list(BANKS)}",
        "flag_state = 'revoked'",
        "flag_state = 'waived'",
    )


def by_duckdb(source: str, out: str) -> None:
    """One statement: every reason, the headline, the window."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 2")
    words = ", ".join(
        f"CASE WHEN {test} THEN '{word}' END" for test, word in zip(conditions(), WORDS, strict=True)
    )
    con.execute(
        f"""COPY (SELECT * EXCLUDE (sixty, paid, words),
            CASE WHEN NOT DATE '{DRAWN}' BETWEEN window_from AND window_until THEN 'outside_window'
              WHEN words <> '' THEN 'excluded' ELSE 'candidate' END AS decision,
            split_part(words, '|', 1) AS headline_reason, words AS reasons
          FROM (SELECT *, concat_ws(';', {words}) AS words, (sixty - INTERVAL 3 MONTH)::DATE AS window_from,
              last_day(sixty) AS window_until
            FROM (SELECT *, (strptime(substr(id_number, 7, 8), '%Y%m%d') + INTERVAL 60 YEAR)::DATE AS sixty,
                regexp_extract(contribution_years, '{_YEARS}', 1)::BIGINT * 12
                  + coalesce(nullif(regexp_extract(contribution_years, '{_YEARS}', 2), '')::BIGINT, 0) AS paid
              FROM '{source}' WHERE contribution_years IS NOT NULL)))
        TO '{out}' (FORMAT parquet)"""
    )


def by_pandas(source: str, out: str) -> None:
    """Vectorised columns; the reasons are joined for each combination that occurs."""
    import numpy as np
    import pandas as pd

    frame = pd.read_parquet(source, dtype_backend="pyarrow")
    frame = frame[frame["contribution_years"].notna()].reset_index(drop=True)
    years = frame["contribution_years"].astype("string[python]").astype("category")
    parts = years.cat.categories.to_series().str.extract(_YEARS).fillna("0").astype("int64")
    paid = (parts[0] * 12 + parts[1]).to_numpy()[years.cat.codes.to_numpy()]
    birth = pd.to_datetime(frame["id_number"].str.slice(6, 14), format="%Y%m%d")
    sixty = birth + pd.DateOffset(years=60)
    until, since = sixty + pd.offsets.MonthEnd(0), sixty - pd.DateOffset(months=3)
    full = (sixty.dt.year * 12 + sixty.dt.month - 1 - PILOT >= 180).to_numpy(dtype=bool)
    text = {
        name: frame[name].astype("object").fillna("")
        for name in frame.columns
        if name not in ("name", "id_number")
    }
    tests = (
        text["employee_pension_record"].isin(RECORDS),
        text["civil_pension_record"].isin(RECORDS),
        text["other_province_record"].isin(ELSEWHERE_PAID),
        text["other_province_record"].isin(ELSEWHERE_DRAWN),
        text["tax_in_transit"].isin(("transfer", "other")),
        text["other_in_transit"] == "transfer",
        text["other_in_transit"] == "other",
        text["special_group_marks"].isin(
            [m for m in text["special_group_marks"].unique() if any(k in m for k in MARKS)]
        ),
        text["in_custody"] == "是",
        text["death_record"] == "是",
        text["payout_account"] == "",
        full & (paid < 180),
        ~full & (text["contribution_gap"] == "是").to_numpy(),
        pd.Timestamp(DRAWN) > until,
        ~text["payout_bank"].isin(BANKS),
        text["flag_state"] == "revoked",
        text["flag_state"] == "waived",
    )
    mask = np.zeros(len(frame), np.int64)
    for bit, test in enumerate(tests):
        mask |= np.asarray(test, dtype=np.int64) << bit
    kinds, place = np.unique(mask, return_inverse=True)
    joined = [";".join(word for bit, word in enumerate(WORDS) if kind >> bit & 1) for kind in kinds.tolist()]
    inside = ((since <= pd.Timestamp(DRAWN)) & (until >= pd.Timestamp(DRAWN))).to_numpy(dtype=bool)
    frame["decision"] = np.where(~inside, "outside_window", np.where(mask > 0, "excluded", "candidate"))
    frame["headline_reason"] = np.array([each.split("|")[0] for each in joined], dtype=object)[place]
    frame["reasons"] = np.array(joined, dtype=object)[place]
    frame["window_from"], frame["window_until"] = since.dt.date, until.dt.date
    frame.to_parquet(out)


def by_python(source: str, out: str) -> None:
    """A loop over rows."""
    writer = None
    for batch in pq.ParquetFile(source).iter_batches():
        rows = [_one(row) for row in batch.to_pylist() if row["contribution_years"] is not None]
        table = pa.Table.from_pylist(rows)
        writer = writer or pq.ParquetWriter(out, table.schema)
        writer.write_table(table.cast(writer.schema))
    if writer:
        writer.close()


def _months_back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, _last_day(year, month + 1).day))


def _last_day(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _one(row: dict[str, Any]) -> dict[str, Any]:
    number = row["id_number"]
    birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    sixty = _months_back(birth, -720)
    since, until = _months_back(sixty, 3), _last_day(sixty.year, sixty.month)
    found = re.match(_YEARS, row["contribution_years"])
    paid = int(found[1]) * 12 + int(found[2] or 0) if found else 0
    full = sixty.year * 12 + sixty.month - 1 - PILOT >= 180
    tests = (
        row["employee_pension_record"] in RECORDS,
        row["civil_pension_record"] in RECORDS,
        row["other_province_record"] in ELSEWHERE_PAID,
        row["other_province_record"] in ELSEWHERE_DRAWN,
        row["tax_in_transit"] in ("transfer", "other"),
        row["other_in_transit"] == "transfer",
        row["other_in_transit"] == "other",
        any(mark in (row["special_group_marks"] or "") for mark in MARKS),
        row["in_custody"] == "是",
        row["death_record"] == "是",
        not row["payout_account"],
        full and paid < 180,
        not full and row["contribution_gap"] == "是",
        until < DRAWN,
        row["payout_bank"] not in BANKS,
        row["flag_state"] == "revoked",
        row["flag_state"] == "waived",
    )
    reasons = [word for test, word in zip(tests, WORDS, strict=True) if test]
    decision = "outside_window" if not since <= DRAWN <= until else "excluded" if reasons else "candidate"
    headline = reasons[0].split("|")[0] if reasons else ""
    more = {"decision": decision, "headline_reason": headline, "reasons": ";".join(reasons)}
    return {**row, **more, "window_from": since, "window_until": until}


def main(way: str, source: str, out: str) -> None:
    """Write the file, then say what is in it."""
    {"duckdb": by_duckdb, "pandas": by_pandas, "plain": by_python}[way](source, out)
    counts = pq.read_table(out, columns=["decision"])["decision"].value_counts().to_pylist()
    print(json.dumps({each["values"]: each["counts"] for each in counts}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
