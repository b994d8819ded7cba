"""Scans at the counter of any outlet of the city: stored clean and sealed, joined to the case, taken out when scanned wrong.

Worked example: 渝北's clerk scans the identity card of somebody from 綦江; 綦江's handler opens it beside the form. A blurred
scan is taken out: the document stays, the case no longer names it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from jubao.cases.models import CaseMaterial
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.services.access.log import require_post
from jubao.services.cases.checks import CaseRefused, city_wide
from jubao.services.claim_free.confirmation_rules import check_exportable
from jubao.services.documents.images import scan_store

KINDS = ("id_document", "confirmation_form", "only_child_material")
POSTS = ("intake_clerk", "field_worker")


def paper_add(*, actor: Actor, case_id: UUID, kind: str, content: bytes, name: str) -> CaseMaterial:
    """Store a scan of an open acceptance. Raises CaseRefused STEP_NOT_POSSIBLE, MATERIAL_UNKNOWN; InputRefused of the image."""
    require_post(actor, *POSTS, what=_("采集档案"))
    if kind not in KINDS:
        raise CaseRefused(
            "MATERIAL_UNKNOWN", _("没有这种材料。"), remedy=_("请选择身份证件、确认表或独子材料。")
        )
    wide = city_wide(actor)
    with unit_of_work(wide, "paper_add", case_id=case_id):
        case = check_exportable(case_id)
        document = scan_store(
            actor=wide, content=content, name=name, document_class=kind, case_id=case.id, person_id=case.person_id,
            district_code=case.district_code,
        )  # fmt: skip
        return CaseMaterial.objects.create(case=case, kind=kind, document=document)


def paper_remove(*, actor: Actor, case_id: UUID, material_id: UUID, now: datetime) -> None:
    """Take a wrong scan out of an open acceptance."""
    require_post(actor, *POSTS, what=_("采集档案"))
    with unit_of_work(city_wide(actor), "paper_remove", case_id=case_id):
        case = check_exportable(case_id)
        CaseMaterial.objects.filter(case=case, id=material_id, removed_at__isnull=True).update(removed_at=now)
