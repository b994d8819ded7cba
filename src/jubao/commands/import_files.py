"""`jubao import KIND FILE`: stage a file, show what it would change, open the case that lets it take effect.

Worked example: `jubao import participants 新增参保.xlsx --district 500110 --dry-run` prints 新增 3、变更 1、相同 2、拒绝 1 with
the reasons and keeps nothing; without `--dry-run` the batch waits on the page 导入 for another person's approval.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jubao.commands.system import open_system
from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated

if TYPE_CHECKING:
    from jubao.cases.models import ImportBatch


class _DryRun(Exception):
    """Rolls the staging back."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        name="import",
        help=_(
            "导入文件：暂存、逐行比对、送审批。例：jubao import participants 名单.xlsx --district 500110 --dry-run"
        ),
    )
    def import_file(
        kind: Annotated[
            str,
            typer.Argument(help=_("participants、contributions、roster、special-group、feed、bank-return")),
        ],
        file: Annotated[Path, typer.Argument(help=_("CSV、xlsx、xls 或 Parquet"))],
        district: Annotated[str, typer.Option(help=_("区县代码"))],
        source: Annotated[str, typer.Option(help=_("哪一种名单，或数据来源代码"))] = "",
        month: Annotated[str, typer.Option(help=_("名单的月份，如 2026-11"))] = "",
        count: Annotated[int, typer.Option(help=_("来源写明的行数，不符即整个拒收"))] = -1,
        total: Annotated[str, typer.Option("--sum", help=_("来源写明的金额合计（元）"))] = "",
        mapping: Annotated[list[str] | None, typer.Option("--map", help=_("列名=identifier"))] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只看结果，什么都不留下"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("把摘要写到标准输出"))] = False,
    ) -> None:
        if not file.is_file():
            raise InputRefused(
                "FILE_MISSING", _("找不到文件 {name}。").format(name=file), remedy=_("请核对路径。")
            )
        open_system()
        given: dict[str, Any] = {
            "source": source, "month": Month.parse(month) if month else None, "mapping": _mapped(mapping or []),
            "count": count if count >= 0 else None, "sum_fen": int(Fen.from_yuan(total)) if total else None,
        }  # fmt: skip
        summary = _run(kind.replace("-", "_"), file, district, given, dry_run=dry_run)
        print(json.dumps(summary, ensure_ascii=False) if as_json else _words(summary, dry_run=dry_run))


def _mapped(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise WrongUsage("MAP_UNREADABLE", _("--map 应写成 列名=identifier。"))
    return dict(pair.split("=", 1) for pair in pairs)


def _run(kind: str, file: Path, district: str, given: dict[str, Any], *, dry_run: bool) -> dict[str, Any]:
    from django.db import transaction

    summary: dict[str, Any] = {}
    with suppress(_DryRun), transaction.atomic():
        summary = _staged(kind, file, district, given)
        if dry_run:
            raise _DryRun
    return summary


def _staged(kind: str, file: Path, district: str, given: dict[str, Any]) -> dict[str, Any]:
    from django.utils import timezone

    from jubao.database.actor import Actor
    from jubao.services.imports.batches import Manifest, import_stage
    from jubao.services.imports.feed_files import bank_return_stage, feed_stage

    actor = Actor.system("jubao import", scope="%")
    about: dict[str, Any] = {
        "actor": actor, "path": file, "file_name": file.name, "district_code": district,
        "today": timezone.localdate(), "now": timezone.now(),
    }  # fmt: skip
    manifest = Manifest(given["count"], given["sum_fen"])
    if kind == "bank_return":
        answer = bank_return_stage(**about, bank_file=given["source"])
        counts = {
            "paid": answer.paid_count,
            "returned": answer.returned_count,
            "unknown": answer.unknown_count,
        }
        return {
            "kind": kind,
            "state": answer.state,
            "counts": counts,
            "problems": answer.problems,
            "warnings": [],
        }
    if kind == "feed":
        if given["month"] is None:
            raise WrongUsage("MONTH_MISSING", _("这种名单须写明月份。"), remedy=_("请加 --month 2026-11。"))
        more = {"source": given["source"], "month": given["month"], "mapping": given["mapping"]}
        return _summary(feed_stage(**about, **more, manifest=manifest))
    more = {"source": given["source"], "month": given["month"], "mapping": given["mapping"]}
    return _summary(import_stage(kind=kind, manifest=manifest, **about, **more))


def _summary(batch: ImportBatch) -> dict[str, Any]:
    kept = {
        name: batch.summary.get(name)
        for name in ("number", "counts", "sums", "problems", "notes", "warnings")
    }
    return {"kind": batch.kind, "state": batch.state, "rows": batch.row_count, **kept}


_TITLES = {
    "new": "新增", "change": "变更", "same": "相同", "refused": "拒绝", "paid": "成功", "returned": "退票", "unknown": "待查",
}  # fmt: skip


def _words(summary: dict[str, Any], *, dry_run: bool) -> str:
    lines = ["、".join(f"{translated(_TITLES[name])} {count}" for name, count in summary["counts"].items())]
    sums = summary.get("sums") or {}
    if sums:
        lines.append(
            _("金额：")
            + "、".join(f"{translated(_TITLES[name])} {Fen(fen).yuan}" for name, fen in sums.items())
        )
    problems = summary.get("problems") or {}
    if isinstance(problems, dict):
        lines += [f"  {rule} {count}" for rule, count in problems.items()]
    lines += [*(summary.get("notes") or []), *(summary.get("warnings") or [])]
    if dry_run:
        lines.append(_("试运行：什么都没有留下。"))
    elif summary["state"] == "staged":
        lines.append(_("批次 {number} 已暂存，等待另一人在“导入”页审批。").format(number=summary["number"]))
    return "\n".join(lines)
