"""Policy packs: the law of each region as dated data, loaded and checked.

Worked example::

    pack = load_pack("綦江")
    pack.parameter("payout_divisor_months", Month(2024, 5)).value     # 139
    pack.setting("cert.period_kind", Month(2024, 5)).value            # "rolling"
    str(pack.cite("CQ-09-4"))                                         # 渝人社办〔2019〕99号 第九条
"""

from jubao.policy.answers import Clause, Gap, Notice, ParameterValue, SettingValue
from jubao.policy.loading import forget_packs, load_pack, pack_folders
from jubao.policy.pack import Pack
from jubao.policy.reading import PackRefused, Violation
from jubao.policy.schema.common import CONFIDENCE_ORDER, NOT_LAW, Confidence, weakest
from jubao.policy.schema.feeds import CountsWhen, Source
from jubao.policy.vocabulary import SETTINGS, SettingSpec

__all__ = [
    "CONFIDENCE_ORDER",
    "NOT_LAW",
    "SETTINGS",
    "Clause",
    "Confidence",
    "CountsWhen",
    "Gap",
    "Notice",
    "Pack",
    "PackRefused",
    "ParameterValue",
    "SettingSpec",
    "SettingValue",
    "Source",
    "Violation",
    "forget_packs",
    "load_pack",
    "pack_folders",
    "weakest",
]
