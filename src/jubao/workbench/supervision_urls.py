"""The addresses of supervision: tips, audits and what follows from them, samples, the townships' quality, risks.

Worked example: `/workbench/tip-offs/` is `tip-offs` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import audit_samples, risks, supervision, tip_offs

urlpatterns: list[URLPattern] = [
    path("tip-offs/", tip_offs.index, name="tip-offs"),
    path("tip-offs/new/", tip_offs.new, name="tip-off-new"),
    path("tip-offs/export/", tip_offs.export, name="tip-offs-export"),
    path("tip-offs/<uuid:tip_id>/", tip_offs.show, name="tip-off"),
    path("tip-offs/<uuid:tip_id>/informant/", tip_offs.informant, name="tip-off-informant"),
    path("supervision/", supervision.index, name="supervision-cases"),
    path("supervision/new/", supervision.new, name="supervision-new"),
    path("supervision/export/", supervision.export, name="supervision-export"),
    path("supervision/<uuid:case_id>/", supervision.show, name="supervision-file"),
    path("supervision/<uuid:case_id>/finding/", supervision.finding, name="supervision-finding"),
    path(
        "supervision/<uuid:case_id>/finding/<uuid:finding_id>/answer/",
        supervision.answer,
        name="supervision-answer",
    ),
    path("supervision/<uuid:case_id>/referral/", supervision.referral, name="supervision-referral"),
    path("supervision/<uuid:case_id>/material/", supervision.material, name="supervision-material"),
    path("supervision/<uuid:case_id>/paper/", supervision.paper, name="supervision-paper"),
    path("audit-samples/", audit_samples.index, name="audit-samples"),
    path("audit-samples/<uuid:sample_id>/", audit_samples.show, name="audit-sample"),
    path("audit-samples/<uuid:sample_id>/finding/", audit_samples.finding, name="audit-sample-finding"),
    path("audit-samples/<uuid:sample_id>/export/", audit_samples.export, name="audit-sample-export"),
    path("township-quality/", risks.quality, name="township-quality"),
    path("township-quality/export/", risks.quality_export, name="township-quality-export"),
    path("risks/", risks.control, name="risk-control"),
    path("cases/<uuid:case_id>/responsible/", risks.who, name="case-responsible"),
    path("people/<uuid:person_id>/missed-reports/", risks.missed, name="missed-reports"),
]
