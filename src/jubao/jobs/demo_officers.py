"""The officers of a demo district: one human being per post, with a password that is no secret and a one-time code.

Worked example: `found_officers("500110", …)` makes `500110-intake_clerk` in the first township, `500110-reviewer` in the
district, `500110-system_keeper` one level above; `jubao demo code 500110-reviewer` prints the current code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.demo.districts import DISTRICTS, district
from jubao.kernel.errors import WrongUsage
from jubao.kernel.id_number import id_check_char
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.policy import load_pack
from jubao.services.staff.ecard import cards_bind
from jubao.services.staff.officers import Founder, officer_found
from jubao.staff.keys import seal, unseal
from jubao.staff.models import Officer
from jubao.staff.one_time_codes import code_at, new_secret
from jubao.staff.posts import CATALOGUE, PostKind
from jubao.staff.standings import actor_of, standings

PASSWORD = "示范-Jubao-2026"
AREA = "99"
"""Nobody else of the demo has this area in the number."""
SURNAMES, GIVEN = (
    "李王陈刘赵周吴郑孙何高林罗谢",
    ("静", "志强", "丽", "建国", "敏", "海燕", "刚", "红梅", "涛", "芳", "峰", "晓", "英", "军"),
)
IN_TOWNSHIP = ("intake_clerk", "field_worker", "certification_officer", "township_leader")


@dataclass(frozen=True)
class DemoLogin:
    """One line of the table of log-ins."""

    username: str
    name: str
    post: str
    place: str


def found_officers(code: str, *, today: date, now: datetime) -> int:
    """Make the officers of a district, one per post; how many, 0 when they are there."""
    wanted = [_founder(code, number, post) for number, post in enumerate(CATALOGUE)]
    names = [founder.username for founder in wanted]
    if not Officer.objects.filter(username=names[0]).exists():
        until = date(today.year + 1, 12, 31) + timedelta(days=1)
        officer_found(district_code=code, founders=wanted, until_on=until, today=_since(today), now=now)
    with unit_of_work(Actor.system("demo", scope="%"), "demo_officers"):
        # A process killed between the two steps left them without a password.
        without = Officer.objects.filter(username__in=names, one_time_code_secret="")
        for officer in without:
            officer.password = _hashed()
            officer.one_time_code_secret = seal(new_secret(), about=officer.id)
            officer.save(update_fields=["password", "one_time_code_secret"])
        return len(without)


def _since(today: date) -> date:
    """They have been in office since before the first payment here."""
    return date(today.year - 1, 1, 1)


@cache
def _hashed() -> str:
    """The password's hash, made once: fifty of them would take longer than twenty thousand people."""
    return make_password(PASSWORD)


def _founder(code: str, number: int, post: PostKind) -> Founder:
    place = district(code)
    offset = [each.code for each in DISTRICTS].index(code)
    body = f"{place.never_assigned}{AREA}{1980 + number:04d}0315{100 + number:03d}"
    name = SURNAMES[(number + 3 * offset) % len(SURNAMES)] + GIVEN[(number * 5 + offset) % len(GIVEN)]
    return Founder(
        username=username(code, post.code),
        name=name,
        id_number=body + id_check_char(body),
        post=post.code,
        division_path=_place_of(code, post).path,
    )


def _place_of(code: str, post: PostKind) -> Division:
    own = Division.objects.get(code=code, level="district", valid_until__isnull=True)
    below = {"village_assistant": "village", **dict.fromkeys(IN_TOWNSHIP, "township")}.get(post.code)
    if below is None:
        return own.parent if "district" not in post.levels and own.parent is not None else own
    places = Division.objects.filter(path__startswith=own.path, level=below, valid_until__isnull=True)
    return places.order_by("code")[0]


def username(code: str, post: str) -> str:
    """`500110-reviewer`."""
    return f"{code}-{post}"


def officer_actor(code: str, post: str, today: date) -> Actor:
    """The demo officer of a post, acting."""
    officer = Officer.objects.select_related("natural_person").get(username=username(code, post))
    return actor_of(officer, standings(officer.id, today)[0], device="demo")


def logins(codes: Sequence[str]) -> list[DemoLogin]:
    """The table of log-ins, by district and post."""
    names = [username(code, post.code) for code in codes for post in CATALOGUE]
    found = {
        officer.username: officer
        for officer in Officer.objects.filter(username__in=names).select_related("natural_person")
    }
    titles = {post.code: post.name for post in CATALOGUE}
    return [
        DemoLogin(
            name, found[name].natural_person.name, titles[name.split("-")[1]], _place_of_login(found[name])
        )
        for name in names
        if name in found
    ]


def _place_of_login(officer: Officer) -> str:
    path = officer.grants.order_by("id").values_list("division_path", flat=True)[0]
    return str(Division.objects.get(path=path, valid_until__isnull=True).name)


def bind_cards(code: str, *, today: date, now: datetime) -> int:
    """Where the region turned passwords off, every officer gets the e-card of the simulated phone."""
    if not without_password((code,), today):
        return 0
    return cards_bind([username(code, post.code) for post in CATALOGUE], now=now)


def without_password(codes: Sequence[str], today: date) -> list[str]:
    """The names of the districts whose texts allow no log-in by password."""
    ways = {code: load_pack(code).setting("login.ways", today).value for code in codes}
    return [district(code).name for code in codes if "password_and_code" not in ways[code]]


def current_code(name: str, *, now: datetime) -> str:
    """The one-time code of a demo officer at this moment. Raises WrongUsage USER_UNKNOWN."""
    officer = Officer.objects.filter(username=name).first()
    if officer is None or not officer.one_time_code_secret:
        raise WrongUsage(
            "USER_UNKNOWN",
            _("没有演示用户 {name}。").format(name=name),
            remedy=_("用户名如 500110-reviewer。"),
        )
    return code_at(unseal(officer.one_time_code_secret, about=officer.id), int(now.timestamp()))
