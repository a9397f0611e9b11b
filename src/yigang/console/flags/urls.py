"""Addresses of the pages about questions that evidence raises."""

from django.urls import path

from yigang.console.flags import listing, one, sums

urlpatterns = [
    path("", listing.flags, name="flags"),
    path("answer/", listing.answer_chosen, name="flags-answer"),
    path("sums/", sums.sums, name="flags-sums"),
    path("<int:pk>/", one.one, name="flag"),
    path("<int:pk>/answer/", one.answer, name="flag-answer"),
    path("<int:pk>/accept/", one.accept, name="flag-accept"),
    path("<int:pk>/reopen/", one.reopen, name="flag-reopen"),
]
