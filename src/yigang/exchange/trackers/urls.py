"""Addresses for tracker apps."""

from django.urls import path

from yigang.exchange.trackers import http

app_name = "trackers"
urlpatterns = [
    path("osmand", http.osmand_view, name="osmand"),
    path("osmand/<str:secret>", http.osmand_view, name="osmand-secret"),
    path("owntracks", http.owntracks_view, name="owntracks"),
]
