"""Sessions and their checks: who may go on, how often, what is kept, and that another way is always named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from jubao.archive.models import Document
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError, InputRefused, OutsideUnavailable
from jubao.people.models import Person
from jubao.residents.models import Account, FaceCheck, ReferencePhoto
from jubao.services.documents.store import document_open, document_path
from jubao.services.face import sessions as face
from jubao.services.face.reference_photos import reference_photo_of, reference_photo_set
from jubao.services.face.verifiers import Subject, Verdict
from tests.archive.pictures import photo
from tests.support.residents import a_person, system

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Scripted:
    """A verifier that says what the test wants."""

    name = "reference"

    def __init__(self, *verdicts: Verdict, has_own_page: bool = False) -> None:
        self.verdicts = list(verdicts)
        self.has_own_page = has_own_page
        self.asked: list[str] = []

    def verify(self, enrolled: bytes, probe: bytes) -> Verdict:
        """The next answer."""
        assert enrolled.startswith(b"\xff\xd8\xff")
        return self.verdicts.pop(0)

    def start(self, token: str, subject: Subject, *, purpose: str, return_url: str) -> None:
        """Noted."""
        self.asked.append(f"{subject.name} {purpose} {return_url}")

    def page(self, token: str) -> str:
        """Its page."""
        return f"https://faces.example.cn/pages/{token}"

    def result(self, token: str, subject: Subject) -> Verdict | None:
        """The next answer, None while there is none."""
        return self.verdicts.pop(0) if self.verdicts else None


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: None) -> None:
    """Keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Put in the place of the site's verifier."""
    made = Scripted()
    monkeypatch.setattr(face, "verifier", lambda now, has_photo: made)
    monkeypatch.setattr(face, "verifier_named", lambda name, now: made)
    return made


@pytest.fixture
def mother() -> Person:
    """The participant."""
    return a_person(name="张桂芳")


@pytest.fixture
def daughter() -> Actor:
    """Holds the phone; is no participant."""
    with unit_of_work(system("%"), "test"):
        account = Account.objects.create(
            name="李敏", number_digest=uuid4().hex, number_sealed="x", phone="13900000001"
        )
    return Actor.participant(account.id, name=account.name, scope="500000/500110/")


def begun(actor: Actor, person: Person, **more: str) -> UUID:
    """A session on the actor's phone."""
    account_id = actor.natural_person_id
    return face.session_start(
        actor=actor, person_id=person.id, purpose="claim_free", account_id=account_id, now=NOW, **more
    ).id


def tried(actor: Actor, session: UUID, *, now: datetime = NOW) -> FaceCheck:
    """One photo."""
    return face.session_verify(actor=actor, session_id=session, image=photo(), now=now)


def enrolled(person: Person) -> ReferencePhoto:
    """The photo to compare with."""
    return reference_photo_set(
        actor=system("500000/500110/"), person_id=person.id, content=photo(900, 900), source="collection",
        from_on=NOW.date(),
    )  # fmt: skip


def refusal(code: str) -> pytest.RaisesExc[DomainError]:
    """A refusal of that code."""
    return pytest.raises(DomainError, match=code)


def test_a_pass_is_recorded_with_the_sealed_photo_and_who_held_the_phone(
    script: Scripted, mother: Person, daughter: Actor
) -> None:
    enrolled(mother)
    script.verdicts = [Verdict("retry", "too_dark"), Verdict("pass", distance_ppm=312_000)]
    session = begun(daughter, mother)

    dark, check = tried(daughter, session), tried(daughter, session)

    assert (dark.outcome, dark.reason, dark.probe_document_id) == ("retry", "too_dark", None)
    assert (check.outcome, check.distance_ppm, check.person_id) == ("pass", 312_000, mother.id)
    assert check.session.account_id == daughter.natural_person_id
    kept = Document.objects.get(id=check.probe_document_id)
    assert kept.is_encrypted
    assert kept.retention_until is not None
    assert document_open(kept.id).startswith(b"\xff\xd8\xff")
    assert not document_path(kept.sha256).exists()
    wanted = {"purpose": "claim_free", "case_id": None, "account_id": daughter.natural_person_id}
    assert face.passed_check(person_id=mother.id, since=NOW, **wanted) == check  # type: ignore[arg-type]
    assert face.passed_check(person_id=a_person(name="王强").id, since=NOW, **wanted) is None  # type: ignore[arg-type]
    with refusal("FACE_SESSION_OVER"):
        tried(daughter, session)


