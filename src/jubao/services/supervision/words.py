"""The words of supervision: what a tip is about, how it came, kinds of findings, focuses of an audit.

Worked example: `TOPICS["death"]` is 领取待遇人员已经死亡; a page offers these and keeps the key.
"""

from __future__ import annotations

from collections.abc import Mapping

TOPICS: Mapping[str, str] = {
    "death": "领取待遇人员已经死亡",
    "wrong_collection": "冒领待遇",
    "duplicate": "重复领取待遇",
    "custody": "服刑或被羁押仍领取待遇",
    "staff": "工作人员违规",
    "other": "其他",
}
MONEY_TOPICS = frozenset({"death", "wrong_collection", "duplicate", "custody"})
"""Where a confirmed tip may mean wrong collections."""
CHANNELS: Mapping[str, str] = {"phone": "电话", "letter": "信函", "online": "网上", "in_person": "当面"}
CATEGORIES: Mapping[str, str] = {
    "wrong_collection": "冒领或多领待遇",
    "duplicate": "重复领取待遇",
    "not_eligible": "不符合参保或领取资格",
    "falsified": "弄虚作假",
    "procedure": "违反经办程序",
    "late": "超过期限",
    "other": "其他问题",
    "clean": "未发现问题",
}
MONEY = frozenset({"wrong_collection", "duplicate", "not_eligible", "falsified"})
"""Findings that may name an amount."""
FOCUSES: Mapping[str, str] = {
    "enrolment": "参保资格",
    "eligibility": "待遇领取资格",
    "collection": "冒领和重复领取待遇",
    "closed_claims": "已办结的待遇申领",
}
BODIES: tuple[str, ...] = (
    "纪检监察机关",
    "公安机关",
    "检察机关",
    "人民法院",
    "任免机关（单位）",
    "其他有权机关",
)
