"""稽核意见书, 监督检查意见书: the findings of a case of supervision as a printed letter to the office, with a receipt to sign.

Worked example: the opinion of audit 500110-2024-000031 names two findings with amount, the answers given so far and the hand-over
to 公安机关; it is stored with the case and printed from there. No informant stands in it.
"""

from __future__ import annotations

from datetime import date

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.forms.pages import day_text, money
from jubao.kernel.text import _, in_chinese
from jubao.services.access.log import require_scope
from jubao.services.cases.kinds import kind_of
from jubao.services.documents.letters import letter_pdf
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import office_values
from jubao.services.supervision.findings import findings_of
from jubao.services.supervision.words import CATEGORIES
from jubao.supervision.models import Referral

TITLES = {
    "audit": "稽核意见书",
    "inspection": "监督检查意见书",
    "fraud": "查处意见书",
    "falsified_result": "处理意见书",
}


@in_chinese
def findings_paper(*, actor: Actor, case: Case, today: date) -> Document:
    """Make the letter and keep it with the case. Raises AccessRefused outside the place."""
    require_scope(actor, case.division_path, what=_("打印稽核意见"))
    office = office_values(case.division_path, today)
    title = TITLES.get(case.kind, kind_of(case.kind).title)
    contents = {
        "title": title, "number": case.number, "made_on": today.isoformat(), "name": office["office_name"],
        "id_number": "", "text": _text(case), "office_name": office["agency_name"],
        "receipt": _("本单位已收到以上意见，将在规定期限内答复。"),
    }  # fmt: skip
    return document_store(
        actor=actor, content=letter_pdf(contents), name=f"{title}-{case.number}.pdf", content_type="application/pdf",
        document_class="audit_opinion", case_id=case.pk, district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip


def _text(case: Case) -> str:
    lines = [_("事由：{ground}").format(ground=case.proposal.get("ground", case.title))]
    for one in findings_of(case.pk):
        amount = _("，涉及金额{fen}元").format(fen=money(one.amount_fen)) if one.amount_fen else ""
        lines.append(
            f"- {one.number}. {CATEGORIES[one.category]}：{one.text}{amount}（{day_text(str(one.found_on))}）"
        )
        lines += [
            _("答复（{on}）：{text}").format(on=day_text(str(answer.responded_on)), text=answer.text)
            for answer in one.responses.all()
        ]
    lines += [
        _("- 已于{on}移送{body}").format(on=day_text(str(one.referred_on)), body=one.body)
        for one in Referral.objects.filter(case=case).order_by("referred_on")
    ]
    return "\n".join(lines)
