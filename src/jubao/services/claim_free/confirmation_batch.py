"""《信息确认表》 for a whole village at once, to be carried to the people; who has to be asked something first is left out.

Worked example: of 24 people of 沱湾社区 who are on the list and have not confirmed, 21 get a form with number and contents as
at the counter; two may still make up years and one's 独生子女 is not known: they are asked first and printed singly.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import JSONField, Value

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm, Flag
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.people.models import Division, Enrolment, SharedFact
from jubao.services.access.log import access_record_many
from jubao.services.cases.numbers import fresh_ids, next_numbers
from jubao.services.claim_free.cases import WAITING
from jubao.services.claim_free.confirmation_contents import many_contents
from jubao.services.claim_free.confirmation_forms import HOME_VISIT, LIVE
from jubao.services.claim_free.texts import texts_of
from jubao.services.documents.receipts import progress_address, progress_links
from jubao.services.documents.store import document_store
from jubao.staff.regions import pack_of

CLASS = "confirmation_forms"
"""The forms of a village in one file; a single one is set again from its contents, byte for byte."""

ONLY_CHILD_UNKNOWN, MAKE_UP_UNASKED, PRINTED_ALREADY = (
    "ONLY_CHILD_UNKNOWN",
    "MAKE_UP_UNASKED",
    "PRINTED_ALREADY",
)
LEFT_OUT = {
    ONLY_CHILD_UNKNOWN: "是否独生子女不清楚，请先询问",
    MAKE_UP_UNASKED: "还可以补缴，请先询问是否补缴",
    PRINTED_ALREADY: "窗口已打印过，等待签字",
}


@dataclass(frozen=True)
class Village:
    """The cases of one village, in order."""

    path: str
    name: str
    case_ids: tuple[UUID, ...]


@dataclass
class Batch:
    """The forms of a village and how many people were left out, by reason."""

    forms: list[ConfirmationForm] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def batch_villages(place: str, month: int) -> list[Village]:
    """Everybody below a place with the flag of that month who has not confirmed, village by village."""
    flags = Flag.objects.filter(
        division_path__startswith=place, month=month, state=Flag.State.FLAGGED, case__state__in=WAITING
    )
    rows = flags.order_by("division_path", "person__name_key", "case_id").values_list(
        "division_path", "case_id"
    )
    paths = {path for path, _case in rows}
    names = _names(paths)
    return [
        Village(path, names[path], tuple(case_id for _path, case_id in group))
        for path, group in groupby(rows, key=lambda row: row[0])
    ]


def batch_make(*, actor: Actor, villages: Sequence[Village], today: date) -> list[Batch]:
    """Make the forms of a few villages, in their order; those made on the same day are the same forms again.

    Villages share the queries: most of them have a dozen people. Logs the look at each person.
    """
    with unit_of_work(actor, "confirmation_forms_print"):
        places = {case_id: (v, n) for v, one in enumerate(villages) for n, case_id in enumerate(one.case_ids)}
        cases = list(Case.objects.select_for_update().filter(id__in=places, state__in=WAITING))
        cases.sort(key=lambda case: places[case.id])
        made = [Batch() for _one in villages]
        live = ConfirmationForm.objects.filter(case__in=cases, state__in=LIVE)
        standing = {form.case_id: form for form in live.select_related("document", "case")}
        children = _only_children(cases)
        fresh = []
        for case in cases:
            form, batch = standing.get(case.id), made[places[case.id][0]]
            if form is not None and form.channel != HOME_VISIT:
                batch.left_out[PRINTED_ALREADY] += 1
            elif form is not None and form.contents["made_on"] == today.isoformat():
                batch.forms.append(form)
            elif children[case.id] is None:
                batch.left_out[ONLY_CHILD_UNKNOWN] += 1
            else:
                fresh.append(case)
        new, refused = _created(actor, fresh, children, today)
        for form in new:
            made[places[form.case_id][0]].forms.append(form)
        for case_id, reason in refused.items():
            made[places[case_id][0]].left_out[reason] += 1
        for batch in made:
            batch.forms.sort(key=lambda form: places[form.case_id])
        people = [case.person_id for case in cases if case.person_id]
        access_record_many(
            actor=actor, person_ids=people, fields=["confirmation_form"], purpose="打印信息确认表"
        )
        return made


def batch_keep(*, actor: Actor, village: Village, forms: Sequence[ConfirmationForm], pdf: bytes) -> Document:
    """Keep the file of a village, sealed, and name it in each of its forms; the same file again is the same document."""
    district = forms[0].case.district_code
    kept = forms[0].document
    if kept is not None and kept.sha256 == hashlib.sha256(pdf).hexdigest():
        return kept
    with unit_of_work(actor, "confirmation_forms_keep"):
        document = document_store(
            actor=actor, content=pdf, name=f"{village.name}-信息确认表.pdf", content_type="application/pdf",
            document_class=CLASS, district_code=district, is_encrypted=True,
        )  # fmt: skip
        waiting = [form.id for form in forms if form.document_id is None]
        ConfirmationForm.objects.filter(id__in=waiting).update(document=document)
        return document


def _created(
    actor: Actor, cases: Sequence[Case], children: Mapping[UUID, bool | None], today: date
) -> tuple[list[ConfirmationForm], dict[UUID, str]]:
    """New forms with number, link and contents; and by case the reason where none can be made without asking."""
    contents = many_contents(cases, {case.id: bool(children[case.id]) for case in cases}, today=today)
    able: list[tuple[Case, dict[str, object]]] = []
    refused: dict[UUID, str] = {}
    for case in cases:
        found = contents[case.id]
        if isinstance(found, DomainError):
            refused[case.id] = found.code
        elif found["payable_make_up_years"]:
            refused[case.id] = MAKE_UP_UNASKED
        else:
            able.append((case, found))
    if not able:
        return [], refused
    first = able[0][0]
    numbers = next_numbers(first.district_code, today.year, "confirmation_form", len(able))
    links = progress_links([case for case, _found in able], actor=actor)
    texts = list(texts_of(pack_of(first.division_path), today).versions)
    ConfirmationForm.objects.filter(
        case__in=[case for case, _found in able], state=ConfirmationForm.State.OPEN
    ).update(state=ConfirmationForm.State.VOID)
    shown: list[dict[str, Any]] = [
        found | {"number": f"QRB-{number}", "progress_address": progress_address(links[case.id])}
        for (case, found), number in zip(able, numbers, strict=True)
    ]
    new = ConfirmationForm.objects.bulk_create(
        ConfirmationForm(
            id=key, case=case, number=one["number"], channel=HOME_VISIT, is_only_child=bool(children[case.id]),
            # As an expression, so that Django does not build an array of texts out of the documents: quoting it costs more
            # than everything else here.
            contents=Value(one, JSONField()), texts=texts, officer_id=actor.officer_id,
        )
        for key, (case, _found), one in zip(fresh_ids(len(able)), able, shown, strict=True)
    )  # fmt: skip
    for form, one in zip(new, shown, strict=True):
        form.contents = one
    return new, refused


def _only_children(cases: Sequence[Case]) -> dict[UUID, bool | None]:
    """What the platform says, else what the enrolment says, else None: then nobody chooses for the person."""
    people = [case.person_id for case in cases if case.person_id]
    said = SharedFact.objects.filter(person_id__in=people, fact="only_child", value__in=("yes", "no"))
    shared = dict(said.order_by("known_on", "id").values_list("person_id", "value"))
    subjects = [case.subject_id for case in cases if case.subject_id]
    own = dict(Enrolment.objects.filter(id__in=subjects).values_list("id", "is_only_child"))
    return {
        case.id: shared[case.person_id] == "yes" if case.person_id in shared else own.get(case.subject_id)
        for case in cases
        if case.person_id and case.subject_id
    }


def _names(paths: set[str]) -> dict[str, str]:
    """Township and village of each path."""
    above = {path.rsplit("/", 2)[0] + "/" for path in paths}
    names = dict(
        Division.objects.filter(path__in=paths | above, valid_until__isnull=True).values_list("path", "name")
    )
    return {
        path: "-".join(filter(None, (names.get(path.rsplit("/", 2)[0] + "/"), names.get(path))))
        for path in paths
    }
