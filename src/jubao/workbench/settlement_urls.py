"""Addresses of 注销登记 beyond its form, and of one-off payments.

Worked example: `/deregistrations/cases/<id>/settlement/` fills in what the settlement of an application lacks.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jubao.workbench.views import settlements

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "deregistrations/cases/<uuid:case_id>/settlement/",
        settlements.revise,
        name="deregistration-settlement",
    ),
]
