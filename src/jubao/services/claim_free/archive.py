"""Which papers the file of a claim needs: the proof of the only child where the supplement rests on a paper.

Worked example: 张桂芳's claim has identity card, signed 《信息确认表》, 《待遇核定表》 and, because the supplement rests on it,
the proof of the only child; where the sharing platform says so, no proof is asked for. How a case is filed: `archives.filing`.
"""

from __future__ import annotations

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.services.archives.items import needed_by
from jubao.services.claim_free.confirmed import is_platform_only_child

ONLY_CHILD, FORM = "only_child_material", "confirmation_form"


def is_needed(case: Case, kind: str) -> bool:
    """Whether the file of a claim needs this kind of paper."""
    if kind == FORM:
        return case.kind == "claim_free"
    if kind != ONLY_CHILD:
        return True
    form = ConfirmationForm.objects.filter(case=case, state=ConfirmationForm.State.CONSENT).first()
    is_claimed = bool(case.proposal.get("is_only_child", form.is_only_child if form else False))
    return is_claimed and not is_platform_only_child(case.person_id)


needed_by("claim_free", is_needed)
needed_by("ordinary_claim", is_needed)
