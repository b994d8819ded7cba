"""A confirmation on the phone, step by step (附件2 三（一）): begun, agreed, face, only child, data, make-up, pictures.

Worked example: 张桂芳's daughter begins for her mother (帮他人确认: name, number, 独子, relation), accepts the agreements; the
mother's face passes; 163.02 yuan is confirmed; 是 gives the make-up up; both sides of the card are stored. Each step is a row
that is kept, so leaving and coming back continues, and none can be jumped over. `services.claim_free.online_finish` ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import OnlineConfirmation
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.residents.models import Agreement, FaceCheck
from jubao.services.access.log import access_record
from jubao.services.cases.checks import CaseRefused
from jubao.services.claim_free.cases import KIND, WAITING
from jubao.services.claim_free.online_steps import (
    AGREE,
    DATA,
    FACE,
    MAKE_UP,
    ONLY_CHILD,
    UPLOAD,
    missing_papers,
    require_open_channel,
    require_step,
)
from jubao.services.documents.images import image_store
from jubao.services.residents.agreement_texts import agreements
from jubao.staff.regions import pack_of

PAPERS = {"front": "front_document_id", "back": "back_document_id", "only_child": "only_child_document_id"}
CLASSES = {"front": "id_document", "back": "id_document", "only_child": "only_child_material"}
PURPOSE = "claim_free"


def confirmation_start(
    *, actor: Actor, account_id: UUID, person_id: UUID, is_helped: bool = False, helper_relation: str = "",
    is_only_child: bool | None = None, channel: str, today: date, now: datetime,
) -> OnlineConfirmation:  # fmt: skip
    """Begin, or come back to what was begun.

    Raises CaseRefused USE_ORDINARY_CLAIM, CHANNEL_NOT_OPEN, ALREADY_CONFIRMED, ClaimFreeRefused with every reason,
    InputRefused RELATION_MISSING, ONLY_CHILD_MISSING for a helper.
    """
    from jubao.services.claim_free.check import require
    from jubao.services.claim_free.flags import require_entry

    if is_helped:
        _check_helper(helper_relation, is_only_child)
    with unit_of_work(actor, "confirmation_start"):
        require_entry(person_id=person_id, entry="claim_free", today=today)
        case = _open_case(person_id)
        require_open_channel(pack_of(case.division_path), channel, today)
        assert case.subject_id is not None
        require(case.subject_id, on=today, stage="confirm")
        about: dict[str, Any] = {"is_helped": is_helped, "helper_relation": helper_relation.strip()}
        if is_helped:
            about["is_only_child"] = is_only_child
            access_record(
                actor=actor,
                person_id=person_id,
                fields=["name"],
                purpose=chinese("帮他人确认"),
                case_id=case.id,
            )
        found = _unfinished(case, account_id)
        if found is None:
            return OnlineConfirmation.objects.create(case=case, account_id=account_id, **about)
        return _changed(found, **about)


def _check_helper(relation: str, is_only_child: bool | None) -> None:
    if not relation.strip():
        raise InputRefused(
            "RELATION_MISSING", _("没有选择您与参保人的关系。"), remedy=_("请选择您是参保人的什么人。")
        )
    if is_only_child is None:
        raise _no_choice()


def _no_choice() -> InputRefused:
    return InputRefused("ONLY_CHILD_MISSING", _("没有选择是否独生子女。"), remedy=_("请选择“是”或“否”。"))


def _open_case(person_id: UUID) -> Case:
    case = Case.objects.select_for_update().filter(person_id=person_id, kind=KIND, is_open=True).first()
    if case is None or case.state not in (*WAITING, "returned"):
        raise CaseRefused(
            "ALREADY_CONFIRMED",
            _("这项业务已经确认，正在办理。") if case else _("现在没有待确认的免申即享业务。"),
            remedy=_("请在“办理进度”查看；有疑问请到任一社保窗口。"),
        )
    return case


def _unfinished(case: Case, account_id: UUID) -> OnlineConfirmation | None:
    return OnlineConfirmation.objects.filter(
        case=case, account_id=account_id, finished_at__isnull=True
    ).first()


def _changed(online: OnlineConfirmation, **fields: Any) -> OnlineConfirmation:
    changed = {name: value for name, value in fields.items() if getattr(online, name) != value}
    for name, value in changed.items():
        setattr(online, name, value)
    if changed:
        online.save(update_fields=list(changed))
    return online


@contextmanager
def step_taken(
    actor: Actor, online_id: UUID, command: str, step: str, today: date, now: datetime
) -> Iterator[OnlineConfirmation]:
    """The confirmation under a row lock, the step allowed, the account its own. Raises CaseRefused NOT_YOURS besides."""
    with unit_of_work(actor, command):
        found = OnlineConfirmation.objects.select_for_update(of=("self",)).filter(id=online_id)
        online = found.select_related("case").first()
        if online is None or online.account_id != actor.natural_person_id:
            raise CaseRefused("NOT_YOURS", _("没有这项办理。"), remedy=_("请从“免申即享办理”重新进入。"))
        require_step(online, step, today=today, now=now)
        yield online


def agreements_accept(
    *, actor: Actor, online_id: UUID, is_agreed: bool, today: date, now: datetime
) -> OnlineConfirmation:
    """Both agreements, kept with their wording's hash. Raises InputRefused NOT_AGREED."""
    if not is_agreed:
        raise InputRefused(
            "NOT_AGREED", _("没有勾选同意协议，不能开始人脸认证。"), remedy=_("请阅读后勾选，或到窗口办理。")
        )
    with step_taken(actor, online_id, "confirmation_agree", AGREE, today, now) as online:
        pack = pack_of(online.case.division_path)
        agreed_keep(actor, online, [text.version() for text in agreements(pack, today)], now)
        return _changed(online, agreed_at=now)


