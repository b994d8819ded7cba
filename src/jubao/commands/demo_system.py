"""`jubao demo start` and `jubao demo code`: the whole system with made-up districts, and the log-ins that go with it.

Worked example: `jubao demo start --people 20000` starts the database, makes four districts, runs their present month, prints
what was found and the table of log-ins, and leaves the site running; the second start finds everything there.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from jubao.kernel.text import _

if TYPE_CHECKING:
    from jubao.commands.demo_counterparts import Counterpart
    from jubao.jobs.demo import DemoOrder

ZONE = ZoneInfo("Asia/Shanghai")
PROCESSES = 2
_START = _(
    "启动带演示数据的整个系统：四个虚构区县，各跑一遍当月业务，打印结果和演示账号，然后网站一直运行到按 Ctrl-C。\n\n"
    "例：jubao demo start --people 20000\n\n第二次启动不再生成数据。人名、号码、待遇标准中标明的演示值都是虚构的。"
)
_CODE = _(
    "打印演示用户此刻的动态码，或发往一个手机号码的最近一条登录验证码（只对演示数据有效）。\n\n"
    "例：jubao demo code 500110-reviewer；jubao demo code 13900001234"
)

PeopleOption = Annotated[int, typer.Option("--people", help=_("每个区县的人数"), min=100, max=200_000)]
RegionOption = Annotated[
    list[str] | None, typer.Option("--region", help=_("区县代码，可多次；默认四个演示区县"))
]


def register(app: typer.Typer) -> None:
    """Add the subcommands to `jubao demo`."""
    app.command("start", help=_START, short_help=_("启动带演示数据的整个系统"))(start)
    app.command("code", help=_CODE, short_help=_("打印演示用户的动态码"))(code)


def start(
    people: PeopleOption = 20_000,
    seed: Annotated[int, typer.Option("--seed", help=_("随机种子"))] = 7,
    region: RegionOption = None,
    host: Annotated[str, typer.Option("--host", help=_("监听的地址；默认只供本机访问"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=_("端口"))] = 8000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help=_("做完后是否启动网站"))] = True,
) -> None:
    """Prepare the demo where it is not there yet, show it, serve it."""
    from jubao.commands.demo_counterparts import counterparts
    from jubao.database.places import data_dir
    from jubao.demo.districts import DISTRICTS, district
    from jubao.demo.system_packs import write_packs
    from jubao.site.opening import close_connections, describe, open_system
    from jubao.site.server import Server, refuse_taken_port

    began = time.perf_counter()
    if serve:
        refuse_taken_port(host, port)
    codes = tuple(district(one).code for one in region or ()) or tuple(one.code for one in DISTRICTS)
    now = datetime.now(UTC)
    os.environ["JUBAO_DEMO"] = "1"
    _own_packs(codes, now, write_packs)
    cluster = open_system(now=now)
    for line in describe(cluster):
        print(line)
    beside = counterparts(host, port, data_dir())
    with _card_system(beside):
        _prepare(codes, people, seed, now, cluster)
    _show(codes, now.astimezone(ZONE).date())
    print(_("准备完毕，用时 {seconds:.0f} 秒。").format(seconds=time.perf_counter() - began), flush=True)
    close_connections()
    if serve:
        address = f"http://{host}:{port}/workbench/"
        print(_("网址：{address}　（Ctrl-C 停止）").format(address=address), flush=True)
        for one in beside:
            os.environ.update(one.environment)
            print(one.words, flush=True)
        commands = {one.name: one.command for one in beside}
        Server(cluster, host, port, processes=2, has_worker=True, beside=commands).run()


def code(
    username: Annotated[
        str, typer.Argument(help=_("演示用户名，如 500110-reviewer；或手机号码"), metavar="USER")
    ],
) -> None:
    """Print the one-time code of a demo officer, or the last code sent to a telephone."""
    from jubao.commands.system import open_system
    from jubao.kernel.errors import WrongUsage

    open_system()
    from jubao.jobs.demo import is_demo
    from jubao.jobs.demo_officers import current_code
    from jubao.jobs.demo_residents import last_code

    if not is_demo():
        raise WrongUsage("NOT_A_DEMO_DATABASE", _("这不是演示数据库，不打印动态码。"))
    is_phone = len(username) == 11 and username.isdecimal()
    print(last_code(username) if is_phone else current_code(username, now=datetime.now(UTC)))


def _card_system(beside: list[Counterpart]) -> AbstractContextManager[None]:
    """The card system runs while the months are prepared: an extraction asks it. One set by hand is asked instead."""
    from jubao.commands.demo_counterparts import CARD, running

    return next((running(one) for one in beside if one.name == CARD), nullcontext())


def _own_packs(codes: tuple[str, ...], now: datetime, write: Callable[..., None]) -> None:
    """The made-up values of the demo, as packs of the data folder; written once, so that their hash stays."""
    from jubao.database.places import data_dir
    from jubao.kernel.month import Month

    folder = data_dir() / "packs"
    missing = [one for one in codes if not any(folder.glob(f"{one}_*"))]
    if missing:
        write(folder, tuple(missing), Month.containing(now.astimezone(ZONE).date()))


def _prepare(codes: tuple[str, ...], people: int, seed: int, now: datetime, cluster: Any) -> None:
    """Seed the districts and run their months, two at a time; nothing where all is done."""
    from jubao.jobs.demo import MONTH_JOB, SEED_JOB, DemoOrder, require_demo_or_empty, unfinished
    from jubao.services.oversight.sealing import seal_events
    from jubao.site.opening import refresh_statistics

    require_demo_or_empty()
    if not unfinished(MONTH_JOB, codes):
        # A process killed after the months and before this left the last events unsealed.
        seal_events()
        return
    order = DemoOrder(people=people, seed=seed, today=now.astimezone(ZONE).date())
    for title, job, work in (
        (_("生成人员和历史"), SEED_JOB, "seed"),
        (_("办理往月和当月"), MONTH_JOB, "run_months"),
    ):
        _in_processes(title, unfinished(job, codes), order, work)
        refresh_statistics(cluster)
    seal_events()


def _in_processes(title: str, codes: tuple[str, ...], order: DemoOrder, work: str) -> None:
    """One process per district, two at a time, with a bar for each."""
    if not codes:
        return
    import multiprocessing
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait

    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    with ProcessPoolExecutor(PROCESSES, context, _begin, (told,)) as pool, _bars(title, codes) as show:
        waiting = {pool.submit(_work, work, one, order) for one in codes}
        while waiting:
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            while not told.empty():
                show(*told.get())
            for one in done:
                one.result()


_told: Any = None


def _begin(told: Any) -> None:
    """What a process of the pool does first: it ends with the one that made it, so that a killed demo leaves no lock."""
    import django

    from jubao.site.server import end_with_parent

    end_with_parent()

    global _told
    _told = told
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.site.settings")
    django.setup()


def _work(name: str, district_code: str, order: DemoOrder) -> None:
    """One district in a process of the pool."""
    from jubao.jobs import demo

    def tell(step: str, done: int, total: int) -> None:
        _told.put((district_code, step, done, total))

    getattr(demo, name)(district_code, order, now=lambda: datetime.now(UTC), listener=tell)
    _told.put((district_code, "", 1, 1))


@contextmanager
def _bars(title: str, codes: tuple[str, ...]) -> Iterator[Callable[[str, str, int, int], None]]:
    """A bar per district on stderr when it is a terminal; else a line per district at its end."""
    from jubao.demo.districts import district

    names = {one: f"{one} {district(one).name}" for one in codes}
    if not sys.stderr.isatty():
        print(title, file=sys.stderr)
        yield lambda one, step, done, total: None if step else print(f"  {names[one]}", file=sys.stderr)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[step]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        print(title, file=sys.stderr)
        tasks = {one: bar.add_task(names[one], total=1, step="") for one in codes}
        yield lambda one, step, done, total: bar.update(
            tasks[one], completed=done, total=max(total, 1), step=STEP_NAMES.get(step, step)
        )


STEP_NAMES = {
    "people": _("人员"),
    "interest": _("结息"),
    "payments": _("往月发放"),
    "feeds": _("部门名单"),
    "extraction": _("提取"),
    "claim_free": _("免申即享"),
    "comparison": _("比对"),
    "determination": _("核定"),
    "payment": _("发放名单"),
}


def _show(codes: tuple[str, ...], today: date) -> None:
    """What the month of each district found, and who can log in."""
    from rich.console import Console
    from rich.table import Table

    from jubao.commands.month_table import month_table
    from jubao.jobs.demo import month_results
    from jubao.jobs.demo_officers import PASSWORD, logins, without_password

    console = Console(width=None if sys.stdout.isatty() else 140)
    for one, found in month_results(codes).items():
        console.print(month_table(one, found))
    table = Table(
        title=_("演示账号（密码都是 {password}；动态码：jubao demo code 用户名）").format(password=PASSWORD)
    )
    for heading in (_("用户名"), _("岗位"), _("姓名"), _("地点")):
        table.add_column(heading)
    for login in logins(codes):
        table.add_row(login.username, login.post, login.name, login.place)
    console.print(table)
    _show_residents(console, codes, today)
    for place in without_password(codes, today):
        console.print(
            _("{place}的用户按规定不能用密码，请在 /workbench/ecard/ 用模拟的电子社保卡扫码。").format(
                place=place
            )
        )


def _show_residents(console: Any, codes: tuple[str, ...], today: date) -> None:
    """Who can log in at the portal; nothing for districts without a claim-free month."""
    from rich.table import Table

    from jubao.jobs.demo_residents import portal_logins

    people = [login for one in codes for login in portal_logins(one, today)]
    if not people:
        return
    table = Table(title=_("手机端演示人员（/portal/；验证码见短信平台页面，或 jubao demo code 手机号）"))
    for heading in (_("姓名"), _("身份证号码（虚构）"), _("手机号"), _("可以试什么")):
        table.add_column(heading)
    for login in people:
        table.add_row(login.name, login.number, login.phone, login.what)
    console.print(table)
