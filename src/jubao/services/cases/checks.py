"""Who may take a step: post, place, level, another human being than the maker, having seen what is decided.

Worked example: 王强 (复核岗 of the district) presses 同意 on a case that 李静 changed a minute ago: DIGEST_CHANGED; he opens it,
reads it, approves. 李静 herself, though she also holds 复核岗, gets SELF_APPROVAL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from jubao.cases.models import Case, CaseEvent, CaseMaterial
from jubao.database.actor import Actor
from jubao.kernel.citation import Citation
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.policy import Pack
from jubao.services.cases.deadlines import is_out_of_hours
from jubao.services.cases.kinds import CaseKind, Transition, level_of
from jubao.services.cases.material_words import material_title
from jubao.staff.posts import POSTS

EVERYWHERE = "%"
"""The scope of the program where a task spans all places."""


class CaseRefused(DomainError):
    """A step that may not be taken; nothing was changed."""

    exit_code = 1


def posts_words(posts: frozenset[str]) -> str:
    """The posts by their Chinese names."""
    return "、".join(POSTS[post].name if post in POSTS else post for post in sorted(posts))


def check_post(actor: Actor, transition: Transition, pack: Pack, division_path: str) -> None:
    """Raises CaseRefused POST_REQUIRED or LEVEL_REQUIRED. The program itself may only open or hand on, never decide."""
    if actor.is_system:
        if transition.is_decision:
            raise CaseRefused(
                "SYSTEM_CANNOT_DECIDE",
                _("程序只能提出，不能决定。"),
                remedy=_("请由{posts}办理。").format(posts=posts_words(transition.posts)),
            )
        return
    if not actor.posts & transition.posts:
        raise CaseRefused(
            "POST_REQUIRED",
            _("这一步由{posts}办理，您的岗位不能办理。").format(posts=posts_words(transition.posts)),
            remedy=_("请转交有该岗位的人员。"),
            citation=_citation(pack, transition),
        )
    if transition.levels and level_of(actor.scope) not in levels_allowed(transition, division_path):
        raise CaseRefused(
            "LEVEL_REQUIRED",
            _("这一步由{levels}办理。").format(
                levels="、".join(_level_word(level) for level in sorted(transition.levels))
            ),
            remedy=_("请上报有权办理的经办机构。"),
            citation=_citation(pack, transition),
        )


def levels_allowed(transition: Transition, division_path: str) -> frozenset[str]:
    """The levels of a step; where no city stands between district and province, the province is 市级 (直辖市)."""
    has_city = any(level_of(code) == "city" for code in division_path.split("/"))
    if "city" in transition.levels and not has_city:
        return transition.levels | {"province"}
    return transition.levels


def _citation(pack: Pack, transition: Transition) -> Citation | None:
    return pack.cite(transition.clause) if transition.clause else None


def _level_word(level: str) -> str:
    words = {"nation": _("国家"), "province": _("省级"), "city": _("市级"), "district": _("区县级"),
             "township": _("镇街"), "village": _("村社区")}  # fmt: skip
    return words.get(level, level)


def city_of(division_path: str) -> str:
    """The path of the city (or municipality) above a place: what 全市通办 spans."""
    codes = division_path.split("/")
    return (
        "/".join(codes[: 2 if level_of(f"{codes[0]}/{codes[1]}/" if len(codes) > 2 else "") == "city" else 1])
        + "/"
    )


def check_place(actor: Actor, division_path: str, *, reach: str = "") -> None:
    """Raises CaseRefused OUT_OF_SCOPE for a case outside the actor's divisions (GD-17-07) and the reach of the step."""
    if reach == "city" and actor.scope.startswith(city_of(division_path)):
        return
    if actor.scope != EVERYWHERE and not division_path.startswith(actor.scope):
        raise CaseRefused(
            "OUT_OF_SCOPE",
            _("这项业务不属于您的辖区。"),
            remedy=_("请由待遇领取地的经办机构办理。"),
        )


def check_other_person(actor: Actor, case: Case, transition: Transition) -> None:
    """Raises CaseRefused SELF_APPROVAL, DECIDED_BEFORE or NOT_THE_MAKER."""
    if transition.maker_only and case.maker_id and case.maker_id != actor.natural_person_id:
        raise CaseRefused("NOT_THE_MAKER", _("只有提出人可以撤回。"), remedy=_("请用“退回”或“不同意”。"))
    if not transition.is_decision:
        return
    proposed = CaseEvent.objects.filter(
        case=case, makes_proposal=True, natural_person_id=actor.natural_person_id
    ).exists()
    if proposed or case.maker_id == actor.natural_person_id:
        raise CaseRefused(
            "SELF_APPROVAL",
            _("您提出或办理过这项业务，不能由您决定（经办、复核分离）。"),
            remedy=_("请由另一名复核人员办理。"),
        )
    if transition.is_second_decision and case.checker_id == actor.natural_person_id:
        raise CaseRefused(
            "DECIDED_BEFORE",
            _("第一级是您审批的，第二级必须由另一个人审批。"),
            remedy=_("请由另一名审批人员办理。"),
        )


