"""Addresses of the pages about village assets."""

from django.urls import path

from yigang.console.assets import assets, ledger, overview, publicity

urlpatterns = [
    path("", overview.overview, name="assets"),
    path("notice/", publicity.draft, name="assets-notice"),
    path("ledger/", ledger.ledger, name="assets-ledger"),
    path("ledger/spend/", ledger.spend, name="assets-spend"),
    path("ledger/<int:pk>/", ledger.entry, name="assets-entry"),
    path("ledger/<int:pk>/reverse/", ledger.reverse_entry, name="assets-entry-reverse"),
    path("ledger/<int:pk>/recipient/", ledger.recipient, name="assets-entry-recipient"),
    path("list/", assets.assets, name="assets-list"),
    path("list/new/", assets.new, name="assets-new"),
    path("list/<int:pk>/", assets.one, name="asset"),
    path("list/<int:pk>/receive/", assets.receive, name="assets-receive"),
    path("incomes/<int:pk>/", assets.income, name="assets-income"),
    path("incomes/<int:pk>/take-back/", assets.take_back, name="assets-income-undo"),
]
