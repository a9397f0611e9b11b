"""Addresses of the pages about household income."""

from django.urls import path

from yigang.console.incomes import grid, household, ledger

urlpatterns = [
    path("", ledger.newest, name="incomes"),
    path("<int:year>/", ledger.ledger, name="incomes-year"),
    path("<int:year>/line/", ledger.line, name="incomes-line"),
    path("<int:year>/grid/", grid.grid, name="incomes-grid"),
    path("households/<int:pk>/", household.household, name="household"),
    path("households/<int:pk>/figures/", household.figures, name="household-figures"),
    path("households/<int:pk>/plan/", household.plan, name="household-plan"),
    path("plans/<int:pk>/finish/", household.finish, name="household-plan-finish"),
]
