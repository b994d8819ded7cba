"""One month in which every outcome comes about by its own pages, and the figures, the list behind them and the bulletin after.

Ten people are extracted on 2024-03-01; the night's job lets one window pass. The rate is 已办理完 / (提取 − 撤销标识), where the
person's own waiver revokes the flag, too: 4 / (10 − 2) = 50.00 %.
"""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from jubao.cases.models import Case
from jubao.claim_free.models import Bulletin, Flag
from jubao.jobs.programme import programme_month
from jubao.services.claim_free.windows import expire_windows
from tests.claim_free_statistics.test_figures import CELLS
from tests.support.claim_free_world import MARCH, at_ten
from tests.support.counter import HANDLER, INTAKE, Counter
from tests.support.residents import system

NAMES = ("张桂芳", "李秀英", "王建华", "陈玉兰", "刘德明", "周素珍", "杨国强", "赵永福", "吴春梅", "郑光荣")
LAST_OF_MARCH = date(1964, 3, 20)
STATISTICS = "?month=2024-03"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


def extracted(here: Counter) -> dict[str, Case]:
    """Ten people on the list of the month; the last one turns sixty in it."""
    for n, name in enumerate(NAMES):
        birth = LAST_OF_MARCH if name == NAMES[-1] else date(1964, 5, 20)
        here.world.candidate(name=name, birth=birth, balance_fen=250473, mobile=f"1389674551{n}")
    here.world.extract(MARCH)
    return {flag.person.name: flag.case for flag in Flag.objects.select_related("case", "person")}


def verified_and_sent(here: Counter, cases: list[Case]) -> None:
    ids = [str(one.pk) for one in cases]
    for route in ("claim-free-verify", "claim-free-send"):
        said = here.post(HANDLER, route, confirmed="1", case=ids)
        assert f"成功 {len(ids)} 人" in said


def revoked(here: Counter, case: Case) -> None:
    version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
    here.post(
        HANDLER, "claim-free-revoke", case.pk, reason_code="OTHER", reason="外省参保未清退", version=version
    )


def restored(here: Counter, case: Case) -> None:
    version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
    here.post(HANDLER, "claim-free-restore", case.pk, reason="已清退", version=version)


def waived(here: Counter, case: Case) -> None:
    here.signed(case, box="waiver")
    here.scan(case, "id_document", "confirmation_form")
    here.act(INTAKE, case, "waive", is_sure="1")


def completed(here: Counter, case: Case) -> None:
    assert "SL-" in here.accepted(case)
    here.handle(case)
    here.review(case)


def figures(here: Counter) -> tuple[dict[str, int], list[str]]:
    """The line 合计 of the statistics page: counts by name, then rate and gap."""
    page = here.get(HANDLER, "claim-free-statistics", query=STATISTICS).content.decode()
    line = re.search(r'<tr class="total">(.*?)</tr>', page, re.DOTALL)
    assert line is not None
    cells = [
        re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<td[^>]*>(.*?)</td>", line[1], re.DOTALL)
    ]
    return {name: int(cell) for name, cell in zip(CELLS, cells[1:], strict=False)}, cells[10:]


def bulletin(here: Counter) -> str:
    """Frozen, made and read on the 25th."""
    here.on(date(2024, 3, 25))
    for do in ("freeze", "make"):
        here.post(HANDLER, "claim-free-bulletin", do=do, month="2024-03")
    answer: Any = here.client(HANDLER).get(
        reverse("claim-free-bulletin-file", args=[Bulletin.objects.get().pk])
    )
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "".join("".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages).split())


@pytest.mark.requirement(
    "QJ-A1-4-6a", "QJ-A1-4-6c", "QJ-A1-4-6d", "QJ-A1-4-6e", "QJ-A1-4-6f", "QJ-A2-4", "QJ-4-4a", "QJ-4-4b"
)
def test_a_month_with_every_outcome_adds_up_on_the_page_and_in_the_bulletin(here: Counter) -> None:
    cases = extracted(here)
    verified_and_sent(here, [cases[name] for name in NAMES[:8]])
    for name in NAMES[:4]:
        completed(here, cases[name])
    here.accepted(cases[NAMES[4]])
    waived(here, cases[NAMES[5]])
    revoked(here, cases[NAMES[6]])
    revoked(here, cases[NAMES[7]])
    restored(here, cases[NAMES[7]])
    in_march, rates = figures(here)
    said = bulletin(here)
    here.on(date(2024, 4, 1))
    expire_windows(actor=here.world.program, today=date(2024, 4, 1), now=at_ten(date(2024, 4, 1)))

    after, later = figures(here)

    assert in_march == {
        "extracted": 10, "notified": 8, "confirmed": 5, "in_process": 1, "completed": 4, "waiting": 3,
        "flags_off": 2, "waived": 1, "expired": 0,
    }  # fmt: skip
    assert rates == later == ["50.00%", "4 人"]
    assert after == in_march | {"waiting": 2, "expired": 1}
    ends = ("completed", "in_process", "waiting", "flags_off", "expired")
    assert sum(after[name] for name in ends) == after["extracted"]
    for name in CELLS:
        listed = here.text(HANDLER, "claim-free-figure", query=f"{STATISTICS}&figure={name}")
        shown = re.search(r"共 (\d+) 条", listed)
        assert (int(shown[1]) if shown else 0) == after[name], name
    assert "提取10人，撤销标识2人（其中本人放弃1人），短信告知8人，确认5人，办结4人，免申即享率50.00%" in said
    frozen = here.text(HANDLER, "claim-free-bulletin", query=STATISTICS)
    assert "50.00%" in frozen and "未确认 3" in frozen


@pytest.mark.requirement("QJ-A2-3-3-2")
def test_after_a_waiver_by_the_page_neither_restoring_by_the_page_nor_the_next_month_brings_the_flag_back(
    here: Counter,
) -> None:
    who = here.world.candidate(name="张桂芳", birth=date(1964, 5, 31), balance_fen=250473)
    other = here.world.candidate(name="李秀英", birth=date(1964, 5, 31), balance_fen=250473)
    case, revoked_one = here.world.listed(who), here.world.listed(other)
    waived(here, case)
    revoked(here, revoked_one)
    listed = here.text(HANDLER, "claim-free", query=STATISTICS)
    assert "本人放弃" in listed

    said = here.post(
        HANDLER,
        "claim-free-restore",
        case.pk,
        reason="本人又想要",
        version=Case.objects.get(pk=case.pk).version,
    )
    restored(here, revoked_one)
    here.on(date(2024, 4, 1))
    programme_month(
        actor=system(here.world.cast.handler.actor.scope), district_code="500110", today=date(2024, 4, 1),
        now=at_ten(date(2024, 4, 1)),
    )  # fmt: skip
    here.world.extract(MARCH + 1)

    assert "FLAG_WAIVED" in said and "不可恢复" in said and "三、（三）2" in said
    states = dict(Flag.objects.values_list("person__name", "state"))
    assert states == {"张桂芳": "waived", "李秀英": "flagged"}
    april = here.text(HANDLER, "claim-free", query="?month=2024-04")
    assert "张*芳" not in april and "张桂芳" not in april
    refused = here.post(INTAKE, "claim-free-accept", number=here.number(case))
    assert "USE_ORDINARY_CLAIM" in refused
