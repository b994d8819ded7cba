"""The addresses of log-in, own account, posts and access; `workbench.urls` takes them in.

Worked example: `/workbench/login/` is `login` in the matrix, `/workbench/grants/` is `grants`.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from jubao.workbench.views import account, ecard, grants, login, login_scan, looked, officers

urlpatterns: list[URLPattern] = [
    path("login/", login.show, name="login"),
    path("login/scan/", login_scan.show, name="login-scan"),
    path("login/scan/answer/", login_scan.receive, name="login-scan-answer"),
    path("login/scan/<uuid:challenge_id>/", login_scan.state, name="login-scan-state"),
    path("login/ticket/", login.redeem, name="ticket-redeem"),
    path("logout/", login.leave, name="logout"),
    path("ecard/", ecard.show, name="ecard"),
    path("ecard/scan/", ecard.scan, name="ecard-scan"),
    path("ecard/bind/", ecard.bind, name="ecard-bind"),
    path("ecard/reset/", ecard.reset, name="ecard-reset"),
    path("my/", account.show, name="my-account"),
    path("my/password/", account.password, name="my-password"),
    path("my/one-time-code/", account.one_time_code, name="my-one-time-code"),
    path("my/phone/", account.phone, name="my-phone"),
    path("my/place/", account.place, name="my-place"),
    path("my/confirm/", account.confirm, name="confirm-identity"),
    path("my/confirm/scan/", account.confirm_scan, name="confirm-identity-scan"),
    path("grants/", grants.show, name="grants"),
    path("grants/apply/", grants.apply, name="grant-apply"),
    path("grants/<uuid:grant_id>/review/", grants.review, name="grant-review"),
    path("grants/<uuid:grant_id>/approve/", grants.approve, name="grant-approve"),
    path("grants/<uuid:grant_id>/end/", grants.end, name="grant-end"),
    path("officers/", officers.show, name="officers"),
    path("officers/register/", officers.register, name="officer-register"),
    path("officers/tickets/", officers.ticket, name="officer-ticket"),
    path("officers/<uuid:officer_id>/disable/", officers.disable, name="officer-disable"),
    path("officers/<uuid:officer_id>/unlock/", officers.unlock, name="officer-unlock"),
    path("officers/<uuid:officer_id>/phone-lost/", officers.phone_lost, name="officer-phone-lost"),
    path("refusals/", looked.refused, name="refusals"),
    path("out-of-hours/", looked.late, name="out-of-hours"),
    path("people/<uuid:person_id>/looked/", looked.person, name="person-looked"),
    path("people/<uuid:person_id>/reveal/", looked.reveal, name="person-reveal"),
]
