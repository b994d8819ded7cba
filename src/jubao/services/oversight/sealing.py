"""Seals the audit: an SM3 chain over all events, each seal's leaves kept outside the database where a witness reads them.

Worked example: events 1 to 812 are sealed as head `9f3c…`; the file `heads/…812.leaves` under the data folder holds number and
SM3 of each event. Somebody who later edits event 17 in the database is found, and the event is named.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from django.db import connection, transaction

from jubao.database.invariant import Violation
from jubao.database.places import data_dir
from jubao.kernel.text import _
from jubao.oversight.models import AuditHead

GENESIS = bytes(32)
LEAF = struct.Struct(">Q32s")
FETCH = 2000


@dataclass(frozen=True)
class Seal:
    """What one seal covers and its value."""

    from_sequence: int
    until_sequence: int
    event_count: int
    head: bytes


def seal_events() -> Seal | None:
    """Seal everything written since the last seal; None when there is nothing new.

    Waits for writers in flight (a SHARE lock held for one statement), so that no event with a smaller number can still
    appear below the seal. With the lock refused within two seconds it seals nothing; the next run will.
    """
    until = _settled_sequence()
    last = AuditHead.objects.order_by("-until_sequence").first()
    first = last.until_sequence + 1 if last else 1
    if until is None or until < first:
        return None
    former = bytes(last.head) if last else GENESIS
    leaves = [(sequence, leaf) for sequence, leaf in _leaves(first, until)]
    if not leaves:
        return None
    head = _chain(former, leaves)
    _write_witness(until, leaves, head)
    with transaction.atomic():
        AuditHead.objects.create(
            from_sequence=first, until_sequence=until, event_count=len(leaves), head=head
        )
    return Seal(first, until, len(leaves), head)


def _settled_sequence() -> int | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("LOCK TABLE oversight_auditevent IN SHARE MODE")
        cursor.execute("SELECT max(sequence) FROM oversight_auditevent")
        found = cursor.fetchone()[0]
        return int(found) if found is not None else None


def _leaves(first: int, until: int) -> Iterator[tuple[int, bytes]]:
    """Number and SM3 of each event in order, streamed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute(
            "DECLARE leaves NO SCROLL CURSOR FOR SELECT e.sequence, convert_to(e::text, 'UTF8')"
            " FROM oversight_auditevent e WHERE sequence BETWEEN %s AND %s ORDER BY sequence",
            [first, until],
        )
        while True:
            cursor.execute(f"FETCH {FETCH} FROM leaves")
            rows = cursor.fetchall()
            if not rows:
                break
            yield from ((sequence, sm3(bytes(text))) for sequence, text in rows)
        cursor.execute("CLOSE leaves")


def sm3(content: bytes) -> bytes:
    """The national hash, 32 bytes (GB/T 32905)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()


def _chain(former: bytes, leaves: list[tuple[int, bytes]]) -> bytes:
    return sm3(former + b"".join(LEAF.pack(sequence, leaf) for sequence, leaf in leaves))


def _folder() -> Path:
    folder = data_dir() / "heads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _witness(until: int) -> Path:
    return _folder() / f"{until:020d}.leaves"


def _write_witness(until: int, leaves: list[tuple[int, bytes]], head: bytes) -> None:
    target = _witness(until)
    part = target.with_suffix(".part")
    part.write_bytes(head + b"".join(LEAF.pack(sequence, leaf) for sequence, leaf in leaves))
    part.replace(target)


def seal_violations() -> Iterator[Violation]:
    """Recompute every seal from the events of today and compare with the database's heads and the witness files."""
    former = GENESIS
    known: set[str] = set()
    for seal in AuditHead.objects.order_by("until_sequence"):
        leaves = list(_leaves(seal.from_sequence, seal.until_sequence))
        witness = _witness(seal.until_sequence)
        known.add(witness.name)
        if not witness.exists():
            yield _broken(
                "oversight_audithead",
                seal.until_sequence,
                _("封存见证文件缺失：{file}").format(file=witness.name),
            )
        else:
            yield from _against_witness(seal, leaves, witness.read_bytes())
        if _chain(former, leaves) != bytes(seal.head):
            yield _broken("oversight_audithead", seal.until_sequence, _("重算的链值与封存值不同"))
        former = bytes(seal.head)
    for file in sorted(_folder().glob("*.leaves")):
        if file.name not in known:
            yield _broken(
                "oversight_audithead",
                int(file.stem),
                _("见证人持有数据库中没有的封存：数据库被退回到更早的时间，或封存被删除"),
            )


def _against_witness(seal: AuditHead, leaves: list[tuple[int, bytes]], witness: bytes) -> Iterator[Violation]:
    if witness[:32] != bytes(seal.head):
        yield _broken("oversight_audithead", seal.until_sequence, _("数据库中的封存值与见证文件不同"))
    then = dict(LEAF.iter_unpack(witness[32:]))
    now = dict(leaves)
    for sequence in sorted(then.keys() - now.keys()):
        yield _broken("oversight_auditevent", sequence, _("已封存的审计事件被删除"))
    for sequence in sorted(now.keys() - then.keys()):
        yield _broken("oversight_auditevent", sequence, _("封存之后插入的审计事件"))
    for sequence in sorted(now.keys() & then.keys()):
        if now[sequence] != then[sequence]:
            yield _broken("oversight_auditevent", sequence, _("已封存的审计事件被修改"))


def _broken(table: str, row: int, what: str) -> Violation:
    return Violation("L2", table, str(row), what)
