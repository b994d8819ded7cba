"""What whoever accepts, handles or reviews a claim-free case answers point by point (指引 四、审核、办理、复核要点).

Worked example: 受理 asks whether the papers are complete, whether the person wishes to make up contributions (yes leads to
放弃) and whether prison, death and double insurance were checked again; an open point stops the step and is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from jubao.kernel.text import chinese
from jubao.services.cases.kinds import Point

ACCEPT = (
    Point("materials_complete", chinese("资料齐全")),
    Point(
        "wants_make_up", chinese("参保人有补缴意愿"), False, chinese("有补缴意愿的，请参保人在确认表“放弃”栏签字，作放弃处理。")
    ),
    Point("rechecked", chinese("已核查服刑、死亡、跨省重复参保或领待等情形")),
)  # fmt: skip
HANDLE = (
    Point("conditions_met", chinese("符合按月领取居保养老待遇和增发待遇条件")),
    Point("exclusions_checked", chinese("已审核服刑、死亡、跨省重复参保或领待等情形")),
    Point("basic_data_checked", chinese("《待遇核定表》上的基础信息与身份证、独子材料一致")),
    Point("payout_data_checked", chinese("《待遇核定表》上的待遇计发信息准确")),
)
CHECKLISTS: Mapping[str, tuple[Point, ...]] = {"accept": ACCEPT, "handle": HANDLE, "approve": HANDLE}
"""复核要点同办理岗。"""
