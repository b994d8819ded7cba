"""Printing: the same bytes for the same data, one font, and no character that silently becomes a box."""

from __future__ import annotations

import hashlib
from pathlib import Path

from jubao.forms.fonts import has, unprintable
from jubao.forms.render import PrintJob, print_many, qr_svg, render, render_checked

LACKING = "\U0002fa1e"


def approval(title: str = "城乡居民基本养老保险待遇支付审批表") -> dict[str, object]:
    place = {"name": "古南街道", "people": "1", "amounts": ["145.00"], "total": "145.00"}
    group = {"name": "月度待遇", "count": "1", "total": "145.00"}
    return {
        "title": title, "subtitle": "2026年11月", "agency": "演示", "number": "509900-2026-000001", "made_on": "2026-11-12",
        "qr": qr_svg("JUBAO 1"), "components": ["基础养老金"], "places": [place], "people": "1",
        "component_totals": ["145.00"], "total": "145.00", "count": "1", "kinds": [group], "banks": [group],
        "capital": "壹佰肆拾伍元整", "financing": "—",
        "left_out": "", "checks": "", "signatures": ["经办人"], "digest": "a" * 64,
        "audit_head": "", "footer": "",
    }  # fmt: skip


def test_same_data_gives_same_bytes() -> None:
    first, second = render("payment_approval", approval()), render("payment_approval", approval())

    assert first[:5] == b"%PDF-"
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_archive_form_says_that_it_is_one() -> None:
    assert b"pdfaid" in render("payment_approval", approval(), archive=True)


def test_rare_characters_print_or_are_listed() -> None:
    assert all(has(c) for c in "䶮㛃𬱖𫖯𬭎龘")

    printed = render_checked("payment_approval", approval(f"王{LACKING}的审批表"))

    assert printed.unprintable == (LACKING,) == unprintable(["好", {"name": f"王{LACKING}"}])


def test_mass_printing_repeats_only_what_is_missing(tmp_path: Path) -> None:
    jobs = [PrintJob("payment_approval", approval(f"第{i}份"), tmp_path / f"{i}.pdf") for i in range(4)]
    jobs.append(PrintJob("payment_approval", {"title": "缺少栏目"}, tmp_path / "bad.pdf"))
    calls: list[int] = []

    failures = print_many(jobs, lambda done, _path: calls.append(done))
    again = print_many(jobs[:4], lambda done, path: calls.append(-1))

    assert [path.name for path, _reason in failures] == ["bad.pdf"]
    assert calls == [1, 2, 3, 4, 5] and again == []
    assert len(list(tmp_path.glob("*.pdf"))) == 4
