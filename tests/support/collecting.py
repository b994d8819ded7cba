"""A district that collects by POS: officers of village, township and district, a terminal, files of what it recorded.

Worked example: `here = Collecting(monkeypatch)`; `here.terminal()` stands in the first village; `here.pos(line, line)` imports
two payments of May 2024 as 数据岗 and approves them.
"""

from __future__ import annotations

from datetime import date

import pytest

import tests.support.cast as cast_module
from jubao.contributions.models import PosTerminal
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.services.collection.terminals import terminal_register
from tests.support.counter import Counter
from tests.support.importing import a_csv, approved, staged
from tests.support.residents import an_enrolment

SONGSHAN = "150404"
ASSISTANT, INTAKE, FINANCE = (
    f"{SONGSHAN}-{post}" for post in ("village_assistant", "intake_clerk", "finance_officer")
)
DISTRICT_HANDLER, REVIEWER = f"{SONGSHAN}-handler", f"{SONGSHAN}-reviewer"
OFFICE = "songshan-township"
HEAD = ("终端号", "凭证号", "姓名", "公民身份号码", "缴费年度", "金额", "交易日期", "交易时间", "缴费方式")
MAY, DAY = "?month=2024-05", date(2024, 5, 20)
JUNE = date(2024, 6, 3)


class Collecting(Counter):
    """A county on 20 May 2024 with a handler at the township."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__(patch, SONGSHAN)
        township = self.world.cast.intake.actor.scope
        cast_module.an_officer("handler", path=township, username=OFFICE, from_on=cast_module.FROM)
        self.on(DAY)

    @property
    def village(self) -> str:
        """The path of the assistant's village."""
        return self.world.cast.assistant.actor.scope

    def person(self, name: str) -> Enrolment:
        """Somebody of the assistant's village."""
        village = next(one for one in self.world.villages if one.path == self.village)
        return an_enrolment(village=village, name=name)

    def terminal(self, number: str = "POS-0001") -> PosTerminal:
        """A terminal in the village."""
        handler = self.world.cast.handler.actor
        return terminal_register(
            actor=handler, number=number, village_path=self.village, today=date(2024, 1, 2)
        )

    def line(
        self, who: Enrolment, voucher: str, yuan: str = "500.00", *, on: str = "2024-05-06", at: str = "09:30",
        year: str = "2024", means: str = "POS", terminal: str = "POS-0001",
    ) -> tuple[str, ...]:  # fmt: skip
        """One row of the file."""
        number = numbers_of([who.person_id])[who.person_id]
        return (terminal, voucher, who.person.name, number, year, yuan, on, at, means)

    def pos(self, *lines: tuple[str, ...]) -> None:
        """These rows imported and approved."""
        cast = self.world.cast
        batch = staged(cast, "pos_transactions", a_csv(HEAD, *lines), district_code=SONGSHAN)
        approved(cast, batch)
