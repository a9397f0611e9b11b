"""Addresses of these pages."""

from django.urls import path

from yigang.console.rhythms import periods, results

PERIOD = "<int:pk>/<str:code>/<str:day>/"

urlpatterns = [
    path("", periods.periods, name="rhythms"),
    path("results/", results.results, name="rhythms-results"),
    path("results/<int:pk>/", results.one, name="rhythms-result"),
    path("reserve/", results.reserve, name="rhythms-reserve"),
    path("closings/", results.closed, name="rhythms-closings"),
    path("closings/<int:pk>/bonuses/", periods.grant, name="rhythms-bonuses"),
    path("closings/<int:pk>/reopen/", periods.reopen, name="rhythms-reopen"),
    path(PERIOD, periods.period, name="rhythms-period"),
    path(f"{PERIOD}give/", periods.give, name="rhythms-give"),
    path(f"{PERIOD}paste/", periods.paste, name="rhythms-paste"),
    path(f"{PERIOD}close/", periods.close, name="rhythms-close"),
]
