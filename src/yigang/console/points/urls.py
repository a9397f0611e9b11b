"""Addresses of these pages."""

from django.urls import path

from yigang.console.points import entries, give, people

urlpatterns = [
    path("", people.people, name="points"),
    path("people/<int:pk>/", people.of_person, name="points-of-person"),
    path("give/<int:pk>/", give.give, name="points-give"),
    path("give/", give.give_to_many, name="points-give-many"),
    path("entries/", entries.entries, name="points-entries"),
    path("entries/<int:pk>/", entries.entry, name="points-entry"),
    path("entries/<int:pk>/back/", entries.take_back, name="points-back"),
]
