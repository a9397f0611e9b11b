"""Addresses of the pages about imports."""

from django.urls import path

from yigang.console.imports import listing, one

urlpatterns = [
    path("", listing.imports, name="imports"),
    path("new/", listing.hand_in, name="import-new"),
    path("template/", one.template, name="import-template"),
    path("<int:pk>/", one.one, name="import"),
    path("<int:pk>/progress/", one.progress, name="import-progress"),
    path("<int:pk>/columns/", one.columns, name="import-columns"),
    path("<int:pk>/apply/", one.apply, name="import-apply"),
    path("<int:pk>/again/", one.again, name="import-again"),
    path("<int:pk>/undo/", one.undo, name="import-undo"),
    path("<int:pk>/problems/", one.problems, name="import-problems"),
]
