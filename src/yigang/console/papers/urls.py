"""Addresses of these pages."""

from django.urls import path

from yigang.console.papers import cards

urlpatterns = [
    path("card/<int:pk>/", cards.card, name="paper-card"),
    path("card/<int:pk>/clear/", cards.clear_card, name="paper-card-clear"),
    path("cards/", cards.chosen_cards, name="paper-cards"),
    path("cards/posts/", cards.cards_of_posts, name="paper-cards-posts"),
]
