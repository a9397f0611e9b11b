"""Addresses of these pages."""

from django.urls import path

from yigang.console.reviews import appeals, listing, one

urlpatterns = [
    path("", listing.listing, name="reviews"),
    path("new/", listing.new, name="review-new"),
    path("results/", listing.results, name="reviews-results"),
    path("appeals/", appeals.listing, name="reviews-appeals"),
    path("appeals/new/", appeals.new, name="appeal-new"),
    path("appeals/of/<int:pk>/", appeals.of_person, name="appeal-of"),
    path("appeals/<int:pk>/", appeals.one, name="appeal"),
    path("appeals/<int:pk>/decide/", appeals.decide, name="appeal-decide"),
    path("appeals/<int:pk>/carry/", appeals.carry, name="appeal-carry"),
    path("<int:pk>/", one.one, name="review"),
    path("<int:pk>/slips/", one.slips, name="review-slips"),
    path("<int:pk>/papers/", one.hand_out, name="review-hand-out"),
    path("<int:pk>/count/", one.count, name="review-count"),
    path("<int:pk>/confirm/", one.confirm, name="review-confirm"),
    path("<int:pk>/close/", one.close, name="review-close"),
    path("<int:pk>/abandon/", one.abandon, name="review-abandon"),
    path("<int:pk>/minutes.pdf", one.minutes, name="review-minutes"),
    path("<int:pk>/ballot.pdf", one.ballot, name="review-ballot"),
]
