"""Addresses of the pages about patrols and places of duty."""

from django.urls import path

from yigang.console.patrols import areas, editing, late, live, records

urlpatterns = [
    path("", records.patrols, name="patrols"),
    path("<uuid:pk>/", records.patrol, name="patrol"),
    path("<uuid:pk>/track/", records.track, name="patrol-track"),
    path("<uuid:pk>/withdraw/", records.withdraw, name="patrol-withdraw"),
    path("live/", live.live, name="patrols-live"),
    path("live/picture/", live.picture, name="patrols-live-picture"),
    path("areas/", areas.areas, name="duty-areas"),
    path("points/", areas.points, name="duty-points"),
    path("routes/", areas.routes, name="duty-routes"),
    path("areas/<int:pk>/<str:month>/", areas.coverage, name="duty-area"),
    path("areas/<int:pk>/<str:month>/tracks/", areas.tracks, name="duty-area-tracks"),
    path("around/", areas.around, name="duty-ground"),
    path("places/new/<str:kind>/", editing.new, name="duty-place-new"),
    path("places/<str:kind>/<int:pk>/", editing.edit, name="duty-place"),
    path("places/<str:kind>/<int:pk>/end/", editing.end, name="duty-place-end"),
    path("late/", late.late, name="patrols-late"),
    path("late/<int:pk>/", late.answer, name="patrol-late"),
]
