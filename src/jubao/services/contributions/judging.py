"""Contributions on their way in, judged as a set: each row of the temporary table `incoming` gets its subsidy or its fault.

Worked example: 300 yuan for 2024, where the pack has 200, 500 and 1000, gets the fault TIER_NOT_OFFERED; 500 yuan gets the
subsidy of 70; 500 for a year that is paid gets YEAR_PAID. The same statements serve one payment and 100 000.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection
from django.db.utils import IntegrityError

from jubao.database.sealed import is_sealed
from jubao.kernel.citation import Citation
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.policy import Pack
from jubao.services.contributions.terms import allowed_means, hardship_groups, subsidises_make_up, tier_terms

CHISONG_56_7 = Citation("chisongzhengbanfa-2020-56", "第七条")
CHISONG_56_11 = Citation("chisongzhengbanfa-2020-56", "第十一条")
GD_DRAFT_9 = Citation("gd-zige-renzheng-draft", "第九条")
STATE_COUNCIL_4 = Citation("guofa-2014-8", "四")

COLUMNS = (
    "source_row int, enrolment_id uuid, year int, tier_fen bigint, amount_fen bigint, payer text, is_make_up boolean,"
    " means text, treasury_on date, receipt_number text"
)
NAMES = tuple(part.split()[0] for part in COLUMNS.replace(", ", ",").split(","))

FAULTS: dict[str, tuple[str, Citation | None]] = {
    "TREASURY_IN_FUTURE": ("treasury_on", None),
    "YEAR_IN_FUTURE": ("year", CHISONG_56_7),
    "MONTH_CLOSED": ("treasury_on", CHISONG_56_11),
    "ACCOUNT_SEALED": ("enrolment_id", GD_DRAFT_9),
    "NOT_PAYING": ("enrolment_id", None),
    "MEANS_NOT_OFFERED": ("means", CHISONG_56_11),
    "RECEIPT_TAKEN": ("receipt_number", None),
    "TIER_NOT_OFFERED": ("tier_fen", CHISONG_56_7),
    "HARDSHIP_ONLY": ("tier_fen", STATE_COUNCIL_4),
    "AMOUNT_IS_NOT_TIER": ("amount_fen", CHISONG_56_7),
    "YEAR_PAID": ("year", CHISONG_56_7),
    "AID_ABOVE_TOP": ("amount_fen", STATE_COUNCIL_4),
}
"""Code → field and clause; in the order in which they are tested."""

_OTHERS = (
    "EXISTS (SELECT 1 FROM contributions_contribution AS c WHERE c.enrolment_id = i.enrolment_id AND c.year = i.year"
    " AND c.is_live AND c.payer = i.payer)"
)
_EARLIER = (
    "EXISTS (SELECT 1 FROM incoming AS j WHERE j.enrolment_id = i.enrolment_id AND j.year = i.year"
    " AND j.payer = i.payer AND j.source_row < i.source_row AND j.fault IS NULL)"
)
_IN_GROUP = (
    "EXISTS (SELECT 1 FROM people_specialgroupperiod AS g JOIN people_enrolment AS e ON e.person_id = g.person_id"
    " WHERE e.id = i.enrolment_id AND g.group_code = ANY(%(groups)s) AND g.from_month <= i.month"
    " AND (g.until_month IS NULL OR g.until_month > i.month))"
)
_OFFERED = "EXISTS (SELECT 1 FROM tier_terms AS t WHERE t.year = i.year AND t.month = i.month AND t.tier_fen = i.tier_fen)"
_TOP = "(SELECT max(t.tier_fen) FROM tier_terms AS t WHERE t.year = i.year AND t.month = i.month)"
_CONDITIONS = {
    "TREASURY_IN_FUTURE": "i.treasury_on > %(today)s",
    "YEAR_IN_FUTURE": "i.year > i.month / 12",
    "MONTH_CLOSED": (
        "EXISTS (SELECT 1 FROM contributions_contributionmonth AS m WHERE m.district_code = %(district)s"
        " AND m.month = i.month AND m.state = 'closed')"
    ),
    "ACCOUNT_SEALED": is_sealed("i.enrolment_id"),
    "NOT_PAYING": (
        "EXISTS (SELECT 1 FROM people_enrolmentstatus AS s WHERE s.enrolment_id = i.enrolment_id"
        " AND s.kind IN ('drawing', 'ended') AND s.from_month <= i.month"
        " AND (s.until_month IS NULL OR s.until_month > i.month))"
    ),
    "MEANS_NOT_OFFERED": "i.means <> '' AND i.means <> ALL(%(means)s)",
    "RECEIPT_TAKEN": (
        "EXISTS (SELECT 1 FROM contributions_contribution AS c WHERE c.receipt_number = i.receipt_number AND c.is_live)"
        " OR EXISTS (SELECT 1 FROM incoming AS j WHERE j.receipt_number = i.receipt_number"
        " AND j.source_row < i.source_row)"
    ),
    "YEAR_PAID": f"i.payer IN ('own', 'on_behalf') AND ({_OTHERS} OR {_EARLIER})",
    "TIER_NOT_OFFERED": f"i.payer IN ('own', 'on_behalf') AND NOT {_OFFERED}",
    "HARDSHIP_ONLY": (
        "i.payer IN ('own', 'on_behalf') AND NOT i.in_group AND NOT EXISTS (SELECT 1 FROM tier_terms AS t"
        " WHERE t.year = i.year AND t.month = i.month AND t.tier_fen = i.tier_fen AND NOT t.is_hardship)"
    ),
    "AMOUNT_IS_NOT_TIER": (
        "(i.payer = 'own' AND i.amount_fen <> i.tier_fen) OR (i.payer = 'on_behalf' AND i.amount_fen > i.tier_fen)"
    ),
    "AID_ABOVE_TOP": (
        f"i.payer IN ('collective', 'sponsor') AND i.amount_fen + coalesce((SELECT sum(c.amount_fen)"
        " FROM contributions_contribution AS c WHERE c.enrolment_id = i.enrolment_id AND c.year = i.year"
        f" AND c.is_live AND c.payer = i.payer), 0) > coalesce({_TOP}, i.amount_fen)"
    ),
}
_SAME = (
    "UPDATE incoming AS i SET booked_id = c.id FROM contributions_contribution AS c"
    " WHERE c.receipt_number = i.receipt_number AND c.is_live AND c.enrolment_id = i.enrolment_id AND c.year = i.year"
    " AND c.amount_fen = i.amount_fen AND c.payer = i.payer AND c.treasury_on = i.treasury_on"
)
_SUBSIDISED = (
    "EXISTS (SELECT 1 FROM contributions_contribution AS c WHERE c.enrolment_id = i.enrolment_id AND c.year = i.year"
    " AND c.is_live AND (c.subsidy_fen IS NULL OR c.subsidy_fen > 0)) OR EXISTS (SELECT 1 FROM incoming AS j"
    " WHERE j.enrolment_id = i.enrolment_id AND j.year = i.year AND j.fault IS NULL AND j.booked_id IS NULL"
    " AND j.payer = 'own' AND i.payer = 'on_behalf')"
)
_TABLE = (
    "(SELECT t.subsidy_fen FROM tier_terms AS t WHERE t.year = i.year AND t.month = i.month"
    " AND t.tier_fen = i.tier_fen AND (i.in_group OR NOT t.is_hardship) ORDER BY t.is_hardship DESC LIMIT 1)"
)
_SUBSIDY = (
    "UPDATE incoming AS i SET subsidy_fen = CASE WHEN i.payer NOT IN ('own', 'on_behalf')"
    f" OR (i.is_make_up AND NOT %(make_up)s) OR {_SUBSIDISED} THEN 0 ELSE {_TABLE} END"
    " WHERE i.fault IS NULL AND i.booked_id IS NULL"
)


def judge_incoming(
    *,
    select_sql: str,
    params: Sequence[Any] | dict[str, Any],
    pack: Pack,
    district_code: str,
    today: date,
    waived: frozenset[str] = frozenset(),
) -> None:
    """Leave `incoming`: the columns of COLUMNS with `id`, `month`, `fault`, `booked_id` (recorded before), `subsidy_fen`.

    Call it inside a unit of work. What is missing in the pack is a fault of the row, never a zero. `waived` names faults
    that a decided correction does not have to heed.
    """
    with connection.cursor() as cursor:
        asked = _load_incoming(cursor, select_sql, params, pack)
        cursor.execute(_SAME)
        for month in sorted({month for _year, month in asked}):
            about = {"today": today, "district": district_code, "month": month}
            _judge_month(cursor, pack, month, about, waived)


def price_subsidies(*, select_sql: str, params: Sequence[Any] | dict[str, Any], pack: Pack) -> None:
    """Leave `incoming` with the subsidies of payments booked already, NULL where the pack still has no table."""
    with connection.cursor() as cursor:
        for _year, month in _load_incoming(cursor, select_sql, params, pack):
            given: dict[str, Any] = {"month": month, "groups": hardship_groups(pack, month)}
            cursor.execute(
                f"UPDATE incoming AS i SET in_group = true WHERE i.month = %(month)s AND {_IN_GROUP}", given
            )
            cursor.execute(
                f"UPDATE incoming AS i SET subsidy_fen = {_TABLE} WHERE i.month = %(month)s", given
            )


def _load_incoming(
    cursor: Any, select_sql: str, params: Sequence[Any] | dict[str, Any], pack: Pack
) -> list[tuple[int, int]]:
    cursor.execute("DROP TABLE IF EXISTS incoming, tier_terms")
    cursor.execute(
        f"CREATE TEMP TABLE incoming (id uuid DEFAULT uuidv7(), {COLUMNS}, month int, in_group boolean DEFAULT false,"
        " fault text, booked_id uuid, subsidy_fen bigint) ON COMMIT DROP"
    )
    cursor.execute(
        f"INSERT INTO incoming ({', '.join(NAMES)}) SELECT {', '.join(NAMES)} FROM ({select_sql}) AS given",
        params or None,
    )
    cursor.execute(
        "UPDATE incoming SET month = extract(year FROM treasury_on)::int * 12 + extract(month FROM treasury_on)::int - 1"
    )
    cursor.execute("SELECT DISTINCT year, month FROM incoming")
    asked = list(cursor.fetchall())
    _load_terms(cursor, pack, asked)
    cursor.execute("CREATE INDEX ON incoming (enrolment_id, year)")
    cursor.execute("CREATE INDEX ON incoming (receipt_number)")
    cursor.execute("ANALYZE incoming")
    return asked


def _judge_month(cursor: Any, pack: Pack, month: int, about: dict[str, Any], waived: frozenset[str]) -> None:
    given = about | {
        "groups": hardship_groups(pack, month),
        "means": allowed_means(pack, month),
        "make_up": subsidises_make_up(pack, month),
    }
    cursor.execute(
        f"UPDATE incoming AS i SET in_group = true WHERE i.month = %(month)s AND {_IN_GROUP}", given
    )
    for code in (one for one in FAULTS if one not in waived):
        cursor.execute(
            f"UPDATE incoming AS i SET fault = '{code}' WHERE i.month = %(month)s AND i.fault IS NULL"
            f" AND i.booked_id IS NULL AND ({_CONDITIONS[code]})",
            given,
        )
    cursor.execute(f"{_SUBSIDY} AND i.month = %(month)s", given)


def _load_terms(cursor: Any, pack: Pack, asked: list[tuple[int, int]]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE tier_terms (year int, month int, tier_fen bigint, subsidy_fen bigint, is_hardship boolean)"
        " ON COMMIT DROP"
    )
    with cursor.copy("COPY tier_terms FROM STDIN") as copy:
        for term in tier_terms(pack, asked):
            copy.write_row(term.row())


_RACES = {
    "contribution_once_a_year": "YEAR_PAID",
    "contribution_on_behalf_once": "YEAR_PAID",
    "contribution_receipt_once": "RECEIPT_TAKEN",
}


@contextmanager
def races_in_words() -> Iterator[None]:
    """Somebody booked the same at the same moment: the database refuses, in the words of the fault."""
    try:
        yield
    except IntegrityError as error:
        code = next((code for name, code in _RACES.items() if name in str(error)), None)
        if code is None:
            raise
        message, remedy = fault_words(code)
        raise CheckFailed(code, message, remedy=remedy, citation=FAULTS[code][1]) from error


def refuse_faults() -> None:
    """Raise for the first row with a fault, in words with clause and remedy."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fault, source_row FROM incoming WHERE fault IS NOT NULL ORDER BY source_row LIMIT 1"
        )
        found = cursor.fetchone()
    if found is not None:
        message, remedy = fault_words(found[0])
        raise CheckFailed(found[0], message, remedy=remedy, citation=FAULTS[found[0]][1])


