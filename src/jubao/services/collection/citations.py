"""The articles that collection rests on, each named once.

Worked example: a refused cash payment cites 赤松政办发〔2020〕56号 第八条 (`ARTICLE_8`).
"""

from __future__ import annotations

from jubao.kernel.citation import Citation

_TEXT = "chisongzhengbanfa-2020-56"
ARTICLE_3 = Citation(_TEXT, "第三条")
ARTICLE_6 = Citation(_TEXT, "第六条")
ARTICLE_8 = Citation(_TEXT, "第八条")
ARTICLE_9 = Citation(_TEXT, "第九条")
ARTICLE_10 = Citation(_TEXT, "第十条")
