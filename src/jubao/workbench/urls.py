"""The addresses of the desk; every name stands in `permissions.yaml`. No number or name of a person is part of one.

Worked example: `/workbench/people/0199…/` is the page of one person, `person` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jubao.workbench import access_urls
from jubao.workbench.views import (
    benefit_lists,
    benefits,
    case,
    cases_list,
    documents,
    help,
    home,
    jobs,
    oversight,
    payment_actions,
    payment_runs,
    people,
    person,
    policy,
    standing,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show, name="home"),
    *access_urls.urlpatterns,
    path("help/", help.show, name="help"),
    path("inbox/", cases_list.inbox, name="inbox"),
    path("cases/", cases_list.cases, name="cases"),
    path("cases/<uuid:case_id>/", case.show, name="case"),
    path("cases/<uuid:case_id>/actions/", case.actions, name="case-actions"),
    path("cases/<uuid:case_id>/act/", case.act, name="case-action"),
    path("cases/<uuid:case_id>/why/", case.explain, name="case-why"),
    path("cases/<uuid:case_id>/materials/", case.add_material, name="case-material-add"),
    path("cases/<uuid:case_id>/materials/<uuid:material_id>/", case.material, name="case-material"),
    path("documents/<uuid:document_id>/", documents.show, name="document"),
    path("people/", people.search, name="people"),
    path("people/<uuid:person_id>/", person.overview, name="person"),
    path("people/<uuid:person_id>/account/", person.account, name="person-account"),
    path("people/<uuid:person_id>/payments/", person.payments, name="person-payments"),
    path("people/<uuid:person_id>/statement/", person.statement, name="person-statement"),
    path("people/<uuid:person_id>/history/", person.history, name="person-history"),
    path("people/<uuid:person_id>/why/<uuid:determination_id>/", person.explain, name="person-why"),
    path(
        "people/<uuid:person_id>/why/<uuid:determination_id>/<slug:part>/",
        person.explain,
        name="person-why-part",
    ),
    path("people/<uuid:person_id>/begin/", benefits.new, name="benefit-new"),
    path("benefits/overdue/", benefit_lists.suspension_batch, name="suspension-batch"),
    path("benefits/long-suspended/", benefit_lists.long_suspended, name="long-suspended"),
    path("benefits/recalculations/", benefit_lists.recalculations, name="recalculations"),
    path("payments/", payment_runs.runs, name="payment-runs"),
    path("payments/draft/", payment_actions.draft, name="payment-run-draft"),
    path("payments/<uuid:run_id>/", payment_runs.show, name="payment-run"),
    path("payments/<uuid:run_id>/twin/", payment_runs.twin, name="payment-run-twin"),
    path("payments/<uuid:run_id>/holds/", payment_runs.holds, name="payment-run-holds"),
    path("payments/<uuid:run_id>/lines/", payment_runs.lines, name="payment-run-lines"),
    path("payments/<uuid:run_id>/files/", payment_runs.files, name="payment-run-files"),
    path("payments/<uuid:run_id>/act/", payment_actions.act, name="payment-run-action"),
    path("payments/<uuid:run_id>/decide/", payment_actions.decide, name="payment-run-decide"),
    path("payments/<uuid:run_id>/explain/", payment_actions.explain, name="payment-run-explain"),
    path("payments/<uuid:run_id>/return/", payment_actions.book_return, name="payment-run-return"),
    path("payments/<uuid:run_id>/funds/", payment_actions.funds, name="payment-run-funds"),
    path("lists/", standing.index, name="standing-lists"),
    path("lists/<slug:key>/", standing.show, name="standing-list"),
    path("lists/<slug:key>/export/", standing.export, name="standing-list-export"),
    path("policy/", policy.index, name="policy"),
    path("policy/values/<slug:name>/", policy.parameter, name="policy-parameter"),
    path("policy/documents/<slug:document_id>/", policy.document, name="policy-document"),
    path("oversight/", oversight.index, name="oversight"),
    path("oversight/looks/", oversight.looks, name="access-log"),
    path("jobs/", jobs.index, name="jobs"),
    path("jobs/<uuid:job_id>/", jobs.show, name="job"),
    path("jobs/<uuid:job_id>/progress/", jobs.progress, name="job-progress"),
]
