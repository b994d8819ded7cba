"""The addresses of collecting contributions: terminals, the village's book, the township's check, reports.

Worked example: `/workbench/contributions/village/` is `village-contributions` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import (
    collection_halls,
    collection_lists,
    collection_make_ups,
    collection_on_behalf,
    collection_terminals,
    collection_village,
)

urlpatterns: list[URLPattern] = [
    path("contributions/terminals/", collection_terminals.index, name="pos-terminals"),
    path("contributions/village/", collection_village.index, name="village-contributions"),
    path("contributions/halls/", collection_halls.index, name="contribution-halls"),
    path("contributions/proofs/<uuid:proof_id>/", collection_halls.proof, name="contribution-proof"),
    path("contributions/on-behalf/", collection_on_behalf.index, name="on-behalf"),
    path("contributions/make-ups/", collection_make_ups.index, name="make-ups"),
    path("contributions/lists/", collection_lists.index, name="contribution-lists"),
    path(
        "contributions/lists/<uuid:ledger_id>/file/",
        collection_lists.ledger_file,
        name="contribution-ledger-file",
    ),
]
