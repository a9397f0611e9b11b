"""Addresses of these pages."""

from django.urls import path

from yigang.console.posts import edit, posts, programmes

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
]
