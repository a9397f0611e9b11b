"""Addresses of these pages."""

from django.urls import path

from yigang.console.papers import agreements, cards, idcard

urlpatterns = [
    path("card/<int:pk>/", cards.card, name="paper-card"),
    path("card/<int:pk>/clear/", cards.clear_card, name="paper-card-clear"),
    path("agreement/<int:pk>/", agreements.agreement, name="paper-agreement"),
    path("agreement/<int:pk>/make/", agreements.make, name="paper-agreement-make"),
    path("agreement/<int:pk>/signed/", agreements.signed, name="paper-agreement-signed"),
    path("agreements/chosen/", agreements.of_chosen, name="paper-agreements"),
    path("agreements/round/<int:pk>/", agreements.of_round, name="paper-agreements-round"),
    path("agreements/posts/", agreements.of_posts, name="paper-agreements-posts"),
    path("templates/<int:pk>/", agreements.templates, name="paper-templates"),
    path("templates/<int:pk>/<int:version>/", agreements.version, name="paper-template"),
    path("idcard/", idcard.read_card, name="paper-idcard"),
    path("cards/", cards.chosen_cards, name="paper-cards"),
    path("cards/posts/", cards.cards_of_posts, name="paper-cards-posts"),
]
