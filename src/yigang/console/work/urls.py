"""Addresses of the pages about work done."""

from django.urls import path

from yigang.console.work import incidents, logs, media, pairings, results, visits

urlpatterns = [
    path("", logs.logs, name="work"),
    path("missing-logs/", logs.missing, name="work-missing"),
    path("logs/<int:pk>/", logs.one, name="work-log"),
    path("visits/", visits.visits, name="work-visits"),
    path("visits/<int:pk>/withdraw/", visits.withdraw, name="work-visit-withdraw"),
    path("pairings/", pairings.pairings, name="work-pairings"),
    path("pairings/new/", pairings.new, name="work-pairing-new"),
    path("pairings/<int:pk>/", pairings.one, name="work-pairing"),
    path("pairings/<int:pk>/visit/", pairings.visit, name="work-pairing-visit"),
    path("pairings/<int:pk>/end/", pairings.end, name="work-pairing-end"),
    path("incidents/", incidents.incidents, name="work-incidents"),
    path("incidents/new/", incidents.new, name="work-incident-new"),
    path("incidents/<int:pk>/", incidents.one, name="work-incident"),
    path("incidents/<int:pk>/handle/", incidents.handle, name="work-incident-handle"),
    path("incidents/<int:pk>/close/", incidents.close, name="work-incident-close"),
    path("results/", results.results, name="work-results"),
    path("results/new/", results.new, name="work-result-new"),
    path("results/sum/", results.summed, name="work-sums"),
    path("results/sum.xlsx", results.workbook, name="work-sums-xlsx"),
    path("results/<int:pk>/", results.one, name="work-result"),
    path("media/<int:pk>/", media.medium, name="work-medium"),
    path("results/<int:pk>/withdraw/", results.withdraw, name="work-result-withdraw"),
]
