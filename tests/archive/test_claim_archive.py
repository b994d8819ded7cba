"""Filing a finished claim: exactly the region's kinds, nothing missing, no paper, and a check that finds what was changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from jubao.archive.models import ArchivedCase, Document
from jubao.cases.models import Case, CaseMaterial
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.services.archives.filing import archive_file, archive_problems, archive_violations, archived_case
from jubao.services.archives.items import archive_items
from jubao.services.cases.checks import CaseRefused
from jubao.services.documents.store import document_path
from tests.support.claim_free_world import DAY, World, at_ten
from tests.support.residents import system


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: None) -> None:
    """Keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))


@pytest.fixture
def here() -> World:
    """A district."""
    return World()


def done(here: World, *, is_only_child: bool = False) -> Case:
    """A claim from the list to the approval."""
    case = here.listed()
    if is_only_child:
        here.scans(case, "only_child_material")
    here.accepted(case, is_only_child=is_only_child)
    here.handled(case, is_only_child=is_only_child)
    here.reviewed(case)
    with read_scope("%"):
        return Case.objects.get(id=case.id)


def filed(case: Case) -> ArchivedCase:
    """Its file."""
    found = archived_case(case.id)
    assert found is not None
    return found


@pytest.mark.requirement("QJ-A1-7-1")
def test_a_finished_claim_is_filed_without_any_paper(here: World) -> None:
    file = filed(done(here))

    assert [item["kind"] for item in file.items] == ["id_document", "confirmation_form", "determination_form"]
    assert file.category == "pension_benefit_determination"
    assert file.number.startswith("DA-500110-2024-")
    assert file.retention_until == date(2074, 3, 11)
    kept = Document.objects.filter(id__in=[item["document"] for item in file.items])
    assert {one.retention_until for one in kept} == {file.retention_until}
    assert all(len(item["sha256"]) == 64 for item in file.items)
    assert archive_problems(file) == []


@pytest.mark.requirement("QJ-A1-7-2")
def test_with_the_proof_of_the_only_child_exactly_four_kinds_are_there(here: World) -> None:
    file = filed(done(here, is_only_child=True))

    assert [item["kind"] for item in file.items] == [
        "id_document", "only_child_material", "confirmation_form", "determination_form",
    ]  # fmt: skip


@pytest.mark.requirement("QJ-A1-7-2")
@pytest.mark.parametrize(
    ("kind", "words"),
    [("determination_form", "待遇核定表"), ("id_document", "身份证件"), ("confirmation_form", "信息确认表")],
)
def test_a_missing_form_blocks_filing_and_so_the_approval(here: World, kind: str, words: str) -> None:
    case = here.listed()
    here.accepted(case)
    here.handled(case)
    with unit_of_work(system("%"), "test"):
        CaseMaterial.objects.filter(case=case, kind=kind).update(removed_at=at_ten(DAY))

    with pytest.raises(CaseRefused) as refused:
        here.reviewed(case)

    assert refused.value.code in ("ARCHIVE_INCOMPLETE", "MATERIAL_MISSING")
    assert words in refused.value.message
    assert archived_case(case.id) is None


def test_a_lost_scan_blocks_filing_by_name(here: World) -> None:
    case = here.listed()
    here.accepted(case)
    here.handled(case)
    scan = CaseMaterial.objects.filter(case=case, kind="id_document").select_related("document").first()
    assert scan is not None
    document_path(scan.document.sha256).unlink()

    with pytest.raises(CaseRefused, match=r"ARCHIVE_INCOMPLETE.*文件不在了"):
        here.reviewed(case)


def test_an_unfinished_claim_is_not_filed_and_a_filed_one_is_filed_once(here: World) -> None:
    case = done(here)
    unfinished = Case(id=uuid4(), state="handled", division_path=case.division_path)
    with pytest.raises(CaseRefused, match="NOT_FINISHED"):
        archive_file(actor=here.cast.handler.actor, case=unfinished, today=DAY)

    again = archive_file(actor=here.cast.handler.actor, case=case, today=date(2024, 4, 1))

    assert again == filed(case)
    assert [item.is_missing for item in archive_items(case, DAY)] == [False] * 4


@pytest.mark.requirement("SS-35-2")
def test_the_check_finds_a_changed_a_lost_and_a_replaced_item(here: World) -> None:
    file = filed(done(here))
    assert list(archive_violations()) == []
    by_kind = {item["kind"]: Document.objects.get(id=item["document"]) for item in file.items}
    clear, sealed = by_kind["id_document"], by_kind["determination_form"]
    document_path(clear.sha256).write_bytes(b"another picture")
    path = document_path(sealed.sha256, is_encrypted=True)
    path.write_bytes(path.read_bytes()[:-1])

    said = [one.what for one in archive_violations()]

    assert said == ["身份证件：文件被改动过", "待遇核定表：文件被改动过"]
    path.unlink()
    assert "待遇核定表：文件不在了" in archive_problems(file)
