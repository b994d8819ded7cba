"""The addresses of the portal: `/portal/…` and the short one of the QR codes, `/q/<token>`."""

from __future__ import annotations

from django.urls import path

from jubao.portal.views import claim, done, face, home, login, own, report, steps, tip_off, token, unseal

app_name = "portal"
urlpatterns = [
    path("portal/", home.home, name="home"),
    path("portal/care/", home.care, name="care"),
    path("portal/login/", login.sign_in, name="login"),
    path("portal/login/code/", login.code, name="code"),
    path("portal/logout/", login.leave, name="logout"),
    path("portal/claim-free/", claim.service, name="claim-free"),
    path("portal/claim-free/entries/", claim.entries, name="entries"),
    path("portal/claim-free/own/", claim.own, name="own"),
    path("portal/claim-free/helped/", claim.helped, name="helped"),
    path("portal/claim-free/<uuid:online_id>/", claim.confirmation, name="confirmation"),
    path("portal/claim-free/<uuid:online_id>/agree/", steps.agree, name="agree"),
    path("portal/claim-free/<uuid:online_id>/face/", face.face, name="face"),
    path("portal/claim-free/<uuid:online_id>/face/return/", face.returned, name="face-return"),
    path("portal/claim-free/<uuid:online_id>/only-child/", steps.only_child, name="only-child"),
    path("portal/claim-free/<uuid:online_id>/data/", steps.data, name="data"),
    path("portal/claim-free/<uuid:online_id>/make-up/", steps.make_up, name="make-up"),
    path("portal/claim-free/<uuid:online_id>/make-up/no/", steps.make_up_no, name="make-up-no"),
    path("portal/claim-free/<uuid:online_id>/upload/", steps.upload, name="upload"),
    path("portal/claim-free/<uuid:online_id>/notes/", steps.notes, name="notes"),
    path("portal/claim-free/<uuid:online_id>/done/", done.done, name="done"),
    path("portal/claim-free/<uuid:online_id>/receipt/", done.receipt, name="receipt"),
    path("portal/claim-free/<uuid:online_id>/undo/", done.undo, name="confirmation-undo"),
    path("portal/certification/", own.certification, name="certification"),
    path("portal/pension/", own.pension, name="pension"),
    path("portal/account/", own.account, name="account"),
    path("portal/progress/", own.progress, name="progress"),
    path("portal/progress/<uuid:case_id>/", own.case, name="case"),
    path("portal/progress/<uuid:case_id>/undo/", own.undo, name="undo"),
    path("portal/progress/<uuid:case_id>/determination/", own.determination, name="determination"),
    path("portal/looked/", own.looked, name="looked"),
    path("portal/family/", report.family, name="family"),
    path("portal/report/", report.report, name="report"),
    path("portal/report/<uuid:case_id>/", report.reported, name="reported"),
    path("portal/tip-off/", tip_off.tip_off, name="tip-off"),
    path("portal/tip-off/sent/", tip_off.sent, name="tip-off-sent"),
    path("portal/tip-off/state/", tip_off.state, name="tip-off-state"),
    path("portal/unseal/", unseal.unseal, name="unseal"),
    path("portal/unseal/<uuid:case_id>/", unseal.sent, name="unseal-sent"),
    path("q/<str:token>", token.progress, name="token"),
]
