"""Addresses below `/field/`: the interface of the phone, and the app itself."""

from django.urls import path

from yigang.field import app
from yigang.field.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", app.serve, name="field-app"),
    path("<path:path>", app.serve, name="field-file"),
]
