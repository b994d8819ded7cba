"""The addresses of the claim-free programme: figures, forecast, the month's tasks, dispatches, bulletin, roles.

Worked example: `/workbench/claim-free/statistics/` is `claim-free-statistics` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import (
    claim_free_bulletin,
    claim_free_forecast,
    claim_free_programme,
    claim_free_roles,
    claim_free_statistics,
)

urlpatterns: list[URLPattern] = [
    path("claim-free/statistics/", claim_free_statistics.show, name="claim-free-statistics"),
    path("claim-free/statistics/people/", claim_free_statistics.figure, name="claim-free-figure"),
    path("claim-free/forecast/", claim_free_forecast.show, name="claim-free-forecast"),
    path("claim-free/forecast/people/", claim_free_forecast.people, name="claim-free-forecast-people"),
    path("claim-free/tasks/", claim_free_programme.tasks, name="claim-free-tasks"),
    path(
        "claim-free/tasks/<uuid:task_id>/done/",
        claim_free_programme.task_is_done,
        name="claim-free-task-done",
    ),
    path("claim-free/dispatch/", claim_free_programme.dispatch, name="claim-free-dispatch"),
    path("claim-free/bulletin/", claim_free_bulletin.bulletin, name="claim-free-bulletin"),
    path(
        "claim-free/bulletin/<uuid:bulletin_id>/",
        claim_free_bulletin.bulletin_file,
        name="claim-free-bulletin-file",
    ),
    path("claim-free/roles/", claim_free_roles.roles, name="claim-free-roles"),
    path("claim-free/roles/<uuid:member_id>/end/", claim_free_roles.role_end, name="claim-free-role-end"),
]
