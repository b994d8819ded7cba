"""The steps of a confirmation on the phone and their order: which one is due, which may be taken, what the last one waits for.

Worked example: agreements accepted, face not yet: `step_of` says `face`, and a call of `only_child` is refused with
STEP_OUT_OF_ORDER "请先完成：实人认证". Steps behind the due one may be taken again (a wrong 独子); what rests on them is
asked anew. The make-up question is a step only for somebody who could still make up years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from jubao.claim_free.models import OnlineConfirmation
from jubao.facts.make_up import payable_make_up_years
from jubao.kernel.citation import Citation
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated
from jubao.people.models import SharedFact
from jubao.policy import Pack
from jubao.residents.models import FaceCheck
from jubao.services.cases.checks import CaseRefused
from jubao.staff.regions import pack_of

AGREE, FACE, ONLY_CHILD, DATA, MAKE_UP, UPLOAD, NOTES, DONE = STEPS = (
    "agree", "face", "only_child", "data", "make_up", "upload", "notes", "done",
)  # fmt: skip
TITLES = {
    AGREE: "阅读并同意协议",
    FACE: "实人认证",
    ONLY_CHILD: "勾选独生子女",
    DATA: "确认个人信息",
    MAKE_UP: "补缴提示",
    UPLOAD: "上传资料",
    NOTES: "阅读办理须知",
    DONE: "完成",
}
FACE_LASTS = timedelta(hours=24)
"""Somebody who comes back a day later shows the face again; everything else is kept."""
ORDER, READING = "QJ-A2-3-1-1.1b", "QJ-A2-3-1-1.6"
"""The clauses of the steps' order and of the seconds of reading, where the region's documents have them."""


@dataclass(frozen=True)
class Standing:
    """Where a confirmation stands: the step due, the years that may be made up, whether the only-child proof is wanted."""

    due: str
    payable_years: int
    needs_proof: bool

    def steps(self) -> tuple[str, ...]:
        """The steps this person goes through."""
        return tuple(step for step in STEPS if step != MAKE_UP or self.payable_years)

    def may(self, step: str) -> bool:
        """Whether a step is due or lies behind the due one."""
        return self.due != DONE and STEPS.index(step) <= STEPS.index(self.due)


def standing_of(online: OnlineConfirmation, *, today: date, now: datetime) -> Standing:
    """Where a confirmation stands at this moment."""
    case = online.case
    assert case.subject_id is not None
    years = payable_make_up_years(case.subject_id, today, pack_of(case.division_path)).years
    needs = bool(online.is_only_child) and not is_only_child_known(case.person_id)
    return Standing(_due(online, years, needs, now), years, needs)


def _due(online: OnlineConfirmation, years: int, needs_proof: bool, now: datetime) -> str:
    waiting = (
        (AGREE, online.agreed_at is None),
        (FACE, not _face_is_fresh(online, now)),
        (ONLY_CHILD, online.is_only_child is None),
        (DATA, online.data_confirmed_at is None),
        (MAKE_UP, years > 0 and not online.make_up_answer),
        (UPLOAD, bool(missing_papers(online, needs_proof))),
    )
    if online.finished_at is not None:
        return DONE
    return next((step for step, is_waiting in waiting if is_waiting), NOTES)


def _face_is_fresh(online: OnlineConfirmation, now: datetime) -> bool:
    if online.face_check_id is None:
        return False
    return FaceCheck.objects.filter(id=online.face_check_id, at__gt=now - FACE_LASTS).exists()


def missing_papers(online: OnlineConfirmation, needs_proof: bool) -> list[str]:
    """The pictures that are not there yet, by name."""
    wanted = [
        (online.front_document_id, _("身份证人像面")),
        (online.back_document_id, _("身份证国徽面")),
    ]
    if needs_proof:
        wanted.append((online.only_child_document_id, _("独生子女材料")))
    return [title for document, title in wanted if document is None]


def is_only_child_known(person_id: UUID | None) -> bool:
    """Whether the data-sharing platform confirms the only child, so that no proof is asked (附件1 三（二）)."""
    if person_id is None:
        return False
    last = SharedFact.objects.filter(person_id=person_id, fact="only_child").order_by("-known_on", "-id")
    return last.values_list("value", flat=True).first() == "yes"


def require_step(online: OnlineConfirmation, step: str, *, today: date, now: datetime) -> Standing:
    """Raises CaseRefused STEP_OUT_OF_ORDER when an earlier step is still due, ALREADY_CONFIRMED at the end."""
    standing = standing_of(online, today=today, now=now)
    if standing.due == DONE:
        raise CaseRefused("ALREADY_CONFIRMED", _("这次确认已经完成。"), remedy=_("请在“办理进度”查看结果。"))
    if not standing.may(step) or step not in standing.steps():
        raise CaseRefused(
            "STEP_OUT_OF_ORDER",
            _("请先完成：{step}。").format(step=translated(TITLES[standing.due])),
            remedy=_("已填写的内容都保留着，按顺序继续即可。"),
            citation=cited(pack_of(online.case.division_path), ORDER),
        )
    return standing


def cited(pack: Pack, clause: str) -> Citation | None:
    """The article of a clause, where the region's documents have it."""
    return pack.cite(clause) if pack.find_clause(clause) else None


def reading_seconds(pack: Pack, today: date) -> int:
    """How long the notes have to be open before 我已阅读并同意 (操作手册 1.6)."""
    return int(pack.parameter("claim_free_reading_seconds", Month.containing(today)).value)


def require_open_channel(pack: Pack, channel: str, today: date) -> None:
    """Raises CaseRefused CHANNEL_NOT_OPEN for a channel the pack does not know or has not opened yet."""
    setting = pack.find_setting("claim.channels", today)
    known = {row["code"]: row for row in setting.value} if setting else {}
    row = known.get(channel)
    opened = row is not None and row["open_from"] != "not_open" and row["open_from"] <= today.isoformat()
    if not opened:
        raise CaseRefused(
            "CHANNEL_NOT_OPEN",
            _("“{name}”还没有开通线上确认。").format(name=row["name"] if row else channel),
            remedy=_("请用已开通的渠道，或到任一社保窗口办理。"),
            citation=setting.citation if setting else None,
        )


def first_channel(pack: Pack, today: date) -> str:
    """The channel of somebody who comes by our own pages: the first one of the region that is open."""
    setting = pack.find_setting("claim.channels", today)
    rows = setting.value if setting else []
    return next((row["code"] for row in rows if row["open_from"] != "not_open"), "")


__all__ = [
    "AGREE", "DATA", "DONE", "FACE", "MAKE_UP", "NOTES", "ONLY_CHILD", "STEPS", "TITLES", "UPLOAD", "Standing",
    "cited", "first_channel", "is_only_child_known", "missing_papers", "reading_seconds", "require_open_channel", "require_step",
    "standing_of",
]  # fmt: skip
