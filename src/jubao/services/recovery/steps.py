"""Who may do what is no step of the case but belongs to one: the post and place of a transition, asked without taking it.

Worked example: a village assistant who records a delivery is refused in the words of 已送达: this step belongs to 核实岗, 受理岗,
办理岗; the delivery to the first of two heirs asks the same although the case does not move yet.
"""

from __future__ import annotations

from datetime import date

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.services.access.own_records import require_not_own
from jubao.services.cases import checks
from jubao.services.cases.kinds import Transition, table
from jubao.services.cases.records import step_not_possible
from jubao.services.recovery.kind import RECOVERY
from jubao.staff.regions import pack_of


def require_step(actor: Actor, case: Case, action: str, today: date) -> None:
    """Raises CaseRefused STEP_NOT_POSSIBLE, POST_REQUIRED, LEVEL_REQUIRED, OUT_OF_SCOPE."""
    pack = pack_of(case.division_path)
    rows = [one for one in table(RECOVERY, pack, today) if one.action == action]
    row = next((one for one in rows if one.from_state == case.state), None)
    checks.check_post(actor, row or rows[0], pack, case.division_path)
    checks.check_place(actor, case.division_path)
    require_not_own(actor, case.person_id)
    if row is None:
        raise step_not_possible(RECOVERY, case, rows[0].title)


def require_post(actor: Actor, case: Case, posts: frozenset[str], today: date) -> None:
    """The same for what no transition stands for. Raises CaseRefused POST_REQUIRED, OUT_OF_SCOPE."""
    step = Transition("record", case.state, case.state, posts)
    checks.check_post(actor, step, pack_of(case.division_path), case.division_path)
    checks.check_place(actor, case.division_path)
    require_not_own(actor, case.person_id)
