"""举报人: sealed from everybody but the posts the region names; whoever looks says why, and every look and refusal is kept.

Worked example: the township takes a named tip by telephone; from that moment it reads 实名 and no name. The 稽核岗 of
the district opens the informant's data with the purpose 回访核实: one `AccessEvent` names her, the case and the field.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from jubao.archive.models import Document
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.text import _
from jubao.services.access.log import access_record, require_post, require_scope
from jubao.services.documents.store import document_open, document_store
from jubao.staff.regions import pack_of
from jubao.supervision.models import TipOff

CLASS = "tip_informant"


@dataclass(frozen=True)
class Informant:
    """Who told; nobody need say more than a name."""

    name: str
    phone: str = ""
    address: str = ""


def informant_keep(*, actor: Actor, informant: Informant) -> Document:
    """Seal the data: a document of nobody and of no case, so that no other page leads to it.

    Raises InputRefused INFORMANT_MISSING: a named tip without a name.
    """
    if not informant.name.strip():
        raise InputRefused(
            "INFORMANT_MISSING", _("实名举报没有填写姓名。"), remedy=_("请填写姓名，或选择匿名举报。")
        )
    # The salt, so that the hash of the file tells nobody whether a guessed name is right.
    kept = {**asdict(informant), "salt": secrets.token_hex(16)}
    return document_store(
        actor=actor, content=json.dumps(kept, ensure_ascii=False).encode(), name=CLASS, content_type="application/json",
        document_class=CLASS, is_encrypted=True,
    )  # fmt: skip


def informant_look(*, actor: Actor, tip_id: UUID, purpose: str, today: date) -> Informant | None:
    """The informant's data for a named post; None for an anonymous tip. The look is written down before it is answered.

    Raises AccessRefused for every other post, WrongUsage PURPOSE_MISSING.
    """
    with read_scope(actor.scope):
        tip = TipOff.objects.get(pk=tip_id)
    posts = pack_of(tip.division_path).setting("tip_off.informant_posts", today).value
    require_post(actor, *posts, what=_("查看举报人信息"))
    require_scope(actor, tip.division_path, what=_("查看举报人信息"))
    if len(purpose.strip()) < 2:
        raise WrongUsage("PURPOSE_MISSING", _("没有写明用途。"), remedy=_("请写明为什么需要查看举报人信息。"))
    with unit_of_work(actor, "informant_look", case_id=tip.case_id):
        access_record(
            actor=actor,
            person_id=None,
            fields=[f"informant:{tip.pk}"],
            purpose=purpose.strip(),
            case_id=tip.case_id,
        )
        if tip.informant_id is None:
            return None
        kept = json.loads(document_open(tip.informant_id))
    return Informant(kept["name"], kept["phone"], kept["address"])
