"""Are the settings of a pack ones the code knows, with values it offers, from texts in effect, defaults marked?

Worked example: `cert.period_kind: weekly` is refused with the words that exist; a setting that cites a clause before its
document took effect is refused, because a text rules nothing before its day (SS-44-1).
"""

from __future__ import annotations

from collections.abc import Iterator

from jubao.kernel.text import _
from jubao.policy.checks.report import fault_in, own
from jubao.policy.pack import Pack
from jubao.policy.reading import Violation
from jubao.policy.vocabulary import SETTINGS, fault


def settings(pack: Pack) -> Iterator[Violation]:
    """Unknown keys, values no code offers, and defaults that are not marked as such."""
    file = own(pack).folder / "variants.yaml"
    for key, periods in own(pack).settings.items():
        for number, period in enumerate(periods):
            path = f"{key}[{number}]"
            wrong = fault(key, period.value)
            if wrong:
                kind = "variant" if key in SETTINGS else "setting"
                yield fault_in(
                    file, path, kind, wrong, _("只有规定的设置项才可设置（见 docs/regions.md），请改正")
                )
            if period.default != (period.confidence == "default"):
                what = _("default: {default} 与 confidence: {confidence} 不一致").format(
                    default=str(period.default).lower(), confidence=period.confidence
                )
                remedy = _("没有出处的默认值两处都要标明，有出处的两处都不标")
                yield fault_in(file, path, "default", what, remedy)
            if period.default and period.clause:
                what = _("默认值不能引用条款 {clause}").format(clause=period.clause)
                yield fault_in(file, path, "default", what, _("请删去 clause，或去掉 default"))


def effective(pack: Pack) -> Iterator[Violation]:
    """A setting that cites a clause holds only while the document of that clause is in effect."""
    file = own(pack).folder / "variants.yaml"
    for key, periods in own(pack).settings.items():
        for number, period in enumerate(periods):
            clause = pack.find_clause(period.clause) if period.clause else None
            if clause is None:
                continue
            head = pack.documents[clause.document_id]
            ends = head.effective.ends
            if period.starts < head.effective.starts:
                what = _("从 {starts} 起，早于 {number} 的生效日期 {effective}").format(
                    starts=period.starts, number=head.number, effective=head.effective.starts
                )
                yield fault_in(
                    file, f"{key}[{number}].from", "effective", what, _("请改正 from，或改正文件的生效日期")
                )
            if ends is not None and (period.ends is None or period.ends > ends):
                what = _("晚于 {number} 的失效日期 {ends}").format(number=head.number, ends=ends)
                yield fault_in(
                    file, f"{key}[{number}].to", "effective", what, _("请改正 to，并另写其后的依据")
                )
