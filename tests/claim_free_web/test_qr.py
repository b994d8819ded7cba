"""The squares on paper as a phone reads them: decoded from the printed page by its own reader, followed to the progress page."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zxingcpp
from django.conf import settings
from django.test import Client
from PIL import Image

from jubao.cases.models import Case
from tests.support.counter import HANDLER, INTAKE, Counter, words

DOTS_PER_INCH = 150
"""As an office printer's draft, or a phone at arm's length, would see it."""


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


@pytest.fixture
def case(here: Counter) -> Case:
    return here.world.listed(name="张桂芳", balance_fen=250473, mobile="13896745521")


def read(pdf: bytes, folder: Path) -> list[str]:
    """The text of every QR code on the only page of a document."""
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    made = subprocess.run(
        ["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), str(file)], check=True, capture_output=True
    ).stdout
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(made)).convert("L"))
    return [one.text for one in found if one.format == zxingcpp.BarcodeFormat.QRCode]


def followed(address: str) -> str:
    """What the page behind the address says to somebody without any log-in."""
    assert address.startswith(f"{settings.PUBLIC_URL}/q/")
    answer = Client().get(urlsplit(address).path)
    assert answer.status_code == 200
    return words(answer)


@pytest.mark.requirement("QJ-A1-8-1a", "QJ-A1-9-n1")
def test_receipt_form_and_determination_lead_to_the_same_progress_page(
    here: Counter, case: Case, tmp_path: Path
) -> None:
    here.act(INTAKE, case, "print", is_only_child="0")
    unsigned = here.get(INTAKE, "claim-free-paper", case.pk, here.form(case).pk).content
    [on_form] = read(unsigned, tmp_path)
    before = followed(on_form)
    here.act(INTAKE, case, "sign", signed="consent", signed_on="2024-03-11", has_thumbprint="1")
    here.scan(case, "id_document", "confirmation_form")
    here.act(INTAKE, case, "save", materials_complete="1", wants_make_up="0", rechecked="1")

    [on_receipt] = read(here.get(INTAKE, "claim-free-receipt", case.pk).content, tmp_path)
    accepted = followed(on_receipt)
    here.handle(case)
    here.review(case)
    result = here.get(HANDLER, "claim-free-result", case.pk, "determination").content
    completed = followed(on_receipt)

    assert on_form == on_receipt
    assert read(result, tmp_path) == [on_receipt]
    assert "已提取" in before and "已受理" not in before
    assert "已受理" in accepted and "还没有到" in accepted
    assert "已办结" in completed and "待遇核定表" in completed
    for secret in (here.number(case), "张桂芳", case.number, "153.02"):
        assert secret not in before + accepted + completed
