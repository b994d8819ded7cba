from __future__ import annotations
from tests.support.claim_free_desk import claim_free_desk, listed_today
from tests.support.claim_free_world import World
import pytest
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Enrolment
from tests.support.residents import system

def test_shots(test_cluster, tmp_path_factory):
    def seed(desk):
        here = World()
        cases = listed_today(here, {n: 204 for n in ("张桂芳","李秀英","王建华")})
        with unit_of_work(system(), "t"):
            Enrolment.objects.update(is_only_child=False)
        desk.seeded["case"] = cases["张桂芳"]
    with claim_free_desk(test_cluster, tmp_path_factory.mktemp("p"), seed) as desk:
        page = desk.as_("500110-handler")
        page.goto(desk.address("claim-free-print"))
        page.get_by_label("用途").fill("上门办理")
        desk.keep(page, "h7-print")
        print("axe", desk.faults(page))
        page.locator("button.btn-primary").click()
        page.wait_for_load_state()
        with desk.records():
            from jubao.jobs.print_forms import order_of, print_forms, JOB
            from jubao.oversight.models import JobRun
            from datetime import datetime, UTC
            run = JobRun.objects.get(job=JOB)
            import os; os.environ["JUBAO_DATA_DIR"] = str(desk.database.data_dir)
            print_forms(order_of(run.district_code, run.month, run.key, run.result["order"]), now=lambda: datetime.now(UTC))
        page.goto(desk.address("claim-free-print"))
        desk.keep(page, "h7-printed")
        print("axe", desk.faults(page))
        page.goto(desk.address("archive")); desk.keep(page, "h7-archive"); print("axe", desk.faults(page))
        page.goto(desk.address("archive-case", desk.seeded["case"].id)); desk.keep(page, "h7-archive-case"); print("axe", desk.faults(page))
        print(desk.problems(page))
