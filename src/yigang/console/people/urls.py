"""Addresses of these pages."""

from django.urls import path

from yigang.console.people import roster

urlpatterns = [
    path("", roster.people, name="people"),
]
