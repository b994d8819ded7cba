"""Pictures and scans: cleaned, sealed, opened again; what is broken, disguised or too big is refused by name."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from jubao.archive.models import Document
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.services.documents.images import image_cleaned, image_store, scan_store
from jubao.services.documents.keys import document_key_add, document_key_path, key_marks_path, sealed_version
from jubao.services.documents.store import document_open, document_path, document_problem, document_store
from tests.archive.pictures import pdf, photo, written
from tests.support.cast import DISTRICT, Cast

ROTATED = 6
ORIENTATION, GPS = 0x0112, 0x8825


def refused(content: bytes) -> str:
    """The code with which a scan is refused."""
    with pytest.raises(InputRefused) as problem:
        scan_store(actor=None, content=content, name="x.jpg", document_class="id_document")  # type: ignore[arg-type]
    assert problem.value.remedy
    return problem.value.code


def test_a_phones_photo_is_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED
    exif[GPS] = {1: "N", 2: (29.0, 1.0, 0.0)}

    cleaned = image_cleaned(photo(800, 500, exif=exif))

    picture = Image.open(io.BytesIO(cleaned))
    assert (picture.format, picture.size) == ("JPEG", (500, 800))
    assert not picture.getexif()
    assert b"Exif" not in cleaned
    assert sum(picture.getpixel((250, 20))) < 60 < sum(picture.getpixel((250, 780)))  # type: ignore[arg-type]


def test_a_huge_picture_is_kept_at_reading_size() -> None:
    assert max(Image.open(io.BytesIO(image_cleaned(photo(7000, 5000)))).size) == 3600


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_every_usual_format_becomes_jpeg(form: str) -> None:
    assert image_cleaned(photo(form=form)).startswith(b"\xff\xd8\xff")


def test_a_transparent_scan_does_not_turn_black() -> None:
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    target = io.BytesIO()
    clear.save(target, "PNG")

    picture = Image.open(io.BytesIO(image_cleaned(target.getvalue())))

    assert picture.getpixel((150, 150)) == (255, 255, 255)


def test_a_small_file_that_promises_a_flood_of_pixels_is_refused_unread() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )

    assert refused(bomb) == "IMAGE_TOO_LARGE"
    assert refused(photo(9000, 7000, form="PNG")) == "IMAGE_TOO_LARGE"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "DOCUMENT_EMPTY"),
        (b"MZ\x90\x00 a program under the name of a picture", "NOT_AN_IMAGE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "NOT_AN_IMAGE"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "NOT_AN_IMAGE"),
        (photo()[:2000], "IMAGE_BROKEN"),
        (photo(form="PNG")[:200], "IMAGE_BROKEN"),
        (photo(120, 500), "IMAGE_TOO_SMALL"),
        (bytes((20 << 20) + 1), "IMAGE_TOO_LARGE"),
        (b"%PDF-1.7 nothing more", "PDF_BROKEN"),
        (pdf(31), "PDF_TOO_LONG"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_scan_is_refused_by_name(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_a_tiff_of_several_pages_asks_for_pdf() -> None:
    target = io.BytesIO()
    page = Image.new("RGB", (400, 400))
    page.save(target, "TIFF", save_all=True, append_images=[page])
    assert refused(target.getvalue()) == "IMAGE_SEVERAL_PAGES"


def active_pdfs() -> dict[str, bytes]:
    """PDF that act, run or carry a file."""
    script, attached, locked, hidden = (PdfWriter(PdfReader(io.BytesIO(pdf()))) for _one in range(4))
    runs = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    script._root_object[NameObject("/OpenAction")] = script._add_object(runs)
    attached.add_attachment("payroll.xlsx", b"PK")
    locked.encrypt("secret")
    launch = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    )
    hidden._add_object(
        DictionaryObject({NameObject("/Annots"): ArrayObject([DictionaryObject({NameObject("/A"): launch})])})
    )
    return {
        "script": written(script),
        "attached": written(attached),
        "locked": written(locked),
        "hidden": written(hidden),
    }


@pytest.mark.parametrize(
    ("which", "code"),
    [
        ("script", "PDF_ACTIVE"),
        ("attached", "PDF_ACTIVE"),
        ("hidden", "PDF_ACTIVE"),
        ("locked", "PDF_LOCKED"),
    ],
)
def test_a_pdf_that_acts_hides_or_is_locked_is_refused(which: str, code: str) -> None:
    assert refused(active_pdfs()[which]) == code


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))


@pytest.fixture
def photographed(database: None, cast: Cast) -> Document:
    """A photo of an identity card, stored."""
    return image_store(
        actor=cast.intake.actor, content=photo(), name="C:\\扫描\\身份证正面.PNG", document_class="id_document",
        district_code=DISTRICT,
    )  # fmt: skip


def test_the_file_is_sealed_and_opens_to_the_same_picture(photographed: Document) -> None:
    sealed = document_path(photographed.sha256, is_encrypted=True).read_bytes()

    assert (photographed.is_encrypted, photographed.name) == (True, "身份证正面.jpg")
    assert sealed_version(sealed) == 1
    assert b"\xff\xd8\xff" not in sealed
    assert not document_path(photographed.sha256).exists()
    assert document_open(photographed.id).startswith(b"\xff\xd8\xff")
    assert document_key_path().stat().st_mode & 0o077 == 0


def test_a_scanned_pdf_is_sealed_unchanged(database: None, cast: Cast) -> None:
    content = pdf(2)

    stored = scan_store(
        actor=cast.intake.actor, content=content, name="表.pdf", document_class="confirmation_form"
    )

    assert (stored.content_type, stored.is_encrypted, document_open(stored.id)) == (
        "application/pdf",
        True,
        content,
    )


def test_the_same_content_clear_and_sealed_are_two_files(photographed: Document, cast: Cast) -> None:
    clear = document_store(
        actor=cast.intake.actor, content=document_open(photographed.id), name="副本.jpg", content_type="image/jpeg",
        document_class="copy",
    )  # fmt: skip

    assert clear.sha256 == photographed.sha256
    assert not document_problem(clear)
    assert not document_problem(photographed)


def test_a_sealed_file_under_another_name_or_altered_does_not_open(
    photographed: Document, cast: Cast
) -> None:
    other = image_store(
        actor=cast.intake.actor, content=photo(900, 600), name="b.jpg", document_class="id_document"
    )
    path = document_path(photographed.sha256, is_encrypted=True)
    sealed = path.read_bytes()

    for content in (
        document_path(other.sha256, is_encrypted=True).read_bytes(),
        sealed[:-1] + b"\x00",
        sealed[:30],
        b"",
    ):
        path.write_bytes(content)
        with pytest.raises(CheckFailed, match="DOCUMENT_ALTERED"):
            document_open(photographed.id)
        assert document_problem(photographed) == "文件被改动过"
    again = image_store(actor=cast.intake.actor, content=photo(), name="c.jpg", document_class="id_document")

    assert document_open(again.id) == document_open(photographed.id)


def test_without_the_key_nothing_opens_and_nothing_new_is_sealed(photographed: Document, cast: Cast) -> None:
    key = document_key_path().read_text()
    before = Document.objects.count()
    for wrong, code in (
        (None, "DOCUMENT_KEY_MISSING"),
        ("1:" + "ab" * 32, "DOCUMENT_KEY_WRONG"),
        ("1:zz", "DOCUMENT_KEY_BROKEN"),
    ):
        document_key_path().unlink(missing_ok=True)
        if wrong:
            document_key_path().write_text(wrong)

        with pytest.raises(CheckFailed, match=code):
            document_open(photographed.id)
        with pytest.raises(CheckFailed, match=code):
            image_store(
                actor=cast.intake.actor, content=photo(900, 600), name="b.jpg", document_class="id_document"
            )
        assert "密钥" in document_problem(photographed)

    document_key_path().write_text(key)
    assert Document.objects.count() == before
    assert not document_problem(photographed)


def test_a_new_key_seals_from_now_on_and_the_old_one_goes_on_opening(
    photographed: Document, cast: Cast
) -> None:
    assert document_key_add() == 2

    newer = image_store(
        actor=cast.intake.actor, content=photo(900, 600), name="b.jpg", document_class="id_document"
    )

    assert sealed_version(document_path(newer.sha256, is_encrypted=True).read_bytes()) == 2
    assert document_open(photographed.id)
    assert document_open(newer.id)
    assert set(map(str, (1, 2))) <= set(key_marks_path().read_text().replace('"', " ").split())


def test_the_row_says_that_it_is_sealed(photographed: Document) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT is_encrypted, content_type FROM archive_document WHERE id = %s", [photographed.id]
        )
        assert cursor.fetchone() == (True, "image/jpeg")
