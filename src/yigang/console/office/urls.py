"""Addresses of these pages."""

from django.urls import path
from django.views.generic import RedirectView

from yigang.console.office import accounts, audit, calendar, files, jobs, regions

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console:jobs"), name="office"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("files/<int:pk>/", files.file, name="file"),
    path("audit/", audit.entries, name="audit"),
    path("audit/verify/", audit.verify, name="audit-verify"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/add/", accounts.add, name="account-add"),
    path("accounts/close/", accounts.close_chosen, name="accounts-close"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/close/", accounts.close, name="account-close"),
    path("accounts/<int:pk>/password/", accounts.password, name="account-password"),
    path("accounts/<int:pk>/scopes/", accounts.scopes, name="account-scopes"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<int:year>/enter/", calendar.enter, name="calendar-enter"),
    path("calendar/add/", calendar.add, name="calendar-add"),
    path("regions/", regions.browse, name="regions"),
]
