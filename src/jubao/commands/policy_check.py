"""The work of `jubao policy check`: run the check with what the program offers, print every violation, exit 1.

Worked example: a setting `cert.period_kind: weekly` prints one line with pack, file, place, what is wrong and the remedy,
then 「共 1 处问题」.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from jubao.commands.program_offer import program_offer
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.policy.checks import Report, check_packs


def run_check(names: list[str] | None, *, as_json: bool, root: Path | None) -> None:
    """Check packs and print the report. Raises CheckFailed when there is a violation."""
    report = check_packs(names, program_offer(), root)
    print(json.dumps(_payload(report), ensure_ascii=False, indent=1) if as_json else _text(report))
    if report.violations:
        message = _("政策包有 {count} 处问题。").format(count=len(report.violations))
        raise CheckFailed("POLICY_CHECK", message, remedy=_("请按上面逐条的改法修改后再检查。"))


def _payload(report: Report) -> dict[str, object]:
    return {
        "packs": report.packs,
        "violations": [asdict(item) for item in sorted(report.violations)],
        "findings": [asdict(item) for item in report.findings],
        "gaps": [asdict(gap) | {"pack": code} for gap, code in report.gaps],
    }


def _text(report: Report) -> str:
    lines = [f"[{item.kind}] {item}" for item in sorted(report.violations)]
    if report.findings:
        lines += ["", _("已声明的问题（不算错误）：")]
        lines += [f"  {item}" for item in report.findings]
    if report.gaps:
        lines += ["", _("已声明的缺项（用到时按名称拒绝，不按零计算）：")]
        lines += [f"  {code} {gap.name}：{gap.what}；{gap.why}" for gap, code in report.gaps]
    summary = _(
        "检查了 {packs} 个政策包：{violations} 处问题，{findings} 处已声明的问题，{gaps} 处已声明的缺项。"
    )
    lines += [
        "",
        summary.format(
            packs=len(report.packs),
            violations=len(report.violations),
            findings=len(report.findings),
            gaps=len(report.gaps),
        ),
    ]
    return "\n".join(lines).lstrip("\n")
