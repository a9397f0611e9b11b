"""Addresses of the pages about inspections and what follows from them."""

from django.urls import path

from yigang.console.oversight import measures, plans, points, proposals, visits

urlpatterns = [
    path("", visits.visits, name="oversight"),
    path("visits/<int:pk>/", visits.visit, name="oversight-visit"),
    path("phones/end/", visits.end_phones, name="oversight-phones-end"),
    path("visits/<int:pk>/begin/", visits.begin, name="oversight-begin"),
    path("visits/<int:pk>/sheet/", visits.sheet, name="oversight-sheet"),
    path("photos/<int:pk>/", visits.photo, name="oversight-photo"),
    path("plans/", plans.plans, name="oversight-plans"),
    path("plans/draw/", plans.draw, name="oversight-draw"),
    path("plans/<int:pk>/", plans.plan, name="oversight-plan"),
    path("plans/<int:pk>/list/", plans.plan_list, name="oversight-plan-list"),
    path("points/", points.points, name="oversight-points"),
    path("points/add/", points.add, name="oversight-point-add"),
    path("points/close/", points.close_chosen, name="oversight-points-close"),
    path("points/remind/", points.remind_chosen, name="oversight-points-remind"),
    path("points/<int:pk>/", points.point, name="oversight-point"),
    path("points/<int:pk>/done/", points.done, name="oversight-point-done"),
    path("points/<int:pk>/close/", points.close, name="oversight-point-close"),
    path("points/<int:pk>/back/", points.send_back, name="oversight-point-back"),
    path("points/<int:pk>/reopen/", points.reopen, name="oversight-point-reopen"),
    path("interviews/", measures.interviews, name="oversight-interviews"),
    path("interviews/add/", measures.add_interview, name="oversight-interview-add"),
    path("interviews/<int:pk>/", measures.interview, name="oversight-interview"),
    path("recalls/", measures.recalls, name="oversight-recalls"),
    path("recalls/add/", measures.add_recall, name="oversight-recall-add"),
    path("recalls/<int:pk>/", measures.recall, name="oversight-recall"),
    path("recalls/<int:pk>/unit/", measures.interview_unit, name="oversight-recall-unit"),
    path("proposals/", proposals.proposals, name="oversight-proposals"),
    path("proposals/confirm/", proposals.confirm_chosen, name="oversight-proposals-confirm"),
    path("proposals/<int:pk>/", proposals.proposal, name="oversight-proposal"),
    path("proposals/<int:pk>/confirm/", proposals.confirm, name="oversight-proposal-confirm"),
    path("proposals/<int:pk>/dismiss/", proposals.dismiss, name="oversight-proposal-dismiss"),
    path("proposals/<int:pk>/tell/", proposals.tell, name="oversight-proposal-tell"),
    path("proposals/<int:pk>/answer/", proposals.answer, name="oversight-proposal-answer"),
]
