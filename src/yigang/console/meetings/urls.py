"""Addresses of these pages."""

from django.urls import path

from yigang.console.meetings import calendar, listing, writing

urlpatterns = [
    path("", calendar.calendar, name="meetings"),
    path("workbook/", calendar.workbook, name="meetings-workbook"),
    path("list/", listing.meetings, name="meetings-list"),
    path("hold/", writing.hold, name="meeting-hold"),
    path("<int:pk>/", listing.meeting, name="meeting"),
    path("<int:pk>/paper/", listing.paper_of, name="meeting-paper"),
    path("<int:pk>/correct/", writing.correct, name="meeting-correct"),
    path("<int:pk>/follow-up/", writing.follow_up, name="meeting-follow-up"),
]
