"""The reference verifier on real photos: one person passes, another fails, a poor photo asks for a better one."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFilter

from jubao.services.documents.images import image_cleaned
from jubao.services.face.reference import ACCEPT_PPM, REJECT_PPM, ReferenceVerifier
from jubao.services.face.verifiers import REASON_WORDS, Verdict
from tests.support.face_photos import photo


def judged(probe: bytes, enrolled: bytes | None = None) -> Verdict:
    """What the verifier says of a photo beside the kept one."""
    return ReferenceVerifier().verify(enrolled or photo("same-1"), probe)


def changed(name: str, **how: object) -> bytes:
    """The photo darkened, blurred, shrunk or doubled."""
    picture = Image.open(io.BytesIO(photo(name))).convert("RGB")
    if "bright" in how:
        picture = picture.point(lambda value: int(value * float(str(how["bright"]))))
    if "blur" in how:
        picture = picture.filter(ImageFilter.GaussianBlur(float(str(how["blur"]))))
    if "canvas" in how:
        small = picture.copy()
        small.thumbnail((int(str(how["canvas"])),) * 2)
        picture = Image.new("RGB", (1200, 1200), "white")
        picture.paste(small, (400, 400))
    if how.get("doubled"):
        wide = Image.new("RGB", (picture.width * 2, picture.height))
        wide.paste(picture, (0, 0))
        wide.paste(picture, (picture.width, 0))
        picture = wide
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=92)
    return target.getvalue()


def test_two_photos_of_one_person_pass() -> None:
    verdict = judged(photo("same-2"))

    assert verdict.outcome == "pass"
    assert verdict.distance_ppm is not None
    assert verdict.distance_ppm <= ACCEPT_PPM


def test_another_person_fails() -> None:
    verdict = judged(photo("other"))

    assert (verdict.outcome, verdict.reason) == ("fail", "different")
    assert verdict.distance_ppm is not None
    assert verdict.distance_ppm >= REJECT_PPM


def test_the_photo_as_we_keep_it_is_as_good() -> None:
    assert judged(image_cleaned(photo("same-2")), image_cleaned(photo("same-1"))).outcome == "pass"


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        ("too_dark", {"bright": 0.15}),
        ("blurred", {"blur": 9}),
        ("several_faces", {"doubled": True}),
        ("no_face", {"blur": 80}),
    ],
)
def test_a_poor_photo_asks_for_a_better_one(reason: str, how: dict[str, object]) -> None:
    verdict = judged(changed("same-2", **how))

    assert (verdict.outcome, verdict.reason, verdict.distance_ppm) == ("retry", reason, None)
    assert REASON_WORDS[verdict.reason]
