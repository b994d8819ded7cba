"""The addresses of the claim-free lists, SMS, villages and notices.

Worked example: `/workbench/claim-free/sms/?tab=wrong` is the second tab of `claim-free-sms`.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import (
    claim_free,
    claim_free_route,
    claim_free_rows,
    claim_free_sms,
    claim_free_village,
    sms_receipts,
)

urlpatterns: list[URLPattern] = [
    path("claim-free/", claim_free.show, name="claim-free"),
    path("claim-free/export/", claim_free.export, name="claim-free-export"),
    path("claim-free/verify/", claim_free.verify, name="claim-free-verify"),
    path("claim-free/save/", claim_free.save, name="claim-free-save"),
    path("claim-free/rows/<uuid:case_id>/edit/", claim_free_rows.edit, name="claim-free-edit"),
    path("claim-free/rows/<uuid:case_id>/draft/", claim_free_rows.draft, name="claim-free-draft"),
    path("claim-free/rows/<uuid:case_id>/revoke/", claim_free_rows.revoke, name="claim-free-revoke"),
    path("claim-free/rows/<uuid:case_id>/restore/", claim_free_rows.restore, name="claim-free-restore"),
    path("claim-free/rows/<uuid:case_id>/inform/", claim_free_rows.informed, name="claim-free-inform"),
    path("claim-free/rows/<uuid:case_id>/contact/", claim_free_village.contact, name="claim-free-contact"),
    path("claim-free/rows/<uuid:case_id>/visit/", claim_free_village.visit, name="claim-free-visit"),
    path("claim-free/sms/", claim_free_sms.show, name="claim-free-sms"),
    path("claim-free/sms/send/", claim_free_sms.send, name="claim-free-send"),
    path("claim-free/village/", claim_free_village.show, name="claim-free-village"),
    path("claim-free/village/export/", claim_free_village.export, name="claim-free-village-export"),
    path("claim-free/notices/", claim_free_route.show, name="claim-free-notices"),
    path("claim-free/notices/<uuid:message_id>/", claim_free_route.done, name="claim-free-notice-done"),
    path("sms/receipts/", sms_receipts.receipt, name="sms-receipt"),
]
