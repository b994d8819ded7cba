"""Writes the catalogue of posts and the packs' incompatible pairs into the database, where the triggers read them.

Runs after every migration (`staff.apps`), and is safe to repeat: the tables are made to equal code and packs.

Worked example: the city's pack says 办理岗 / 复核岗 from 2024-01-03; after `jubao serve` has migrated, `staff_incompatiblepair`
holds that row under the city's code, and the database refuses the second grant whoever writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.policy import load_pack
from jubao.policy.loading import pack_folders
from jubao.staff.models import IncompatiblePair, Post, PostWord
from jubao.staff.posts import CATALOGUE

PairRow = tuple[str, str, str, date, date]


def catalogue_write() -> None:
    """Make the tables of posts, their words and the incompatible pairs equal to the code and the packs."""
    with unit_of_work(Actor.system("catalogue", scope=""), "catalogue_write"):
        _write_posts()
        _write_pairs()


def _write_posts() -> None:
    for kind in CATALOGUE:
        Post.objects.update_or_create(
            code=kind.code,
            defaults={
                "name": kind.name,
                "family": kind.family,
                "duties": kind.duties,
                "levels": list(kind.levels),
                "is_high_risk": kind.is_high_risk,
            },
        )
    wanted = {(kind.code, word) for kind in CATALOGUE for word in kind.words}
    present = set(PostWord.objects.values_list("post_id", "word"))
    PostWord.objects.bulk_create(PostWord(post_id=code, word=word) for code, word in sorted(wanted - present))
    for code, word in present - wanted:
        PostWord.objects.filter(post_id=code, word=word).delete()


def _write_pairs() -> None:
    wanted = {row for code in pack_folders() for row in _pairs_of(code)}
    fields = ("pack_code", "one", "other", "from_on", "until_on")
    present = set(IncompatiblePair.objects.values_list(*fields))
    for row in present - wanted:
        IncompatiblePair.objects.filter(**dict(zip(fields, row, strict=True))).delete()
    IncompatiblePair.objects.bulk_create(
        IncompatiblePair(**dict(zip(fields, row, strict=True))) for row in sorted(wanted - present)
    )


def _pairs_of(code: str) -> Iterator[PairRow]:
    """The pairs of a pack with everything it inherits; days half-open."""
    for period in load_pack(code).setting_line("posts.incompatible"):
        for pair in period.entry.value:
            yield code, pair["one"], pair["other"], period.first, period.last + timedelta(days=1)
