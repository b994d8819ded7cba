"""The addresses of comparison batches.

Worked example: `/workbench/comparisons/` is `comparisons` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import comparisons

urlpatterns: list[URLPattern] = [
    path("comparisons/", comparisons.index, name="comparisons"),
    path("comparisons/<uuid:run_id>/", comparisons.show, name="comparison"),
]
