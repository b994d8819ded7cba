"""What `jubao trace` prints: one requirement, the share done by document, what is open, and the check of the index.

Worked example: `jubao trace --json` prints `{"QJ": {"total": 186, "done": 21}, …, "total": {"total": 759, "done": 180}}`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jubao.commands.program_offer import PROGRAM
from jubao.commands.trace_index import PROOFS, Traced, all_traced, packs_folder, place_of, proofs
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.kernel.text import _

TOTAL = "total"
SHOWN_LINES = 20


def run_share(areas: list[str] | None, *, as_json: bool, root: Path | None) -> None:
    """Print how many requirements of each document are done."""
    counted = share(_of_areas(all_traced(root), areas))
    if as_json:
        print(json.dumps(counted, ensure_ascii=False))
        return
    for document, row in counted.items():
        percent = 100 * row["done"] // max(row["total"], 1)
        name = _("合计") if document == TOTAL else document
        print(f"{name:<4} {row['done']:>4} / {row['total']:<4} {percent:>3} %")


def share(traced: Iterable[Traced]) -> dict[str, dict[str, int]]:
    """Document → total and done, and the sum of all under `total`."""
    counted: dict[str, dict[str, int]] = {}
    for item in traced:
        for key in (item.document, TOTAL):
            row = counted.setdefault(key, {"total": 0, "done": 0})
            row["total"] += 1
            row["done"] += item.is_done
    whole = counted.pop(TOTAL, {"total": 0, "done": 0})
    return dict(sorted(counted.items())) | {TOTAL: whole}


def _of_areas(traced: Iterable[Traced], areas: list[str] | None) -> list[Traced]:
    found = list(traced)
    if areas is None:
        return found
    known = {item.entry.area for item in found}
    unknown = [area for area in areas if area not in known]
    if unknown:
        message = _("没有方面 {areas}。").format(areas="、".join(unknown))
        remedy = _("可用：{known}。").format(known="、".join(sorted(known)))
        raise WrongUsage("AREA_UNKNOWN", message, remedy=remedy)
    return [item for item in found if item.entry.area in areas]


def run_open(areas: list[str] | None, *, as_json: bool, root: Path | None) -> None:
    """Print what is not done and why."""
    rows = [item for item in _of_areas(all_traced(root), areas) if not item.is_done]
    if as_json:
        content = [{"id": item.id, "area": item.entry.area, "why": list(item.missing)} for item in rows]
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    for item in rows:
        print(f"{item.id}  [{item.entry.area}]  {'；'.join(item.missing)}")
    print(_("未完成 {count} 项。").format(count=len(rows)))


def run_one(id: str, *, as_json: bool, root: Path | None) -> None:
    """Print one requirement from clause to test. Raises WrongUsage for an unknown id."""
    found = next((item for item in all_traced(root) if item.id == id), None)
    if found is None:
        remedy = _("编号如 QJ-3-0a；用 jubao trace --open 列出未完成的编号。")
        raise WrongUsage("ID_UNKNOWN", _("没有编号为 {id} 的要求。").format(id=id), remedy=remedy)
    content = details(found)
    print(json.dumps(content, ensure_ascii=False, indent=1) if as_json else _text(content))


def details(item: Traced) -> dict[str, Any]:
    """Everything known of one requirement."""
    clause = item.pack.find_clause(item.id)
    return {
        "id": item.id,
        "demand": item.entry.demand,
        "area": item.entry.area,
        "kind": item.entry.kind,
        "pack": item.pack.code,
        "citation": f"{clause.document} {clause.article}" if clause else None,
        "quote": clause.quote if clause else None,
        "code": [{"by": name, "place": place_of(item.pack, name)} for name in item.entry.by],
        "faces": [{"face": name, "place": place_of(item.pack, name)} for name in item.entry.faces],
        "tests": list(item.tests),
        "done": item.is_done,
        "missing": list(item.missing),
        "note": item.entry.note,
    }


def _text(content: dict[str, Any]) -> str:
    state = _("完成") if content["done"] else _("未完成：{why}").format(why="；".join(content["missing"]))
    lines = [
        f"{content['id']}  [{content['area']}, {content['kind']}]  {state}",
        f"{_('要求')}  {content['demand']}",
        f"{_('条款')}  {content['citation']}  “{content['quote']}”  （{content['pack']}）",
    ]
    lines += [f"{_('代码')}  {row['by']}  {row['place']}" for row in content["code"]]
    lines += [f"{_('入口')}  {row['face']}  {row['place']}" for row in content["faces"]]
    lines += [f"{_('测试')}  {test}" for test in content["tests"]]
    if content["note"]:
        lines.append(f"{_('说明')}  {content['note']}")
    return "\n".join(lines)


def run_check(root: Path | None) -> None:
    """Fail when the index of proofs names unknown requirements or is older than the tests (seen in a checkout only)."""
    index = proofs(root)
    known = {item.id for item in all_traced(root)}
    unknown = sorted(set(index) - known)
    if unknown:
        message = _("证明索引 {file} 中有不存在的编号：{ids}。").format(file=PROOFS, ids="、".join(unknown))
        raise CheckFailed("PROOFS_UNKNOWN_ID", message, remedy=_("请改正测试上的编号，并运行 make proofs。"))
    checkout = PROGRAM.parent.parent
    if not (checkout / "tests" / "conftest.py").exists():
        print(_("索引中的 {count} 个编号都存在；这里没有测试源码，未核对新旧。").format(count=len(index)))
        return
    _compare_with_tests(checkout, packs_folder(root) / PROOFS)
    print(_("证明索引与测试一致，{count} 个编号都存在。").format(count=len(index)))


def _compare_with_tests(checkout: Path, file: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--check-proofs={file}",
        "tests",
    ]
    run = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    if run.returncode:
        said = _complaint(run.stdout + run.stderr)
        message = _("证明索引 {file} 与测试不一致：{said}").format(file=file, said=said)
        raise CheckFailed("PROOFS_STALE", message, remedy=_("请运行 make proofs，并提交结果。"))


def _complaint(output: str) -> str:
    """What pytest complains about, without the list of collected tests before it."""
    lines = output.strip().splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith("ERROR")), 0)
    return "\n".join(lines[first:][-SHOWN_LINES:])
