"""Addresses of these pages."""

from django.urls import path

from yigang.console.account import home, session

urlpatterns = [
    path("", home.home, name="home"),
    path("waiting/", home.waiting, name="waiting"),
    path("search/", home.search, name="search"),
    path("sign-in/", session.SignIn.as_view(), name="signin"),
    path("sign-out/", session.sign_out, name="signout"),
    path("password/", session.password, name="password"),
    path("language/", session.language, name="language"),
    path("region/", session.region, name="region"),
]
