"""The invariants of people hold on what the services make, and each finds a planted fault."""

from __future__ import annotations

from django.db import connection

from jubao.people.invariants import INVARIANTS
from tests.support.cast import Cast
from tests.support.importing import a_csv, approved, staged
from tests.support.residents import a_beneficiary, an_enrolment, some_villages


def violations() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            cursor.execute(one.checked)
            cursor.execute(one.violations)
            found[one.id] = len(cursor.fetchall())
    return found


def test_what_the_services_make_breaks_nothing(cast: Cast) -> None:
    village = some_villages()[0]
    a_beneficiary(village=village)
    an_enrolment(village=village, account="6217000000000000011")
    rows = (
        ("姓名", "身份证号码", "户籍地址"),
        ("王小英", "509903199005010025", "古南街道新民村"),
        ("李", "5", "古南街道新民村"),
    )
    batch = staged(cast, "participants", a_csv(*rows))
    if batch.case_id:
        approved(cast, batch)

    assert violations() == dict.fromkeys([one.id for one in INVARIANTS], 0)