def test_three_failures_end_the_session_and_nine_the_day(
    script: Scripted, mother: Person, daughter: Actor
) -> None:
    enrolled(mother)
    for _round in range(3):
        script.verdicts = [Verdict("fail", "different")] * 3
        session = begun(daughter, mother)
        for _try in range(3):
            assert tried(daughter, session).outcome == "fail"
        with refusal("FACE_SESSION_OVER") as over:
            tried(daughter, session)
        assert "上门" in over.value.remedy

    with refusal("FACE_TRIES_USED") as used:
        begun(daughter, mother)

    assert "窗口" in used.value.remedy
    assert not Document.objects.filter(document_class="face_probe").exists()
    later = face.session_start(
        actor=daughter, person_id=mother.id, purpose="claim_free", account_id=daughter.natural_person_id,
        now=NOW + timedelta(days=1, minutes=1),
    )  # fmt: skip
    assert later.finished_at is None


def test_without_a_photo_to_compare_with_a_human_being_decides(
    script: Scripted, mother: Person, daughter: Actor
) -> None:
    check = tried(daughter, begun(daughter, mother))

    assert (check.outcome, check.reason) == ("manual", "no_reference_photo")
    assert check.probe_document_id


def test_a_session_is_of_who_began_it_and_ends(script: Scripted, mother: Person, daughter: Actor) -> None:
    stranger = Actor.participant(uuid4(), name="路人", scope="500000/500110/")
    session = begun(daughter, mother)

    with refusal("FACE_SESSION_FOREIGN"):
        tried(stranger, session)
    with refusal("FACE_SESSION_OVER"):
        tried(daughter, session, now=NOW + timedelta(minutes=15))
    with pytest.raises(InputRefused, match="NOT_AN_IMAGE"):
        face.session_verify(actor=daughter, session_id=session, image=b"no picture at all", now=NOW)


def test_a_service_with_its_own_page_is_asked_by_us(
    script: Scripted, mother: Person, daughter: Actor
) -> None:
    script.has_own_page = True
    session = begun(daughter, mother, return_url="https://jubao.example.cn/portal/back")
    assert script.asked == ["张桂芳 claim_free https://jubao.example.cn/portal/back"]
    assert face.session_page(face.FaceSession.objects.get(id=session)).startswith(
        "https://faces.example.cn/pages/"
    )

    assert face.session_result(actor=daughter, session_id=session, now=NOW) is None
    with refusal("FACE_OWN_PAGE"):
        tried(daughter, session)
    script.verdicts = [Verdict("pass", evidence_id="E1")]
    check = face.session_result(actor=daughter, session_id=session, now=NOW)
    assert check is not None
    assert (check.outcome, check.evidence_id) == ("pass", "E1")

    assert face.session_result(actor=daughter, session_id=session, now=NOW) == check
    with refusal("FACE_SESSION_FOREIGN"):
        face.session_result(
            actor=Actor.participant(uuid4(), name="路人", scope=""), session_id=session, now=NOW
        )


def test_a_site_without_a_verifier_says_the_other_ways(
    monkeypatch: pytest.MonkeyPatch, mother: Person, daughter: Actor
) -> None:
    monkeypatch.setenv("JUBAO_FACE", "off")

    assert not face.is_available()
    with pytest.raises(OutsideUnavailable) as off:
        begun(daughter, mother)
    assert (off.value.code, "窗口" in off.value.remedy) == ("FACE_OFF", True)


def test_a_newer_photo_ends_the_former(mother: Person) -> None:
    first = enrolled(mother)
    second = reference_photo_set(
        actor=system("500000/500110/"), person_id=mother.id, content=photo(700, 700), source="officer",
        from_on=NOW.date() + timedelta(days=30),
    )  # fmt: skip

    assert reference_photo_of(mother.id, NOW.date()) == first
    assert reference_photo_of(mother.id, NOW.date() + timedelta(days=30)) == second
    assert reference_photo_of(mother.id, NOW.date() - timedelta(days=1)) is None
