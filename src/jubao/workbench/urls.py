"""The addresses of the desk; every name stands in `permissions.yaml`. No number or name of a person is part of one.

Worked example: `/workbench/people/0199…/` is the page of one person, `person` in the matrix.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jubao.workbench.views import case, cases_list, documents, help, home, people, person

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show, name="home"),
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
    path("people/<uuid:person_id>/history/", person.history, name="person-history"),
    path("people/<uuid:person_id>/why/<uuid:determination_id>/", person.explain, name="person-why"),
    path("people/<uuid:person_id>/why/<uuid:determination_id>/<slug:part>/", person.explain, name="person-why-part"),
]
