"""How the facts of a person stand in a cell: codes as words, indexes as months, fen as yuan, years as periods.

Worked example: `state(("drawing", "", 24276, "suspended", "NOT_CERTIFIED", 24318, "规程第九条", None))` is
("暂停待遇", "未按期认证", "2026-07", "规程第九条", "").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from jubao.facts.why_not_paid import REASONS
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _

Row = tuple[object, ...]

ENROLMENT = {"active": "正常缴费", "paused": "暂停缴费", "drawing": "正常待遇", "ended": "终止参保"}
PAYMENT = {
    "normal": "正常待遇",
    "held": "暂缓待遇",
    "suspended": "暂停待遇",
    "stopped": "停发待遇",
    "sealed": "封存待遇",
}
GROUNDS = {
    "NOT_CERTIFIED": "未按期认证",
    "DEATH_REPORTED": "上报死亡",
    "DEATH": "死亡",
    "DECEASED": "死亡",
    "IN_CUSTODY": "服刑或羁押",
    "SERVING_SENTENCE": "服刑",
    "OTHER_SCHEME": "参加其他养老保险",
    "EMPLOYEE_SCHEME": "参加职保",
    "MOVED_AWAY": "迁出或出外定居",
    "MISSING": "失踪",
    "TRANSFERRED_OUT": "关系转出",
    "BRIDGED_OUT": "转入职工养老保险",
}
CHANNELS = {
    "comparison": "数据比对",
    "app_face": "手机人脸",
    "on_site": "现场认证",
    "home_visit": "上门认证",
    "determination": "待遇核定",
    "photo": "照片",
}
CAUSES = {
    "CERTIFICATION": "认证后续发",
    "DETERMINATION": "核定补发",
    "ACCOUNT_BOUND": "绑卡后补发",
    "ADJUSTMENT": "调整补发",
    "END": "终止补发",
    "RESUMPTION": "恢复后补发",
}


def month_text(index: object) -> str:
    """An index as 2026-07; nothing as ""."""
    return str(Month.from_index(int(cast(int, index)))) if index is not None else ""


def day_text(day: object) -> str:
    """A day as 2026-07-01; nothing as ""."""
    return day.isoformat() if isinstance(day, date) else ""


def ground_text(code: object) -> str:
    """A reason code as words; an unknown one stays as it is."""
    return GROUNDS.get(str(code or ""), str(code or ""))


def yuan(fen: object) -> float | str:
    """Fen as a number of yuan for a cell of a spreadsheet; nothing as ""."""
    return float(Fen(int(cast(int, fen))).yuan) if fen is not None else ""


def plain(row: Row) -> Row:
    """The cells as they are."""
    return tuple("" if cell is None else cell for cell in row)


def business_state(enrolment: object, payment: object) -> str:
    """The state as clerks call it: enrolment and payment together."""
    if enrolment == "drawing" and payment:
        return PAYMENT[str(payment)]
    return ENROLMENT.get(str(enrolment), _("未参保"))


def state(row: Row) -> Row:
    """参保状态, 状态原因, 状态起始月, 状态备注, 审核日期."""
    kind, reason, since, payment, ground, payment_since, basis, decided_on = row
    against = kind == "drawing" and payment not in (None, "normal")
    return (
        business_state(kind, payment),
        ground_text(ground if against else reason),
        month_text(payment_since if against else since),
        basis or "",
        day_text(decided_on) if against or reason else "",
    )


def stop(row: Row) -> Row:
    """停发类型, 停发原因, 停发月份, 停发依据, 停发审核日期."""
    kind, reason, since, basis, decided_on = row
    title = PAYMENT.get(str(kind)) or ENROLMENT.get(str(kind), "")
    return (title, ground_text(reason), month_text(since), basis or "", day_text(decided_on))


def account(row: Row) -> Row:
    """开户银行, 银行账号 (to be masked by the service), 社保卡标志, 开户日期."""
    bank, number, is_card, from_on = row
    if not number:
        return ("", "", _("未绑卡"), "")
    return (bank, number, _("是") if is_card else _("否"), day_text(from_on))


def certification(row: Row) -> Row:
    """认证方式, 认证日期, 认证经办时间."""
    channel, certified_on, recorded_on = row
    return (CHANNELS.get(str(channel), str(channel)), day_text(certified_on), day_text(recorded_on))


def amounts(row: Row) -> Row:
    """待遇开始月份, 月养老金, 基础养老金, 个人账户养老金."""
    start, *money = row
    return (month_text(start), *map(yuan, money))


def contributions(row: Row) -> Row:
    """有无缴费, 缴费年度, 缴费年数, 个人缴费合计."""
    years, total, former = cast(Sequence[int], row[0]), row[1], int(cast(int, row[2]))
    if not years and not former:
        return (_("无缴费记录"), "", 0, 0.0)
    earlier = _("此前 {years} 年").format(years=former // 12) if former else ""
    spans = "、".join(span for span in (earlier, periods(years)) if span)
    return (_("有缴费记录"), spans, len(years) + former // 12, yuan(total))


def paid(row: Row) -> Row:
    """发放至, 累计已发, 最近退票."""
    until, total, returned = row
    words = str(returned or "")
    index, _sep, reason = words.partition(" ")
    return (month_text(until), yuan(total), f"{month_text(int(index))} {reason}" if index else "")


def why_not_paid(row: Row) -> Row:
    """未发放原因, 说明."""
    code, detail, since, years = row
    words = [ground_text(detail)] if detail else []
    if since is not None:
        words.append(_("自 {month}").format(month=month_text(since)))
    if code == "OWES_YEARS":
        words.append(_("已缴 {years} 年").format(years=years))
    return (REASONS[str(code)], "，".join(words))


def back_pay(row: Row) -> Row:
    """补发金额, 补发月份 (equal amounts as one period), 补发原因."""
    months, fen, causes = cast(Sequence[int], row[0]), cast(Sequence[int], row[1]), row[2]
    titles = [CAUSES.get(cause, cause) for cause in cast(Iterable[str], causes or ())]
    return (yuan(sum(fen)), month_amounts(list(zip(months, fen, strict=True))), "、".join(titles))


def special_groups(row: Row) -> Row:
    """参保身份, 特殊人群标识; codes are turned into the pack's words by the service."""
    identity, marks = row
    return (str(identity), "、".join(cast(Iterable[str], marks)))


def deaths(row: Row) -> Row:
    """最早死亡日期, 来源, 已认定死亡日期."""
    first, source, decided = row
    return (day_text(first), source or "", day_text(decided))


def periods(years: Sequence[int]) -> str:
    """2011, 2012, 2013, 2016 as 2011-2013、2016."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def month_amounts(lines: Sequence[tuple[int, int]]) -> str:
    """Equal amounts of following months as one period: 2020-01—2020-06：103.00、2020-07：108.00."""
    runs: list[tuple[int, int, int]] = []
    for month, fen in sorted(lines):
        if runs and runs[-1][1] + 1 == month and runs[-1][2] == fen:
            runs[-1] = (runs[-1][0], month, fen)
        else:
            runs.append((month, month, fen))
    return "、".join(
        f"{month_text(first)}{'—' + month_text(last) if last > first else ''}：{Fen(fen).yuan}"
        for first, last, fen in runs
    )


def words_of(marks: str, spellings: Any) -> str:
    """Codes separated by 、 as the pack's first word for each."""
    return "、".join(next(iter(spellings.get(code, ())), code) for code in marks.split("、") if code)
