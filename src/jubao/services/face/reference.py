"""The reference verifier: dlib's ResNet (128 numbers a face) with weights that come inside a PyPI wheel, the `[face]` extra.

Worked example: two photos of one person lie 0.23 to 0.45 apart, of different people 0.70 to 0.88; up to 0.45 passes, from 0.60
on fails, between them a human being decides. For demo and tests: it knows no liveness and was never judged on
elderly Chinese faces; production uses the HTTP adapter.
"""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.services.face.verifiers import FAIL, MANUAL, PASS, RETRY, Subject, Verdict, face_off

ACCEPT_PPM, REJECT_PPM = 450_000, 600_000
SIDE = 480
SMALLEST_FACE = 70
DARKEST = 50.0
LEAST_DETAIL = 3.0
_one_at_a_time = threading.Lock()


class _Retry(Exception):
    """The photo cannot be judged; the argument is the reason code."""


class ReferenceVerifier:
    """Compares two photos on this machine."""

    name = "reference"
    has_own_page = False

    def verify(self, enrolled: bytes, probe: bytes) -> Verdict:
        """Distance of the two faces, and what follows from it. 0.3 s and 122 MB."""
        try:
            known, shown = _described(enrolled), _described(probe)
        except _Retry as retry:
            return Verdict(RETRY, str(retry))
        distance = round(float(np.linalg.norm(known - shown)) * 1_000_000)
        if distance <= ACCEPT_PPM:
            return Verdict(PASS, distance_ppm=distance)
        if distance >= REJECT_PPM:
            return Verdict(FAIL, "different", distance)
        return Verdict(MANUAL, "unsure", distance)

    def start(self, token: str, subject: Subject, *, purpose: str, return_url: str) -> None:
        """Nothing to announce: the photo is taken on our own page."""

    def page(self, token: str) -> str:
        """No page of its own."""
        return ""

    def result(self, token: str, subject: Subject) -> Verdict | None:
        """Nothing to fetch."""
        raise face_off()


@lru_cache(maxsize=1)
def _models() -> tuple[Any, Any, Any]:
    """Detector, landmarks and network; loaded on first use, a second and 100 MB."""
    try:
        import dlib
        import face_recognition_models as weights
    except ImportError as absent:
        raise WrongUsage(
            "FACE_EXTRA_MISSING",
            _("没有安装人脸比对组件。"),
            remedy=_("请安装 jubao[face]，或改用 JUBAO_FACE_URL 指定的服务。"),
        ) from absent
    return (
        dlib.get_frontal_face_detector(),
        dlib.shape_predictor(weights.pose_predictor_five_point_model_location()),
        dlib.face_recognition_model_v1(weights.face_recognition_model_location()),
    )


def _described(content: bytes) -> Any:
    """The 128 numbers of the one face in a photo. Raises _Retry with the reason why there is none to judge."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    pixels = np.asarray(picture)
    with _one_at_a_time:
        detector, landmarks, network = _models()
        faces = sorted(detector(pixels, 1), key=lambda face: -face.area())
        if not faces:
            raise _Retry("no_face")
        if len(faces) > 1 and faces[1].area() > faces[0].area() / 2:
            raise _Retry("several_faces")
        _refuse_poor(pixels, faces[0])
        return np.asarray(network.compute_face_descriptor(pixels, landmarks(pixels, faces[0])))


def _refuse_poor(pixels: Any, face: Any) -> None:
    """Too small, too dark or blurred: ask for another photo instead of guessing."""
    if face.width() < SMALLEST_FACE:
        raise _Retry("too_small")
    crop = pixels[max(0, face.top()) : face.bottom(), max(0, face.left()) : face.right()].mean(axis=2)
    if crop.mean() < DARKEST:
        raise _Retry("too_dark")
    detail = 4 * crop[1:-1, 1:-1] - crop[2:, 1:-1] - crop[:-2, 1:-1] - crop[1:-1, 2:] - crop[1:-1, :-2]
    if np.abs(detail).mean() < LEAST_DETAIL:
        raise _Retry("blurred")
