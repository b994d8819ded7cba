"""The addresses of 关系转移: the list, an application, the page of one move, its papers.

Worked example: `/workbench/transfers/<case>/` is `transfer` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import transfer, transfer_new, transfers

urlpatterns: list[URLPattern] = [
    path("transfers/", transfers.index, name="transfers"),
    path("transfers/export/", transfers.export, name="transfers-export"),
    path("transfers/new/<slug:kind>/<uuid:enrolment_id>/", transfer_new.new, name="transfer-new"),
    path("transfers/<uuid:case_id>/", transfer.show, name="transfer"),
    path("transfers/<uuid:case_id>/act/", transfer.act, name="transfer-act"),
    path("transfers/<uuid:case_id>/paper/<uuid:document_id>/", transfer.paper, name="transfer-paper"),
]
