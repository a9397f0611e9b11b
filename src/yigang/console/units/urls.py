"""Addresses of these pages."""

from django.urls import path

from yigang.console.units import listing, periods, rankings

PERIOD = "periods/<int:pk>/<str:card>/<str:name>/<str:month>/"

urlpatterns = [
    path("", periods.periods, name="units"),
    path(PERIOD, periods.period, name="units-period"),
    path(f"{PERIOD}give/", periods.give, name="units-give"),
    path(f"{PERIOD}tasks/<int:member>/", periods.own_task, name="units-task"),
    path(f"{PERIOD}close/", periods.close, name="units-close"),
    path("rankings/", rankings.closings, name="units-rankings"),
    path("rankings/<int:pk>/", rankings.one, name="units-ranking"),
    path("rankings/<int:pk>/back/", rankings.take_back, name="units-ranking-back"),
    path("places/", rankings.lines, name="units-lines"),
    path("shares/", rankings.shares, name="units-shares"),
    path("list/", listing.listing, name="units-list"),
    path("list/draw-up/", listing.draw_up, name="units-draw-up"),
    path("list/<int:pk>/", listing.one, name="unit"),
    path("list/<int:pk>/bind/", listing.bind, name="unit-bind"),
    path("list/<int:pk>/unbind/<int:member>/", listing.unbind, name="unit-unbind"),
    path("list/<int:pk>/off/", listing.off, name="unit-off"),
]
