"""Addresses of 注销登记 beyond its form, and of one-off payments.

Worked example: `/deregistrations/cases/<id>/settlement/` fills in what the settlement of an application lacks.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jubao.workbench.views import deregistration_notices, one_off, one_off_export, settlements

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "deregistrations/cases/<uuid:case_id>/settlement/",
        settlements.revise,
        name="deregistration-settlement",
    ),
    path("deregistrations/notices/", deregistration_notices.index, name="deregistration-notices"),
    path("deregistrations/notices/send/", deregistration_notices.send, name="deregistration-notices-send"),
    path(
        "deregistrations/notices/<uuid:case_id>/",
        deregistration_notices.deliver,
        name="deregistration-notice",
    ),
    path(
        "deregistrations/notices/<uuid:case_id>/file/",
        deregistration_notices.file,
        name="deregistration-notice-file",
    ),
    path("deregistrations/cases/<uuid:case_id>/form/", settlements.form, name="deregistration-form"),
    path("one-off/", one_off.index, name="one-off-payments"),
    path("one-off/export/", one_off_export.export, name="one-off-export"),
    path("one-off/batches/make/", one_off.make, name="one-off-batch-make"),
    path("one-off/batches/<uuid:batch_id>/", one_off.batch, name="one-off-batch"),
    path("one-off/batches/<uuid:batch_id>/answer/", one_off.answer, name="one-off-answer"),
    path("one-off/<uuid:payment_id>/", one_off.show, name="one-off-payment"),
    path("one-off/<uuid:payment_id>/repay/", one_off.repay, name="one-off-repay"),
]
