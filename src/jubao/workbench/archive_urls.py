"""The addresses of the archive; `workbench.urls` takes them in.

Worked example: `/workbench/archive/waiting/` is `archive-waiting` in the matrix, `/workbench/handovers/` is `handovers`.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import archive, archive_keeping, disposals, handovers

urlpatterns: list[URLPattern] = [
    path("archive/", archive.index, name="archive"),
    path("archive/waiting/", archive.waiting, name="archive-waiting"),
    path("archive/check/", archive.check, name="archive-check"),
    path("archive/<uuid:case_id>/", archive.show, name="archive-case"),
    path("archive/<uuid:case_id>/file/", archive.file, name="archive-file"),
    path("archive/<uuid:case_id>/lend/", archive_keeping.lend, name="archive-lend"),
    path("archive/loans/", archive_keeping.loans, name="archive-loans"),
    path("archive/loans/<uuid:loan_id>/return/", archive_keeping.take_back, name="archive-return"),
    path("archive/volumes/", archive_keeping.volumes, name="archive-volumes"),
    path("archive/volumes/make/", archive_keeping.make, name="archive-volume-make"),
    path("archive/volumes/<uuid:volume_id>/", archive_keeping.volume, name="archive-volume"),
    path(
        "archive/volumes/<uuid:volume_id>/catalogue/",
        archive_keeping.print_catalogue,
        name="archive-catalogue",
    ),
    path("archive/pictures/", disposals.index, name="disposals"),
    path("handovers/", handovers.index, name="handovers"),
    path("handovers/propose/", handovers.propose, name="handover-propose"),
    path("handovers/transfer/", handovers.transfer, name="handover-transfer"),
    path("handovers/receive/<uuid:case_id>/", handovers.receive, name="handover-receive"),
    path("handovers/<uuid:handover_id>/", handovers.show, name="handover"),
    path("handovers/<uuid:handover_id>/print/", handovers.print_list, name="handover-print"),
]
