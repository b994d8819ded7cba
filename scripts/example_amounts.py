"""The examples for pension, extract and interest, for scripts/make_examples.py.

Example: 养老金试算.xlsx holds a balance of 2504.73 with 14 years and an only child, which gives 163.02 a month in 2023-09.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scripts.example_people import GIVEN, SURNAMES, Sheet, number_of, workbook


def pensions(folder: Path) -> None:
    """养老金试算.xlsx: amounts and spans written in several ways, one that cannot be read."""
    values: list[tuple[str, float | str, float | str, str]] = [
        ("19630815", 2504.73, "14", "是"),
        ("19631002", 18230.5, "15年3个月", "否"),
        ("19620120", 9860, "17年11月", "否"),
        ("19431220", 0, "0", "否"),
        ("19640308", "￥12,345.60", "16年", "是"),
        ("19631201", 7000, 15.5, "否"),
        ("19700101", 3000, 12, "否"),
    ]
    with workbook(folder / "养老金试算.xlsx") as book:
        sheet = Sheet(book, "试算")
        sheet.title("养老金试算名单", 6)
        sheet.line(["序号", "姓名", "身份证号码", "个人账户储存额", "缴费年限", "是否独子"], sheet.bold)
        for i, (birth, balance, span, only) in enumerate(values):
            name = SURNAMES[i] + GIVEN[i * 2 : i * 2 + 2]
            sheet.line([i + 1, name, number_of(date.fromisoformat(birth), 210 + i), balance, span, only])
        sheet.line(["合计", f"{len(values)}人"])


def claim_free(folder: Path) -> None:
    """免申即享名单.xlsx: people who turn 60, each with one thing in the way, some with nothing."""
    heads = (
        "姓名 身份证号码 缴费年限 间断缴费 企业职工养老保险记录 机关事业单位养老保险记录 外省参保记录 税务在途 其他在途业务"
        " 特殊人群标识 是否服刑 死亡记录 银行账号 开户行 免申即享标识"
    ).split()
    good: dict[str, str] = {
        "缴费年限": "15", "间断缴费": "否", "是否服刑": "否", "死亡记录": "否",
        "银行账号": "6217000000000000001", "开户行": "重庆农村商业银行",
    }  # fmt: skip
    people_to_be: list[tuple[str, dict[str, str]]] = [
        ("19640603", {}),
        ("19640704", {}),
        ("19640805", {"企业职工养老保险记录": "有"}),
        ("19640606", {"外省参保记录": "缴费"}),
        ("19640707", {"税务在途": "是"}),
        ("19640808", {"特殊人群标识": "征地安置人员"}),
        ("19640609", {"是否服刑": "是"}),
        ("19640710", {"银行账号": ""}),
        ("19640811", {"缴费年限": "10年6个月", "间断缴费": "是"}),
        ("19641224", {}),
        ("19640531", {}),
    ]
    with workbook(folder / "免申即享名单.xlsx") as book:
        sheet = Sheet(book, "名单")
        sheet.title("免申即享筛选名单", len(heads))
        sheet.line(heads, sheet.bold)
        for i, (birth, change) in enumerate(people_to_be):
            cells = {**good, **change}
            first = [SURNAMES[-i - 1] + GIVEN[i : i + 2], number_of(date.fromisoformat(birth), 300 + i)]
            sheet.line([*first, *(cells.get(head) or None for head in heads[2:])])


BALANCES = """\
个人编号,姓名,年初余额
0000000001,张三,1000.00
0000000002,李四,23456.78
0000000003,王五,0.00
0000000004,赵六,8800.00
"""
POSTINGS = """\
个人编号,业务类型,金额,记账日期
0000000001,个人缴费,240.00,2022-03-15
0000000002,个人缴费,"3,000.00",2022/9/1
0000000002,缴费补贴,130.00,2022年10月8日
0000000003,个人缴费,500,20220105
0000000004,养老金支付,63.31,2022-01-20
0000000004,养老金支付,63.31,2022-02-20
0000000003,个人缴费,200.00,2023-01-05
"""


def accounts(folder: Path) -> None:
    """个人账户.csv and 分录.csv: balances and postings of a year; the first account is the check of the contract."""
    (folder / "个人账户.csv").write_bytes(BALANCES.replace("\n", "\r\n").encode("utf-8-sig"))
    (folder / "分录.csv").write_bytes(POSTINGS.replace("\n", "\r\n").encode("gb18030"))
