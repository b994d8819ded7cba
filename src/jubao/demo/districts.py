"""The four demo districts: where the made-up people live, which departments send returns, how large each return is.

The sizes are per person on the roster: the train feed of the first district has 1.2 rows per person, of which 0.48 are
about people of the roster and the rest about others. A feed is only written if the department still sends it in the
month (the photo way of one county ended in 2021).

    >>> district("500110").feed("PRISON").nature
    'custody'
"""

from dataclasses import dataclass

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _


@dataclass(frozen=True)
class FeedPlan:
    """One department's return.

    nature: presence | hospital | bus_card | death | register_death | mark | custody | benefit | register.
    rows_permille: rows for 1,000 people of the roster; known_permille: how many of those rows are about them (for
    presence), or how many of 1,000 cases this feed knows (for everything that ends a pension).
    newest_day, oldest_day: how many days before the end of the month the events lie.
    """

    source: str
    nature: str
    rows_permille: int
    known_permille: int
    newest_day: int = 0
    oldest_day: int = 460
    is_life: bool = False
    in_calendar_year: bool = False

    @property
    def most_known_permille(self) -> int:
        """About how many rows of 1,000 people of the roster this feed holds."""
        return self.known_permille * 905 // 1000 if self.is_life else 2


@dataclass(frozen=True)
class District:
    """One demo district: codes, names of its made-up places, window of evidence, feeds."""

    code: str
    name: str
    never_assigned: str
    window: str
    townships: tuple[str, ...]
    feeds: tuple[FeedPlan, ...]
    dotted_name_ppm: int = 3000
    suspended_are_subjects: bool = False
    first_duty: str = "next_year"
    has_claim_free: bool = False
    has_other_schemes: bool = True

    def feed(self, source: str) -> FeedPlan:
        """The plan of one source. Raises KeyError."""
        return {each.source: each for each in self.feeds}[source]


def _life(source: str, rows: int, known: int, nature: str = "presence", **more: int | bool) -> FeedPlan:
    return FeedPlan(source, nature, rows, known, is_life=True, **more)  # type: ignore[arg-type]


QIJIANG = District(
    code="500110",
    name="綦江区",
    never_assigned="5099",
    window="rolling",
    townships=(
        "示范街道",
        "东溪示范镇",
        "石壕示范镇",
        "永新示范镇",
        "篆塘示范镇",
        "丁山示范镇",
        "郭扶示范镇",
        "打通示范镇",
    ),
    has_claim_free=True,
    has_other_schemes=False,
    feeds=(
        _life("TRAIN", 1250, 480),
        _life("HOSPITAL", 850, 400, "hospital"),
        _life("FAMILY_DOCTOR", 800, 480),
        _life("BANK_IN_PERSON", 900, 540),
        _life("BUS_CARD", 600, 360, "bus_card"),
        _life("SELF_FACE", 480, 430, oldest_day=380),
        _life("WINDOW", 120, 100, in_calendar_year=True, oldest_day=400),
        FeedPlan("CREMATION", "death", 300, 700),
        FeedPlan("NATIONAL_POPULATION", "register_death", 300, 600),
        FeedPlan("HUKOU_CANCEL", "register", 200, 500),
        FeedPlan("ENROLMENT_REGISTER", "mark", 150, 400, oldest_day=280),
        FeedPlan("PRISON", "custody", 50, 900),
    ),
)
SONGSHAN = District(
    code="150404",
    name="松山区",
    never_assigned="1599",
    window="calendar_year",
    townships=("示范街道", "哈拉示范镇", "老府示范镇", "初头示范镇", "城子示范镇", "岗子示范乡"),
    dotted_name_ppm=21000,
    feeds=(
        _life("SELF_FACE", 600, 540, oldest_day=380),
        _life("TEMPLATE", 450, 430, oldest_day=330),
        FeedPlan("CREMATION", "death", 200, 700),
        FeedPlan("CDC_DEATH", "death", 200, 600),
        FeedPlan("HUKOU_CANCEL", "register", 200, 500),
        FeedPlan("SENTENCE", "custody", 60, 900),
    ),
)
XUNWU = District(
    code="360734",
    name="寻乌县",
    never_assigned="3699",
    window="first_half",
    townships=("示范镇", "文峰示范乡", "三标示范乡", "晨光示范镇", "留车示范镇", "南桥示范镇"),
    feeds=(
        _life("SELF_FACE", 900, 820, newest_day=60, oldest_day=330),
        FeedPlan("CREMATION", "death", 200, 700),
        FeedPlan("NATIONAL_POPULATION", "register_death", 200, 600),
        FeedPlan("MEDICAL_DEATH", "death", 100, 500),
    ),
)
NANAO = District(
    code="440523",
    name="南澳县",
    never_assigned="4499",
    window="rolling_months",
    townships=("后宅示范镇", "云澳示范镇", "深澳示范镇"),
    suspended_are_subjects=True,
    first_duty="next_month",
    feeds=(
        _life("TRAVEL", 900, 350),
        _life("TREATMENT", 700, 450),
        _life("HEALTH_CHECK", 500, 380),
        _life("VACCINATION", 300, 220),
        _life("SELF_FACE", 200, 150),
        FeedPlan("PENSIONERS", "benefit", 300, 900, oldest_day=280),
        FeedPlan("HUKOU", "register", 200, 500),
        FeedPlan("FUNERAL", "death", 250, 700),
        FeedPlan("MEDICAL_DEATH", "death", 150, 500),
        FeedPlan("PRISON", "custody", 50, 900),
    ),
)
DISTRICTS = (QIJIANG, SONGSHAN, XUNWU, NANAO)


def district(code: str) -> District:
    """The demo district of a code or a name. Raises WrongUsage naming the four."""
    for each in DISTRICTS:
        if code in (each.code, each.name, each.name[:-1]):
            return each
    known = "、".join(f"{each.code} {each.name}" for each in DISTRICTS)
    raise WrongUsage(
        "DEMO_REGION_UNKNOWN", _("没有为“{code}”准备演示数据。").format(code=code), remedy=_("可选：") + known
    )