def check_seen(actor: Actor, case: Case, transition: Transition, digest_seen: str) -> None:
    """Raises CaseRefused DIGEST_CHANGED when the proposal changed, EVIDENCE_NOT_OPENED when it was never opened."""
    if not transition.is_decision:
        return
    if digest_seen != case.digest:
        raise CaseRefused(
            "DIGEST_CHANGED",
            _("您看到的内容已被修改，原来的审核不再有效。"),
            remedy=_("请重新打开这项业务，看过新内容后再决定。"),
        )
    seen = CaseEvent.objects.filter(
        case=case, natural_person_id=actor.natural_person_id, action="viewed", digest_seen=case.digest
    )
    if not seen.exists():
        raise CaseRefused(
            "EVIDENCE_NOT_OPENED",
            _("还没有打开过这项业务的内容和材料，不能决定。"),
            remedy=_("请先打开业务页面查看。"),
        )


def check_materials(kind: CaseKind, case: Case, transition: Transition) -> None:
    """Raises CaseRefused MATERIAL_MISSING naming each kind that is not there."""
    needs = kind.needs_of(case, transition.needs) if kind.needs_of else transition.needs
    if not needs:
        return
    present = set(
        CaseMaterial.objects.filter(case=case, removed_at__isnull=True).values_list("kind", flat=True)
    )
    missing = [need for need in needs if need not in present]
    if missing:
        raise CaseRefused(
            "MATERIAL_MISSING",
            _("缺少材料：{missing}。").format(missing="、".join(map(material_title, missing))),
            remedy=_("请扫描上传后再提交。"),
        )


def check_hours(pack: Pack, transition: Transition, reason: str, now: datetime) -> bool:
    """Whether the step is taken out of hours. Raises CaseRefused OUT_OF_HOURS where the pack forbids or wants a reason."""
    if not is_out_of_hours(pack, now):
        return False
    rule = pack.find_setting("hours.outside", now.date())
    if rule is None or not transition.is_decision or rule.value in ("mark", "off"):
        return True
    if rule.value == "need_reason" and reason.strip():
        return True
    remedy = _("请写明原因。") if rule.value == "need_reason" else _("请在工作时间办理。")
    raise CaseRefused("OUT_OF_HOURS", _("现在是非工作时间。"), remedy=remedy, citation=rule.citation)


def check_reason(kind: CaseKind, transition: Transition, reason: str) -> None:
    """Raises CaseRefused REASON_REQUIRED: 退回、不同意、撤回 say why."""
    if transition.needs_reason and not reason.strip():
        raise CaseRefused(
            "REASON_REQUIRED",
            _("{title}“{action}”必须写明原因。").format(title=kind.title, action=transition.title),
            remedy=_("请填写原因。"),
        )


def check_answers(kind: CaseKind, transition: Transition, answers: Mapping[str, Any] | None) -> None:
    """Raises CaseRefused CHECKLIST_UNANSWERED naming each open point, CHECKLIST_NOT_MET naming each answered otherwise."""
    points = kind.checklists.get(transition.action, ())
    given = answers or {}
    unanswered = [point.words for point in points if given.get(point.code) not in (True, False)]
    if unanswered:
        raise CaseRefused(
            "CHECKLIST_UNANSWERED",
            _("“{action}”前须逐项核对，还没有回答：{points}。").format(
                action=transition.title, points="；".join(unanswered)
            ),
            remedy=_("请逐项核对并勾选。"),
        )
    unmet = [point for point in points if given[point.code] is not point.wanted]
    if unmet:
        raise CaseRefused(
            "CHECKLIST_NOT_MET",
            _("核对的结果不能“{action}”：{points}。").format(
                action=transition.title, points="；".join(point.words for point in unmet)
            ),
            remedy=next((point.otherwise for point in unmet if point.otherwise), _("请退回并写明原因。")),
        )


def city_wide(actor: Actor) -> Actor:
    """The same officer reading the whole city, for steps that any office of it may take (全市通办); the place stays the office.

    Call it only after the post is checked, and log whom was looked at.
    """
    return replace(actor, reach=city_of(actor.scope)) if actor.scope not in ("", EVERYWHERE) else actor
