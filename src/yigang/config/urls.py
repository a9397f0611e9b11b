"""The addresses of the program."""

from django.urls import include, path

urlpatterns = [
    path("", include("yigang.console.urls")),
]
