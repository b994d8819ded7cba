"""举报: taken at every level by telephone, letter, online or in person; a death starts an audit at once; the informant is sealed.

Worked example: on 2021-05-06 the village takes the tip that 王秀兰 died in April: a case the county sees, and an audit of
the same day. The 稽核岗 accepts and investigates, the 复核岗 answers; confirmed, it has a fraud case and, where the region
rewards, a reward case. Payment goes on until somebody decides otherwise.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.services.cases.engine import case_open
from jubao.services.cases.idempotency import once
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.supervision.audits import audit_open
from jubao.services.supervision.checks import district_required, one_of, person_named, required
from jubao.services.supervision.frauds import fraud_open
from jubao.services.supervision.informants import Informant, informant_keep
from jubao.services.supervision.rewards import reward_open
from jubao.services.supervision.words import CHANNELS, MONEY_TOPICS, TOPICS
from jubao.supervision.models import TipOff

KIND = "tip_off"
TAKERS = frozenset(
    {
        "intake_clerk",
        "handler",
        "field_worker",
        "village_assistant",
        "certification_officer",
        "auditor",
        "bureau_officer",
    }
)
AUDITORS, ANSWERERS = frozenset({"auditor"}), frozenset({"reviewer"})


@dataclass(frozen=True)
class Told:
    """What somebody tells. `number` is the identity number of whom it is about, if known; no informant: anonymous."""

    channel: str
    topic: str
    content: str
    about: str = ""
    number: str = ""
    informant: Informant | None = None


def tip_off_take(*, actor: Actor, told: Told, today: date, idempotency_key: str | None = None) -> TipOff:
    """Take a tip at the actor's place; one of a death opens the audit in the same transaction.

    Raises InputRefused CHOICE_MISSING, TEXT_MISSING, PERSON_UNKNOWN, ABOUT_MISSING, INFORMANT_MISSING, PLACE_MISSING.
    """
    one_of(told.channel, CHANNELS, _("举报方式"))
    one_of(told.topic, TOPICS, _("举报事项"))
    content = required(told.content, _("举报内容"))
    if told.topic in MONEY_TOPICS and not (told.about.strip() or told.number.strip()):
        raise InputRefused(
            "ABOUT_MISSING", _("没有写明被举报人。"), remedy=_("请写明姓名，知道证件号码的也请填写。")
        )
    body = {
        "channel": told.channel,
        "topic": told.topic,
        "content": content,
        "about": told.about,
        "number": told.number,
    }

    def run() -> dict[str, str]:
        return {"id": str(_taken(actor, told, content, today).pk)}

    with unit_of_work(actor, "tip_off_take"):
        return TipOff.objects.get(pk=once(idempotency_key, "tip_off_take", body, run)["id"])


def _taken(actor: Actor, told: Told, content: str, today: date) -> TipOff:
    person_id, place = person_named(told.number, actor.scope, must_be_known=told.channel != "online")
    path = place or actor.scope
    case = case_open(
        actor=actor, kind=KIND, district_code=district_required(path), division_path=path, today=today,
        title=chinese("举报：{topic}").format(topic=TOPICS[told.topic]),
        channel="portal" if told.channel == "online" else "counter",
        proposal={
            "topic": told.topic, "topic_title": TOPICS[told.topic], "channel_title": CHANNELS[told.channel],
            "told_about": told.about.strip()[:60], "tip_content": content, "taken_on": today.isoformat(),
            "signed": chinese("匿名") if told.informant is None else chinese("实名（信息已密封）"),
        },
    )  # fmt: skip
    sealed = informant_keep(actor=actor, informant=told.informant) if told.informant else None
    tip = TipOff.objects.create(
        case=case, division_path=path, channel=told.channel, topic=told.topic, is_anonymous=told.informant is None,
        informant=sealed, about=told.about.strip()[:60], person_id=person_id, content=content, taken_on=today,
        token=secrets.token_urlsafe(16),
    )  # fmt: skip
    if told.topic == "death":
        _audit_at_once(case, person_id, told.about.strip(), today)
    return tip


def _audit_at_once(case: Case, person_id: UUID | None, about: str, today: date) -> None:
    """对群众举报已经死亡的待遇领取人员，应立即组织稽核: opened by the program, done by the auditors of the district."""
    audit_open(
        actor=Actor.system("tip_off", scope=case.division_path), division_path=case.division_path, person_id=person_id,
        subject_id=case.pk, ground=chinese("举报领取待遇人员死亡：{about}").format(about=about or case.number), today=today,
        source_case=case.number,
    )  # fmt: skip


def _confirmed(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: a fraud case where money may have been drawn, a reward case where the region rewards."""
    tip = TipOff.objects.get(case=case)
    if tip.topic in MONEY_TOPICS:
        fraud_open(
            actor=Actor.system("tip_off", scope=case.division_path), division_path=case.division_path,
            ground=chinese("举报查实：{topic}").format(topic=TOPICS[tip.topic]), today=today, person_id=tip.person_id,
            subject_id=case.pk, source_case=case.number,
        )  # fmt: skip
    reward_open(tip_case=case, today=today)


def _answer(action: str, state: str, to: str, title: str, **more: Any) -> Transition:
    return Transition(
        action, state, to, ANSWERERS, True, title=title, steps=("answer", "close"), needs_reason=True, **more
    )


def _found(action: str, to: str, title: str) -> Transition:
    return Transition(action, "accepted", to, AUDITORS, title=title, steps=("investigate", "audit"), makes_proposal=True,
                      needs_reason=True)  # fmt: skip


TIP_OFF = register(
    CaseKind(
        KIND,
        "举报",
        (
            Transition("open", OPEN, "taken", TAKERS, title="登记举报"),
            Transition("accept", "taken", "accepted", AUDITORS, title="受理"),
            Transition("decline", "taken", "declined", AUDITORS, closes=True, title="不予受理", outcome="rejected",
                       needs_reason=True),
            _found("found_true", "found_true", "查实"),
            _found("found_false", "found_false", "查无实据"),
            _answer("confirm", "found_true", "confirmed", "认定属实、答复", closes=True, outcome="approved"),
            _answer("dismiss", "found_false", "unfounded", "认定不属实、答复", closes=True, outcome="rejected"),
            _answer("return", "found_true", "accepted", "退回补充核查"),
            _answer("return", "found_false", "accepted", "退回补充核查"),
        ),
        effects={"confirm": _confirmed},
        states={
            "taken": "已登记，待受理", "accepted": "核查中", "declined": "不予受理", "found_true": "查实，待认定",
            "found_false": "查无实据，待认定", "confirmed": "属实", "unfounded": "不属实",
        },
    )
)  # fmt: skip


def tip_state(token: str) -> Case | None:
    """The case of the code an informant was given; nothing for another code. Call it in a scope that sees it."""
    tip = TipOff.objects.filter(token=token.strip()).select_related("case").first() if token.strip() else None
    return tip.case if tip else None
