"""The addresses of what stands beside the ordinary claim: notices to those of age, the village's collection, checks.

Worked example: `/workbench/claims/village/` is `village-claims` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import benefit_notices, checks, claim_village, contribution_ledger

urlpatterns: list[URLPattern] = [
    path("claims/notices/", benefit_notices.index, name="benefit-notices"),
    path("claims/notices/<uuid:case_id>/file/", benefit_notices.file, name="benefit-notice-file"),
    path("claims/village/", claim_village.index, name="village-claims"),
    path("contributions/ledger/", contribution_ledger.show, name="contribution-ledger"),
    path("contributions/ledger/export/", contribution_ledger.export, name="contribution-ledger-export"),
    path("checks/", checks.index, name="checks"),
    path("checks/<uuid:case_id>/", checks.show, name="check"),
    path("checks/<uuid:case_id>/letter/", checks.letter, name="check-letter"),
]
