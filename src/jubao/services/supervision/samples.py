"""抽样稽核: a sample drawn by rule and seed and kept with its members; what is found at each is written beside it.

Worked example: `sample_draw(focus="eligibility", seed=1, size=10)` on 2024-07-01 keeps ten people; drawn again with the same
seed it names the same ten, and `sample_repeats` says so by drawing anew and comparing the hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.facts.audit_samples import Drawn, sample_of
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.access.log import require_post, require_scope
from jubao.services.cases.idempotency import digest_of
from jubao.services.cases.numbers import next_number
from jubao.services.supervision.checks import district_required, one_of
from jubao.services.supervision.words import FOCUSES
from jubao.supervision.models import AuditSample, SampleItem

LARGEST = 500
LARGEST_SEED = 2**53


def sample_draw(
    *, actor: Actor, focus: str, division_path: str, seed: int, size: int, today: date
) -> AuditSample:
    """Draw and keep a sample; the same question of the same day gives the sample that is there.

    Raises AccessRefused, InputRefused CHOICE_MISSING, SIZE_WRONG, NOBODY_FOUND, PLACE_MISSING.
    """
    require_post(actor, "auditor", "bureau_officer", what=_("抽取稽核样本"))
    require_scope(actor, division_path, what=_("抽取稽核样本"))
    one_of(focus, FOCUSES, _("稽核重点"))
    if not 0 < size <= LARGEST or not 0 <= seed < LARGEST_SEED:
        raise InputRefused(
            "SIZE_WRONG",
            _("样本数或种子不对。"),
            remedy=_("样本 1 至 {most}，种子为不小于零的整数。").format(most=LARGEST),
        )
    asked = {"division_path": division_path, "focus": focus, "seed": seed, "size": size, "as_of": today}
    with unit_of_work(actor, "sample_draw"):
        same = AuditSample.objects.filter(**asked).first()
        if same is not None:
            return same
        drawn, population = sample_of(focus=focus, prefix=division_path, as_of=today, seed=seed, size=size)
        if not drawn:
            raise InputRefused(
                "NOBODY_FOUND", _("没有可以抽取的对象。"), remedy=_("请换一个地区或稽核重点。")
            )
        sample = AuditSample.objects.create(
            **asked, number=next_number(district_required(division_path), today.year, "audit_sample"),
            population=population, digest=_digest(drawn), officer_id=actor.officer_id,
        )  # fmt: skip
        of_cases = focus == "closed_claims"
        SampleItem.objects.bulk_create(
            SampleItem(
                sample=sample, division_path=one.division_path, position=place, rules=list(one.rules),
                enrolment_id=None if of_cases else one.key, case_id=one.key if of_cases else None,
            )
            for place, one in enumerate(drawn, start=1)
        )  # fmt: skip
        return sample


def sample_repeats(*, actor: Actor, sample_id: UUID) -> bool:
    """Whether drawing anew, as of the day of the sample, gives the same members in the same order; only reads."""
    with read_scope(actor.scope):
        kept = AuditSample.objects.get(pk=sample_id)
        drawn, _population = sample_of(
            focus=kept.focus, prefix=kept.division_path, as_of=kept.as_of, seed=kept.seed, size=kept.size
        )
    return _digest(drawn) == kept.digest


def _digest(drawn: Sequence[Drawn]) -> str:
    return digest_of([str(one.key) for one in drawn])
