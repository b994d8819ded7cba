"""移交清单: the list of a signed hand-over on paper, which is the receipt too.

Worked example: YJ-150404-2026-000001: twelve files, one open case, the seal; 移交人 李静, 接收人 周海燕, 监交人 the leader.
"""

from __future__ import annotations

from jubao.archive.models import Handover
from jubao.forms.render import Printed, render_checked
from jubao.kernel.text import _, in_chinese
from jubao.people.models import Division


@in_chinese
def handover_paper(handover: Handover) -> Printed:
    """The list with whoever gave, received and supervised."""
    place = Division.objects.filter(path=handover.division_path, valid_until__isnull=True)
    signed = [
        (_("移交"), handover.from_name), (_("接收"), handover.to_name), (_("监交"), handover.supervisor_name),
    ]  # fmt: skip
    return render_checked(
        "village_sheet",
        {
            "title": _("业务档案移交清单"),
            "subtitle": handover.number,
            "place": place.values_list("name", flat=True).first() or handover.division_path,
            "made_on": handover.signed_on.isoformat(),
            "made_text": handover.signed_on.isoformat(),
            "columns": [
                {"title": _("序号"), "width": "12mm", "center": True},
                {"title": _("移交内容"), "width": "1fr"},
                {"title": _("件数"), "width": "18mm", "right": True},
            ],
            "rows": [[str(at), line["title"], str(line["count"])] for at, line in enumerate(handover.lines, start=1)],
            "note": _("以上内容已清点，移交日期 {day}。").format(day=handover.signed_on.isoformat()),
            "signatures": [f"{title}：{name}" for title, name in signed if name],
            "footer": handover.number,
        },
    )  # fmt: skip
