"""Addresses of these pages."""

from django.urls import path

from yigang.console.people import edit, hardships, labour, person, places, register, roster

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
    path("register/", register.register, name="register"),
    path("register/changes/", register.changes, name="register-changes"),
    path("register/changes/accept/", register.accept, name="register-accept"),
    path("register/changes/keep/", register.keep, name="register-keep"),
    path("register/<int:pk>/decide/", register.decide_all, name="register-decide"),
    path("lists/", labour.five_lists, name="five-lists"),
    path("lists/people/", labour.labour, name="labour"),
    path("lists/new/", labour.list_new, name="list-new"),
    path("lists/<int:pk>/", labour.list_rule, name="list-rule"),
    path("places/", places.centres, name="village-centres"),
    path("places/<str:code>/", places.centre, name="village-centre"),
    path("places/<str:code>/remove/", places.remove, name="village-centre-remove"),
    path("hardships/", hardships.hardships, name="hardships"),
    path("hardships/<int:pk>/", hardships.renew, name="hardship-renew"),
]
