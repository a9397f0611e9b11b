"""Addresses of these pages."""

from django.urls import path

from yigang.console.notices import listing, objections, one, paper

urlpatterns = [
    path("", listing.notices, name="notices"),
    path("new/", one.new, name="notice-new"),
    path("rules/", one.rules, name="notice-rules"),
    path("<int:pk>/", one.notice, name="notice"),
    path("<int:pk>/edit/", one.edit, name="notice-edit"),
    path("<int:pk>/sheet/", one.sheet, name="notice-sheet"),
    path("<int:pk>/notice.pdf", paper.notice, name="notice-pdf"),
    path("<int:pk>/list.pdf", paper.posting_list, name="notice-list-pdf"),
    path("<int:pk>/publish/", one.publish, name="notice-publish"),
    path("<int:pk>/close/", one.close, name="notice-close"),
    path("<int:pk>/down/", one.down, name="notice-down"),
    path("<int:pk>/discard/", one.discard, name="notice-discard"),
    path("<int:pk>/files/", one.attach, name="notice-attach"),
    path("<int:pk>/files/<int:file_pk>/remove/", one.detach, name="notice-detach"),
    path("<int:pk>/photos/", one.photograph, name="notice-photograph"),
    path("objections/", listing.objections, name="objections"),
    path("objections/new/", objections.record, name="objection-record"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("objections/<int:pk>/assign/", objections.assign, name="objection-assign"),
    path("objections/<int:pk>/recheck/", objections.recheck, name="objection-recheck"),
    path("objections/<int:pk>/answer/", objections.answer, name="objection-answer"),
    path("objections/<int:pk>/sender/", objections.sender, name="objection-sender"),
]
