"""Two made-up packs, a land and its northern district, sound as written; a test breaks one line of them.

Worked example: `mini.edit("910000_north/variants.yaml", "window", "weekly")` leaves a pack whose check reports that no code
offers `weekly`.
"""

from __future__ import annotations

from pathlib import Path

from jubao.kernel.citation import Citation
from jubao.policy import Pack, forget_packs, load_pack
from jubao.policy.checks import Offer, Report, RuleOffer, check_packs

LAND, NORTH = "900000", "910000"

FILES = {
    "900000_land/pack.yaml": """
code: "900000"
slug: land
name: 大地
aliases: [大地国]
parent: null
covers: {from: 2020-01-01, to: null}
last_verified_on: 2024-12-31
status: in force
""",
    "900000_land/documents/law.yaml": """
id: law-1
prefix: LW
number: 大地令第1号
title: 大地养老令
issuer: 大地议会
interpreter: 大地人社部
issued_on: 2019-12-01
effective: {from: 2020-01-01, to: null, source: 第九条, confidence: seed}
status: in force
articles:
  - article: 第一条
    clauses: [{id: LW-1, quote: 除以一百三十九}, {fact: 转述的一句}]
  - article: 第二条
    clauses: [{id: LW-2, quote: 每年认证一次}]
  - article: 三、附则
    clauses: [{quote: 自发布之日起施行}]
""",
    "900000_land/parameters/money.yaml": """
base_pension_fen:
  unit: fen_per_month
  periods:
    - {from: 2020-01-01, to: null, missing: true, what: 基础养老金, why: 由地方规定}
base_pension_minimum_fen:
  unit: fen_per_month
  planned_for: later
  periods:
    - {from: 2020-01-01, to: 2023-06-30, value: 9300, source: 通知, confidence: confirmed}
    - {from: 2023-07-01, to: null, value: 10300, source: 通知, confidence: confirmed}
payout_divisor_months:
  unit: months
  periods:
    - {from: 2020-01-01, to: null, value: 139, source: 大地令第1号, clause: LW-1, confidence: seed}
""",
    "900000_land/variants.yaml": """
cert.period_kind:
  - {value: calendar_year, from: 2020-01-01, to: null, clause: LW-2, source: 大地令第1号, confidence: seed}
miss.contact_means:
  - {value: 0, from: 2020-01-01, to: null, source: 没有出处, confidence: default, default: true}
match.eligible_sources:
  - {value: [TRAIN], from: 2020-01-01, to: null, clause: LW-2, source: 大地令第1号, confidence: seed}
""",
    "900000_land/sources.yaml": """
TRAIN:
  {title: 火车, evidence: life, nature: presence, schemes: [resident_pension], clauses: [LW-2], window: period,
   from: null, to: null, columns: {required: [id_number], optional: [event_on]}, aliases: {event_on: [乘车日期]}}
""",
    "900000_land/aliases.yaml": """
id_number: [身份证号码, 公民身份号码]
name: [姓名]
event_on: [日期]
""",
    "900000_land/notices/suspension.md": "{name}：自 {month} 起暂停。\n",
    "900000_land/cases/pension.yaml": """
- {name: 一, rule: pension.account_pension, requirements: [LW-1], given: {balance: 139}, expect: {account_pension: 1}, source: 令}
- {name: 二, rule: pension.account_pension, given: {balance: 0}, expect: {account_pension: 0}, source: 令}
- {name: 三, rule: pension, given: {balance: 278}, expect: {account_pension: 2}, source: 令}
""",
    "900000_land/coverage.yaml": """
LW-1: {area: pension, kind: rule, demand: divide, by: ["rule:pension.account_pension"], faces: ["command:pension"]}
LW-2:
  {area: certification, kind: rule, demand: yearly, by: ["setting:cert.period_kind", "source:TRAIN"], faces: ["page:/people"],
   planned_for: C}
""",
    "910000_north/pack.yaml": """
code: "910000"
slug: north
name: 北区
aliases: [北边]
parent: "900000"
covers: {from: 2020-01-01, to: 2030-12-31}
last_verified_on: 2024-12-31
status: draft
""",
    "910000_north/documents/rule.yaml": """
id: rule-7
prefix: NR
number: 北令〔2023〕7号
title: 北区细则
issuer: 北区人社局
issued_on: 2023-03-03
effective: {from: 2023-03-03, to: null, source: 文尾, confidence: seed}
status: draft_for_comment
base: [law-1]
notes: [第三条之后没有读到]
articles:
  - article: 第一条
    clauses: [{id: NR-1, quote: 每年一至六月}]
""",
    "910000_north/parameters/money.yaml": """
base_pension_fen:
  unit: fen_per_month
  periods:
    - {from: 2020-01-01, to: 2023-02-28, value: 12000, source: 网页, confidence: secondary, date_confidence: memory-low}
    - {from: 2023-03-03, to: 2024-06-30, value: 13500, source: 北令〔2023〕7号, clause: NR-1, confidence: seed}
    - {from: 2024-07-01, to: null, missing: true, what: 北区基础养老金, why: 没有读到新的通知, clause: NR-1}
""",
    "910000_north/variants.yaml": """
cert.period_kind:
  - {value: window, from: 2023-03-03, to: 2024-12-31, clause: NR-1, source: 北令〔2023〕7号, confidence: seed}
""",
    "910000_north/coverage.yaml": """
NR-1: {area: certification, kind: rule, demand: window, by: [], faces: [], planned_for: null, not_computable: 只是口号}
""",
}
RULE = RuleOffer(
    id="pension.account_pension",
    name="account_pension",
    citations=(Citation("law-1", "第一条"),),
    arguments=("account_balance_fen", "payout_divisor_months", "base_pension_fen"),
    denominators=frozenset({"payout_divisor_months"}),
    location="src/rules.py:1",
)
OFFER = Offer(
    rules={RULE.id: RULE},
    commands=frozenset({"pension"}),
    has_module=lambda dotted: dotted == "jubao.kernel.fen",
    words=frozenset(RULE.arguments),
)


class Mini:
    """A folder with the two packs; every write makes the next `pack` read anew."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Write one file of a pack."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"), encoding="utf-8")
        forget_packs()

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace words in one file; the words must be there."""
        text = (self.root / name).read_text("utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new))

    def pack(self, name: str = NORTH) -> Pack:
        """Load a pack by any of its names."""
        return load_pack(name, self.root)

    def check(self, names: list[str] | None = None, offer: Offer = OFFER) -> Report:
        """The check of some or all packs."""
        return check_packs(names, offer, self.root)
