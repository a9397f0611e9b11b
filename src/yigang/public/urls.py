"""Addresses of the public site. Included twice: in Chinese under /public/, in English under /public/en/."""

from django.urls import path

from yigang.public import applying, feeds, reading, saying, voting

app_name = "public"
urlpatterns = [
    path("", reading.home, name="home"),
    path("region/<slug:prefix>/", reading.region, name="region"),
    path("region/<slug:prefix>/feed.xml", feeds.of_region, name="region-feed"),
    path("region/<slug:prefix>/complain/", saying.complaint, name="complain"),
    path("programme/<int:pk>/", reading.programme, name="programme"),
    path("programme/<int:pk>/feed.xml", feeds.of_programme, name="programme-feed"),
    path("programme/<int:pk>/apply/", applying.apply, name="apply"),
    path("search/", reading.search, name="search"),
    path("notices/<int:pk>/", reading.notice, name="notice"),
    path("notices/<int:pk>/print/", reading.printed, name="print"),
    path("notices/<int:pk>/qr.svg", reading.qr, name="qr"),
    path("notices/<int:pk>/files/<int:file_pk>/", reading.file, name="file"),
    path("notices/<int:pk>/object/", saying.objection, name="object"),
    path("receipt/", saying.receipt, name="receipt"),
    path("review/", voting.ballot, name="ballot"),
]
