"""Addresses of these pages."""

from django.urls import path

from yigang.console.people import edit, person, roster

urlpatterns = [
    path("", roster.people, name="people"),
    path("chosen/", roster.chosen_people, name="people-chosen"),
    path("add/", edit.add, name="person-add"),
    path("<int:pk>/", person.person, name="person"),
    path("<int:pk>/reveal/", person.reveal_field, name="person-reveal"),
    path("<int:pk>/photo/", person.photo, name="person-photo"),
    path("<int:pk>/timeline/", person.timeline, name="person-timeline"),
    path("<int:pk>/edit/", edit.correct, name="person-edit"),
    path("<int:pk>/death/", edit.death, name="person-death"),
    path("<int:pk>/death/undo/", edit.death_undo, name="person-death-undo"),
    path("<int:pk>/phone/", edit.phone, name="person-phone"),
    path("<int:pk>/portrait/", edit.portrait, name="person-portrait"),
    path("<int:pk>/account/", edit.account, name="person-account"),
    path("<int:pk>/household/", edit.household, name="person-household"),
    path("<int:pk>/hardship/", edit.hardship, name="person-hardship"),
    path("<int:pk>/kinship/", edit.kinship, name="person-kinship"),
]
