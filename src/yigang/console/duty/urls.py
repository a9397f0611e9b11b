"""Addresses of the pages about evidence of duty."""

from django.urls import path

from yigang.console.duty import asides, calendar, evidence, gaps, late, leave, paper, phones, strangers, unmatched

urlpatterns = [
    path("", evidence.intakes, name="duty"),
    path("intakes/<int:pk>/", evidence.intake, name="duty-intake"),
    path("intakes/<int:pk>/withdraw/", evidence.withdraw, name="duty-withdraw"),
    path("phone-records/", asides.asides, name="duty-asides"),
    path("phone-records/<int:pk>/", asides.aside, name="duty-aside"),
    path("phone-records/<int:pk>/count/", asides.count, name="duty-aside-count"),
    path("phone-records/<int:pk>/note/", asides.note, name="duty-aside-note"),
    path("late-records/", late.late, name="duty-late"),
    path("late-records/<uuid:pk>/", late.answer, name="duty-late-one"),
    path("complete/", evidence.declare, name="duty-declare"),
    path("unknown/", unmatched.unmatched, name="duty-unmatched"),
    path("unknown/again/", unmatched.again, name="duty-rematch"),
    path("unknown/one-person/", strangers.resolve_chosen, name="duty-unmatched-resolve"),
    path("unknown/aside/", strangers.disown_chosen, name="duty-unmatched-disown"),
    path("unknown/not-ours/", strangers.not_ours, name="duty-not-ours"),
    path("unknown/not-ours/back/", strangers.claim_chosen, name="duty-claim"),
    path("unknown/<int:pk>/", unmatched.match, name="duty-match"),
    path("unknown/<int:pk>/resolve/", unmatched.resolve, name="duty-resolve"),
    path("leave/", leave.leaves, name="duty-leaves"),
    path("leave/new/", leave.new_leave, name="duty-leave-new"),
    path("leave/<int:pk>/correct/", leave.correct_leave, name="duty-leave-correct"),
    path("paper/", paper.paper, name="duty-paper"),
    path("paper/<int:pk>/", paper.one, name="duty-paper-one"),
    path("paper/confirm/", paper.confirm, name="duty-paper-confirm"),
    path("gaps/<int:programme>/<str:prefix>/<str:month>/", gaps.gaps, name="duty-gaps"),
    path("phones/", phones.listing, name="duty-phones"),
    path("phones/codes/", phones.codes, name="duty-phone-codes"),
    path("phones/<int:pk>/", phones.one, name="duty-phone"),
    path("phones/<int:pk>/code/", phones.code, name="duty-phone-code"),
    path("phones/<int:pk>/consent/", phones.consent, name="duty-phone-consent"),
    path("phones/login/<int:pk>/revoke/", phones.revoke, name="duty-phone-revoke"),
    path("phones/login/<int:pk>/sign-out/", phones.sign_out, name="duty-phone-signout"),
    path("people/<int:pk>/", calendar.calendar, name="duty-calendar"),
    path("people/<int:pk>/<str:day>/", calendar.day, name="duty-day"),
    path("check-ins/<str:day>/<int:pk>/correct/", calendar.correct_check_in, name="duty-check-in-correct"),
    path("logs/<int:pk>/correct/", calendar.correct_log, name="duty-log-correct"),
]
