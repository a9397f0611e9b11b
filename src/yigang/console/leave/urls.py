"""Addresses of the pages about leave that is asked for."""

from django.urls import path

from yigang.console.leave import account, away, one, requests

urlpatterns = [
    path("", requests.requests, name="leave"),
    path("new/", requests.new, name="leave-new"),
    path("away/", away.away, name="leave-away"),
    path("people/<int:pk>/", account.account, name="leave-account"),
    path("<int:pk>/", one.one, name="leave-one"),
    path("<int:pk>/decide/", one.decide, name="leave-decide"),
    path("<int:pk>/cancel/", one.cancel, name="leave-cancel"),
    path("<int:pk>/back/", one.back, name="leave-back"),
]