def fault_words(code: str) -> tuple[str, str]:
    """What is wrong and what to do, for a clerk."""
    words = {
        "TREASURY_IN_FUTURE": (_("入库日期在今天之后。"), _("请核对入库日期。")),
        "YEAR_IN_FUTURE": (_("缴费年度晚于入库的年份。"), _("按年度缴纳，不能预缴；请核对年度。")),
        "MONTH_CLOSED": (_("入库的月份已经结账。"), _("请由财务岗说明原因后重新打开该月。")),
        "ACCOUNT_SEALED": (
            _("个人账户已封存，除启封外不能办理任何业务。"),
            _("请由本人或家属先申请启封。"),
        ),
        "NOT_PAYING": (_("此人在入库的月份已领取待遇或已终止。"), _("请核对人员状态。")),
        "MEANS_NOT_OFFERED": (_("当地没有这种缴费方式。"), _("请核对缴费方式。")),
        "RECEIPT_TAKEN": (_("这个税票号已经记过账，内容不同。"), _("请核对税票号、年度和金额。")),
        "TIER_NOT_OFFERED": (
            _("这一年度没有这个缴费档次。"),
            _("请核对档次，或在政策包中补充 contribution_tiers_fen。"),
        ),
        "HARDSHIP_ONLY": (_("这个档次只给困难群体。"), _("请先登记此人的特殊身份。")),
        "AMOUNT_IS_NOT_TIER": (
            _("金额与档次不同。"),
            _("请核对金额；个人缴费等于所选档次，代缴不超过档次。"),
        ),
        "YEAR_PAID": (_("这一年度已经缴费。"), _("一个年度只缴一次；补缴请选没有缴费的年度。")),
        "AID_ABOVE_TOP": (_("集体补助、资助超过当地最高档次。"), _("请核对金额。")),
    }
    return words[code]
