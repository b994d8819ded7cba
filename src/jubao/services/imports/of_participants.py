"""Import of participants: new people with number, enrolment, place, telephone and account; changes of place and telephone.

Worked example: 张桂芳, 509901…, 古南街道新民村, 参保时间 2026-11-02: unknown → `new` (person, card, enrolment, status `active`
from 2026-11); known with another telephone → `change` {"mobile": ["138…", "139…"]}; under another name → refused.
"""

from __future__ import annotations

from typing import Any

from jubao.database.sealed import is_sealed
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import chinese
from jubao.matching.spreadsheet_places import OUTSIDE, PLACED
from jubao.people.models import Division
from jubao.people.names import name_initials, name_key
from jubao.services.imports.kinds import ImportColumn, ImportKind, register_import
from jubao.services.imports.of_participants_effects import apply_participants, undo_participants
from jubao.services.imports.staging import Staging
from jubao.services.spreadsheets.lookup import place_table

COLUMNS = (
    ImportColumn("id_number", "identity", is_required=True, may_be_blank=False),
    ImportColumn("name", "name", is_required=True, may_be_blank=False),
    ImportColumn("register_place", "text"),
    ImportColumn("township", "text"),
    ImportColumn("village", "text"),
    ImportColumn("enrolled_on", "date", headers=("参保时间", "参保日期", "个人参保日期", "AAC049")),
    ImportColumn("mobile", "number"),
    ImportColumn("payout_account", "number"),
    ImportColumn("payout_bank", "text"),
    ImportColumn("name_key", "derived"),
    ImportColumn("name_initials", "derived"),
    ImportColumn("gender", "derived"),
    ImportColumn("birth_date", "derived"),
    ImportColumn("place_status", "derived"),
    ImportColumn("division_id", "derived"),
    ImportColumn("division_path", "derived"),
)
REMEDIES = {
    "PLACE_UNKNOWN": "写不出属于哪个镇街、村（社区）。请填写镇街和村的全名。",
    "PLACE_OUTSIDE": "地址不在本辖区。请转交参保地的经办机构。",
    "PLACE_NOT_YOURS": "这个村不属于您的辖区。请由该镇街导入。",
    "TOO_YOUNG": "未满 16 周岁，不能参保。",
    "ENROLLED_ELSEWHERE": "此人在别处有有效的参保。请先办理关系转移。",
    "ACCOUNT_SEALED": "个人账户已封存，除启封外不能变更。请先申请启封。",
    "ACCOUNT_CHANGE": "已有发放账户，更换账户须办理账户变更业务。",
}


def derive(context: Staging, rows: list[dict[str, Any]]) -> None:
    """Pinyin, sex and birth of the number, and the place of the address; each different address is placed once."""
    table = place_table(context.district_code, context.today)
    divisions = {
        code: (str(key), path)
        for key, code, path in Division.objects.filter(
            code__startswith=context.district_code, valid_until__isnull=True
        ).values_list("id", "code", "path")
    }
    known: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        number = IdNumber.parse(row["id_number"])
        row["name_key"], row["name_initials"] = name_key(row["name"]), name_initials(row["name"])
        if number.has_birth_date:
            row["gender"], row["birth_date"] = number.gender, number.birth_date.isoformat()
        text = "".join(filter(None, (row["township"], row["village"]))) or row["register_place"] or ""
        if text not in known:
            found = table.place(text)
            known[text] = (found.status, *divisions.get(found.code, ("", "")))
        row["place_status"], row["division_id"], row["division_path"] = known[text]


def judge(*, context: Staging) -> None:
    """Refuse what cannot be, then tell new from same from changed."""
    context.refuse_doubles()
    context.refuse(
        "register_place", "PLACE_OUTSIDE", f"s.place_status = '{OUTSIDE}' AND s.enrolment_id IS NULL"
    )
    context.refuse(
        "register_place", "PLACE_UNKNOWN", f"s.place_status <> '{PLACED}' AND s.enrolment_id IS NULL"
    )
    context.refuse(
        "register_place",
        "PLACE_NOT_YOURS",
        "s.division_path <> '' AND NOT starts_with(s.division_path, %(scope)s)",
        {"scope": "" if context.actor.scope == "%" else context.actor.scope},
    )
    context.refuse(
        "id_number",
        "TOO_YOUNG",
        "s.birth_date::date > %(today)s::date - make_interval(years => %(age)s) AND s.enrolment_id IS NULL",
        {"today": context.today, "age": _youngest(context)},
    )
    context.refuse_other_names()
    context.execute(_DIFFERENCES)
    sealed = f"SELECT e.id FROM people_enrolment AS e WHERE {is_sealed('e.id')}"
    context.refuse("id_number", "ACCOUNT_SEALED", f"s.differences <> '{{}}' AND s.enrolment_id IN ({sealed})")
    context.execute("UPDATE staged SET decision = 'new' WHERE decision IS NULL AND enrolment_id IS NULL")
    context.execute(
        "UPDATE staged SET decision = CASE WHEN differences = '{}' THEN 'same' ELSE 'change' END"
        " WHERE decision IS NULL"
    )


def _youngest(context: Staging) -> int:
    from jubao.kernel.month import Month

    return int(context.pack.parameter("min_enrol_age_years", Month.containing(context.today)).value)


_DIFFERENCES = """
    UPDATE staged AS s SET differences = jsonb_strip_nulls(jsonb_build_object(
        'division_path', CASE WHEN s.division_path <> '' AND s.division_path <> e.division_path
                              THEN jsonb_build_array(e.division_path, s.division_path) END,
        'mobile', CASE WHEN s.mobile IS NOT NULL AND s.mobile IS DISTINCT FROM f.number
                       THEN jsonb_build_array(f.number, s.mobile) END))
    FROM people_enrolment e
    LEFT JOIN people_phone f ON f.person_id = e.person_id AND f.until_on IS NULL AND f.is_mobile
    WHERE s.decision IS NULL AND e.id = s.enrolment_id"""

PARTICIPANTS = register_import(
    ImportKind(
        kind="participants",
        title=chinese("参保人员"),
        columns=COLUMNS,
        judge=judge,
        apply=apply_participants,
        undo=undo_participants,
        derive=derive,
        is_capped=True,
        remedies=REMEDIES,
    )
)
