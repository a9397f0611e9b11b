"""Addresses of these pages."""

from django.urls import path

from yigang.console.posts import edit, posts, programmes, quotas, requests, stations

urlpatterns = [
    path("", posts.posts, name="posts"),
    path("add/", edit.add_post, name="post-add"),
    path("<int:pk>/", posts.post, name="post"),
    path("<int:pk>/head-count/", edit.head_count, name="post-head-count"),
    path("<int:pk>/appoint/", edit.appoint, name="post-appoint"),
    path("appointments/<int:pk>/end/", edit.end, name="appointment-end"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/add/", edit.add_programme, name="programme-add"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("requests/", requests.requests, name="post-requests"),
    path("requests/add/", requests.add_request, name="post-request-add"),
    path("requests/<int:pk>/", requests.one_request, name="post-request"),
    path("requests/<int:pk>/edit/", requests.edit_request, name="post-request-edit"),
    path("requests/<int:pk>/<str:deed>/", requests.act, name="post-request-act"),
    path("quotas/", quotas.quotas, name="quotas"),
    path("quotas/add/", quotas.add_quota, name="quota-add"),
    path("quotas/<int:pk>/", quotas.quota, name="quota"),
    path("stations/", stations.stations, name="stations"),
    path("stations/add/", stations.add_station, name="station-add"),
    path("stations/<int:pk>/", stations.station, name="station"),
    path("stations/<int:pk>/edit/", stations.edit_station, name="station-edit"),
    path("stations/<int:pk>/attach/", stations.attach, name="station-attach"),
    path("kinds/", stations.kinds, name="kinds"),
    path("kinds/add/", stations.add_kind, name="kind-add"),
    path("kinds/<slug:code>/", stations.kind, name="kind"),
]
