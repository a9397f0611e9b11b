"""Addresses of the pages of data comparison, below those of recruitment."""

from django.urls import path

from yigang.console.recruitment.comparison import deciding, hits, registers, rounds

urlpatterns = [
    path("", hits.hits, name="comparison-hits"),
    path("confirm/", deciding.confirm_chosen, name="comparison-confirm"),
    path("dismiss/", deciding.dismiss_chosen, name="comparison-dismiss"),
    path("<int:pk>/", deciding.one, name="comparison-hit"),
    path("<int:pk>/decide/", deciding.decide, name="comparison-decide"),
    path("<int:pk>/show/", deciding.reveal, name="comparison-reveal"),
    path("registers/", registers.registers, name="comparison-registers"),
    path("registers/new/", registers.hand_in, name="comparison-hand-in"),
    path("registers/template/<slug:code>/", registers.template, name="comparison-template"),
    path("registers/<int:pk>/forget/", registers.forget, name="comparison-forget"),
    path("rounds/", rounds.rounds, name="comparison-rounds"),
    path("rounds/<int:pk>/", rounds.one, name="comparison-round"),
    path("rounds/<int:pk>/run/", rounds.run, name="comparison-run"),
]
