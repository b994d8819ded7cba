"""The addresses of 待遇追缴.

Worked example: `/workbench/recoveries/0199…/` is `recovery` in the matrix, its forms go to `recovery-act`.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import recovery, recovery_actions

urlpatterns: list[URLPattern] = [
    path("recoveries/", recovery.index, name="recoveries"),
    path("recoveries/export/", recovery.export, name="recoveries-export"),
    path("recoveries/new/<uuid:person_id>/", recovery.new, name="recovery-new"),
    path("recoveries/<uuid:case_id>/", recovery.show, name="recovery"),
    path("recoveries/<uuid:case_id>/act/", recovery_actions.act, name="recovery-act"),
]
