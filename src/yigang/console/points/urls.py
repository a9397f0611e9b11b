"""Addresses of these pages."""

from django.urls import path

from yigang.console.points import entries, give, honours, people

urlpatterns = [
    path("", people.people, name="points"),
    path("people/<int:pk>/", people.of_person, name="points-of-person"),
    path("give/<int:pk>/", give.give, name="points-give"),
    path("give/", give.give_to_many, name="points-give-many"),
    path("entries/", entries.entries, name="points-entries"),
    path("entries/<int:pk>/", entries.entry, name="points-entry"),
    path("entries/<int:pk>/back/", entries.take_back, name="points-back"),
    path("honours/", honours.listing, name="points-honours"),
    path("honours/standing/", honours.standing, name="points-standing"),
    path("honours/give/", honours.give, name="points-honour-give"),
    path("honours/<int:pk>/", honours.honour, name="points-honour"),
    path("honours/<int:pk>/back/", honours.take_back, name="points-honour-back"),
    path("polls/", honours.polls, name="points-polls"),
    path("polls/open/", honours.open_poll, name="points-poll-open"),
    path("polls/<int:pk>/", honours.poll, name="points-poll"),
    path("polls/<int:pk>/vote/", honours.vote, name="points-vote"),
    path("polls/<int:pk>/close/", honours.close, name="points-poll-close"),
]
