"""The addresses of the archive; `workbench.urls` takes them in.

Worked example: `/workbench/archive/waiting/` is `archive-waiting` in the matrix, `/workbench/handovers/` is `handovers`.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import archive, disposals, handovers

urlpatterns: list[URLPattern] = [
    path("archive/", archive.index, name="archive"),
    path("archive/waiting/", archive.waiting, name="archive-waiting"),
    path("archive/check/", archive.check, name="archive-check"),
    path("archive/<uuid:case_id>/", archive.show, name="archive-case"),
    path("archive/<uuid:case_id>/file/", archive.file, name="archive-file"),
    path("archive/pictures/", disposals.index, name="disposals"),
    path("handovers/", handovers.index, name="handovers"),
    path("handovers/propose/", handovers.propose, name="handover-propose"),
    path("handovers/transfer/", handovers.transfer, name="handover-transfer"),
    path("handovers/receive/<uuid:case_id>/", handovers.receive, name="handover-receive"),
    path("handovers/<uuid:handover_id>/", handovers.show, name="handover"),
    path("handovers/<uuid:handover_id>/print/", handovers.print_list, name="handover-print"),
]
