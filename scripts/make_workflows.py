"""Writes docs/workflows: a page per kind of case with its diagram and, per region, who takes which step in what time.

Worked example: `python -m scripts.make_workflows` writes docs/workflows/suspension.md with a Mermaid state diagram and a table
for each region whose pack says something of its own; `--check` exits 1 naming the pages that are out of date.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "workflows"
ON = date(2025, 6, 1)
LEVELS = {
    "province": "省",
    "city": "市",
    "district": "区县",
    "township": "镇街",
    "village": "村社区",
    "nation": "国家",
}
UNITS = {
    "working_day": "个工作日",
    "calendar_day": "日",
    "month": "个月",
    "year": "年",
    "month_end": "个月后的月底",
}


def ready() -> None:
    """Set Django up without a database."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.site.settings")
    os.environ.setdefault("JUBAO_DATA_DIR", tempfile.mkdtemp(prefix="jubao-docs-"))
    import django

    django.setup()


def pages() -> dict[str, str]:
    """File name → text, for every kind the services register."""
    from jubao.services.cases.kinds import kinds

    shown = {name: kind for name, kind in kinds().items() if not name.startswith("test_")}
    made = {f"{name}.md": _page(kind) for name, kind in shown.items()}
    lines = [f"- [{kind.title}]({name}.md)（`{name}`）" for name, kind in shown.items()]
    head = "# 业务流程\n\n由 `python -m scripts.make_workflows` 从业务表和政策包生成，不要手改。\n\n"
    return {"README.md": head + "\n".join(lines) + "\n"} | made


def _page(kind) -> str:  # type: ignore[no-untyped-def]
    from jubao.policy import load_pack
    from jubao.policy.loading import pack_folders
    from jubao.services.cases.kinds import table

    parts = [
        f"# {kind.title}\n",
        f"`{kind.kind}`，由 `python -m scripts.make_workflows` 生成。\n",
        _diagram(kind),
    ]
    seen: dict[str, list[str]] = {}
    for code in sorted(pack_folders()):
        pack = load_pack(code)
        seen.setdefault(_table(kind, table(kind, pack, ON), pack), []).append(f"{pack.title}")
    for text, regions in seen.items():
        parts.append(f"## {'、'.join(regions)}\n\n{text}")
    return "\n".join(parts)


def _diagram(kind) -> str:  # type: ignore[no-untyped-def]
    lines = ["```mermaid", "stateDiagram-v2"]
    named = dict.fromkeys(
        state for one in kind.transitions for state in (one.from_state, one.to_state) if state
    )
    lines += [f'    state "{kind.state_title(state)}" as {state}' for state in named]
    for one in kind.transitions:
        lines.append(f"    {one.from_state or '[*]'} --> {one.to_state}: {one.title or one.action}")
    ended = dict.fromkeys(one.to_state for one in kind.transitions if one.closes)
    lines += [f"    {state} --> [*]" for state in ended]
    return "\n".join([*lines, "```\n"])


def _table(kind, rows, pack) -> str:  # type: ignore[no-untyped-def]
    from jubao.services.cases.checks import posts_words

    lines = [
        "| 步骤 | 从 | 到 | 岗位 | 层级 | 决定 | 期限 | 材料 | 条款 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in rows:
        term = one.deadline
        cells = (
            one.title or one.action,
            kind.state_title(one.from_state) if one.from_state else "",
            kind.state_title(one.to_state),
            posts_words(one.posts),
            "、".join(LEVELS.get(level, level) for level in sorted(one.levels)),
            "是" if one.is_decision else "",
            f"{term.count}{UNITS[term.unit]}" if term else "",
            "、".join(one.needs),
            str(pack.cite(one.clause)) if one.clause else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` say which are stale."""
    ready()
    made = pages()
    if "--check" in arguments:
        stale = [name for name, text in made.items() if _read(FOLDER / name) != text]
        gone = sorted({path.name for path in FOLDER.glob("*.md")} - set(made))
        for name in [*stale, *gone]:
            print(f"docs/workflows/{name} is out of date: python -m scripts.make_workflows")
        return 1 if stale or gone else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(made)} pages in docs/workflows")
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
