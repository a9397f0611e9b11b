"""Addresses of the pages about money."""

from django.urls import path

from yigang.console.bank import batches, funds, holds, making, overview, returns, waiting

urlpatterns = [
    path("", overview.overview, name="bank"),
    path("batches/", batches.batches, name="bank-batches"),
    path("batches/new/", making.new_batch, name="bank-new"),
    path("batches/<int:pk>/", batches.batch, name="bank-batch"),
    path("batches/<int:pk>/months/", batches.months, name="bank-batch-months"),
    path("batches/<int:pk>/held/", waiting.held_of_batch, name="bank-batch-held"),
    path("batches/<int:pk>/approve/", batches.approve, name="bank-approve"),
    path("batches/<int:pk>/cancel/", batches.cancel, name="bank-cancel"),
    path("batches/<int:pk>/file/", batches.file, name="bank-file"),
    path("batches/<int:pk>/return/", returns.upload, name="bank-return"),
    path("waiting/", waiting.waiting, name="bank-waiting"),
    path("waiting/people/", waiting.people, name="bank-waiting-people"),
    path("waiting/<int:pk>/account/", waiting.correct_account, name="bank-account"),
    path("holds/", holds.holds, name="bank-holds"),
    path("holds/new/", holds.add, name="bank-hold-add"),
    path("holds/<int:pk>/", holds.hold, name="bank-hold"),
    path("holds/<int:pk>/confirm/", holds.confirm, name="bank-hold-confirm"),
    path("holds/<int:pk>/decline/", holds.decline, name="bank-hold-decline"),
    path("holds/<int:pk>/lift/", holds.lift, name="bank-hold-lift"),
    path("holds/<int:pk>/tell/", holds.tell, name="bank-hold-tell"),
    path("holds/<int:pk>/answer/", holds.answer, name="bank-hold-answer"),
    path("funds/new/", funds.new_fund, name="bank-fund-new"),
    path("funds/budgets/new/", funds.new_budget, name="bank-budget-new"),
    path("funds/budgets/<int:pk>/", funds.change_budget, name="bank-budget"),
]