def agreed_keep(
    actor: Actor, online: OnlineConfirmation, versions: Sequence[Mapping[str, str]], now: datetime
) -> None:
    """What was agreed to, by whom, for whom, in which wording, when."""
    for version in versions:
        Agreement.objects.create(
            account_id=online.account_id, person_id=online.case.person_id, text_name=version["name"],
            text_sha256=version["sha256"], case_id=online.case_id, at=now,
        )  # fmt: skip


def face_pass(
    *, actor: Actor, online_id: UUID, check_id: UUID, today: date, now: datetime
) -> OnlineConfirmation:
    """Take a passed check of this participant, for this case, on this account's phone. Raises CaseRefused FACE_NOT_PASSED."""
    with step_taken(actor, online_id, "confirmation_face", FACE, today, now) as online:
        check = FaceCheck.objects.select_related("session").filter(id=check_id).first()
        fits = (
            check is not None
            and check.outcome == "pass"
            and check.person_id == online.case.person_id
            and check.session.case_id == online.case_id
            and check.session.account_id == online.account_id
            and check.session.purpose == PURPOSE
        )
        if not fits:
            raise CaseRefused(
                "FACE_NOT_PASSED",
                _("人脸认证没有通过，不能进入下一步。"),
                remedy=_("请重试，或换一种办法办理。"),
            )
        return _changed(online, face_check_id=check_id)


def only_child_choose(
    *, actor: Actor, online_id: UUID, is_only_child: bool | None, today: date, now: datetime
) -> OnlineConfirmation:
    """是 or 否, no default; another choice asks for the data anew. Raises InputRefused ONLY_CHILD_MISSING."""
    if is_only_child is None:
        raise _no_choice()
    with step_taken(actor, online_id, "confirmation_only_child", ONLY_CHILD, today, now) as online:
        if online.is_only_child == is_only_child:
            return online
        return _changed(online, is_only_child=is_only_child, data_confirmed_at=None, notes_opened_at=None)


def data_confirm(*, actor: Actor, online_id: UUID, today: date, now: datetime) -> OnlineConfirmation:
    """The person saw the data and the budgeted pension and says that they are right."""
    with step_taken(actor, online_id, "confirmation_data", DATA, today, now) as online:
        return _changed(online, data_confirmed_at=online.data_confirmed_at or now)


def make_up_give_up(*, actor: Actor, online_id: UUID, today: date, now: datetime) -> OnlineConfirmation:
    """是: make-up is given up, recorded with its time; on to the pictures."""
    with step_taken(actor, online_id, "confirmation_make_up", MAKE_UP, today, now) as online:
        if online.make_up_answer == "give_up":
            return online
        return _changed(online, make_up_answer="give_up", make_up_answered_at=now)


def images_put(
    *, actor: Actor, online_id: UUID, images: Mapping[str, tuple[str, bytes]], today: date, now: datetime
) -> list[str]:
    """Store the pictures given (front, back, only_child → name, content); answers what is still missing, by name.

    What came is kept whatever is missing. Raises InputRefused of `image_store`, before anything of this call is kept.
    """
    with step_taken(actor, online_id, "confirmation_images", UPLOAD, today, now) as online:
        case = online.case
        fields = {}
        for key, (name, content) in images.items():
            document = image_store(
                actor=actor, content=content, name=name, document_class=CLASSES[key], case_id=case.id,
                person_id=case.person_id, district_code=case.district_code,
            )  # fmt: skip
            fields[PAPERS[key]] = document.id
        _changed(online, **fields)
        standing = require_step(online, UPLOAD, today=today, now=now)
        return missing_papers(online, standing.needs_proof)
