"""The HTTP adapter against the service beside the demo: fetched by ourselves, signed, about the right person, or not at all."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from jubao.demo.counterparts.face_service import Store, server
from jubao.kernel.errors import OutsideUnavailable, WrongUsage
from jubao.services.face.choice import verifier, verifier_named, ways
from jubao.services.face.http import HttpVerifier
from jubao.services.face.verifiers import Subject

SECRET = "a secret of the tests"
WHO = Subject("张桂芳", "50990119670115002X")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The service on a free port, and the site told about it."""
    store = Store(SECRET)
    running = server(0, store)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setenv("JUBAO_FACE_URL", f"http://127.0.0.1:{running.server_port}")
    monkeypatch.setenv("JUBAO_FACE_SECRET", SECRET)
    yield store
    running.shutdown()
    running.server_close()


def adapter() -> HttpVerifier:
    """The adapter at this moment."""
    return HttpVerifier.from_environment(int(datetime.now(UTC).timestamp()))


def press(choice: str, token: str = "t1") -> str:
    """The visitor presses a button on the service's page; where the browser is sent next."""
    request = urllib.request.Request(adapter().page(token), data=urlencode({"outcome": choice}).encode())
    return str(urllib.request.urlopen(request, timeout=5).geturl())


def test_the_answer_is_fetched_from_the_service(service: Store) -> None:
    own = adapter()
    own.start("t1", WHO, purpose="claim_free", return_url="")
    own.start("t1", WHO, purpose="claim_free", return_url="")

    assert own.result("t1", WHO) is None
    press("pass")
    verdict = own.result("t1", WHO)

    assert verdict is not None
    assert (verdict.outcome, verdict.evidence_id) == ("pass", "DEMO-FACE-000001")
    assert len(service.sessions) == 1


@pytest.mark.parametrize(
    ("choice", "reason"), [("fail", "different"), ("retry", "blurred"), ("manual", "unsure")]
)
def test_every_outcome_comes_through(service: Store, choice: str, reason: str) -> None:
    adapter().start("t1", WHO, purpose="claim_free", return_url="")
    press(choice)

    verdict = adapter().result("t1", WHO)

    assert verdict is not None
    assert (verdict.outcome, verdict.reason) == (choice, reason)


def test_the_page_names_the_person_masked_and_shows_no_number(service: Store) -> None:
    adapter().start("t1", WHO, purpose="claim_free", return_url="")

    page = urllib.request.urlopen(adapter().page("t1"), timeout=5).read().decode()

    assert "张**" in page
    assert WHO.number not in page
    assert page.count("<button") == 4


def test_the_phone_goes_back_where_it_came_from_and_a_second_choice_changes_nothing(service: Store) -> None:
    back = f"{adapter().address}/healthz"
    adapter().start("t1", WHO, purpose="claim_free", return_url=back)

    assert press("fail") == back
    press("pass")

    verdict = adapter().result("t1", WHO)
    assert verdict is not None
    assert verdict.outcome == "fail"


@pytest.mark.parametrize("mode", ["unsigned", "other"])
def test_an_answer_without_signature_or_about_somebody_else_counts_as_none(service: Store, mode: str) -> None:
    adapter().start("t1", WHO, purpose="claim_free", return_url="")
    press("pass")
    service.mode = mode

    with pytest.raises(OutsideUnavailable) as refused:
        adapter().result("t1", WHO)

    assert refused.value.code == "FACE_ANSWER_UNSIGNED"


def test_a_service_that_is_away_names_the_other_ways(service: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    service.mode = "down"
    for address in (adapter().address, "http://127.0.0.1:9"):
        monkeypatch.setenv("JUBAO_FACE_URL", address)
        with pytest.raises(OutsideUnavailable) as refused:
            adapter().start("t1", WHO, purpose="claim_free", return_url="")
        assert refused.value.code == "FACE_SERVICE_DOWN"
        assert "窗口" in refused.value.remedy


def test_a_caller_without_the_secret_gets_nothing(service: Store) -> None:
    request = urllib.request.Request(
        f"{adapter().address}/sessions", data=json.dumps({"token": "t"}).encode()
    )
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request, timeout=5)


def test_two_photos_can_be_compared_too(service: Store) -> None:
    assert adapter().verify(b"a photo", b"a photo").outcome == "pass"
    assert adapter().verify(b"a photo", b"another").outcome == "manual"


def test_which_verifier_follows_from_the_settings_and_the_person(
    service: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)

    def name(*, has_photo: bool) -> str | None:
        found = verifier(now, has_photo=has_photo)
        return found.name if found else None

    assert (ways(), name(has_photo=True)) == (("http",), "http")
    monkeypatch.setenv("JUBAO_FACE", "reference,http")
    assert (name(has_photo=True), name(has_photo=False)) == ("reference", "http")
    monkeypatch.setenv("JUBAO_FACE", "reference")
    assert name(has_photo=False) == "reference"
    monkeypatch.setenv("JUBAO_FACE", "off")
    assert name(has_photo=True) is None
    with pytest.raises(OutsideUnavailable, match="FACE_OFF"):
        verifier_named("reference", now)


def test_without_a_secret_the_adapter_does_not_start(service: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUBAO_FACE_SECRET", "short")
    with pytest.raises(WrongUsage, match="FACE_SETTINGS"):
        adapter()
