"""Addresses of the console: one module of pages per part of the work."""

from django.urls import include, path

app_name = "console"
urlpatterns = [
    path("", include("yigang.console.account.urls")),
    path("people/", include("yigang.console.people.urls")),
    path("incomes/", include("yigang.console.incomes.urls")),
    path("posts/", include("yigang.console.posts.urls")),
    path("recruitment/", include("yigang.console.recruitment.urls")),
    path("tenure/", include("yigang.console.tenure.urls")),
    path("training/", include("yigang.console.training.urls")),
    path("notices/", include("yigang.console.notices.urls")),
    path("duty/", include("yigang.console.duty.urls")),
    path("leave/", include("yigang.console.leave.urls")),
    path("flags/", include("yigang.console.flags.urls")),
    path("work/", include("yigang.console.work.urls")),
    path("patrols/", include("yigang.console.patrols.urls")),
    path("imports/", include("yigang.console.imports.urls")),
    path("months/", include("yigang.console.months.urls")),
    path("rhythms/", include("yigang.console.rhythms.urls")),
    path("reviews/", include("yigang.console.reviews.urls")),
    path("units/", include("yigang.console.units.urls")),
    path("points/", include("yigang.console.points.urls")),
    path("bank/", include("yigang.console.bank.urls")),
    path("assets/", include("yigang.console.assets.urls")),
    path("oversight/", include("yigang.console.oversight.urls")),
    path("meetings/", include("yigang.console.meetings.urls")),
    path("papers/", include("yigang.console.papers.urls")),
    path("office/", include("yigang.console.office.urls")),
]
