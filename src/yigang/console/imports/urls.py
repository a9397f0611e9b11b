"""Addresses of the pages about imports."""

from django.urls import path

from yigang.console.imports import listing, one, sources, trackers

urlpatterns = [
    path("", listing.imports, name="imports"),
    path("new/", listing.hand_in, name="import-new"),
    path("template/", one.template, name="import-template"),
    path("trackers/", trackers.trackers, name="trackers"),
    path("trackers/add/", trackers.add, name="tracker-add"),
    path("trackers/<uuid:pk>/", trackers.tracker, name="tracker"),
    path("trackers/<uuid:pk>/secret/", trackers.secret, name="tracker-secret"),
    path("trackers/<uuid:pk>/revoke/", trackers.revoke, name="tracker-revoke"),
    path("sources/", sources.listing, name="sources"),
    path("sources/add/", sources.add, name="source-add"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/<int:pk>/change/", sources.change, name="source-change"),
    path("sources/<int:pk>/try/", sources.try_out, name="source-try"),
    path("sources/<int:pk>/fetch/", sources.fetch, name="source-fetch"),
    path("sources/<int:pk>/close/", sources.close, name="source-close"),
    path("<int:pk>/", one.one, name="import"),
    path("<int:pk>/progress/", one.progress, name="import-progress"),
    path("<int:pk>/columns/", one.columns, name="import-columns"),
    path("<int:pk>/apply/", one.apply, name="import-apply"),
    path("<int:pk>/again/", one.again, name="import-again"),
    path("<int:pk>/undo/", one.undo, name="import-undo"),
    path("<int:pk>/problems/", one.problems, name="import-problems"),
]
