"""Addresses of these pages."""

from django.urls import path

from yigang.console.months import corrections, lines, marks, notice, overview, sheet, steps, together, what_if

urlpatterns = [
    path("", overview.months, name="months"),
    path("compute", overview.compute, name="months-compute"),
    path("<int:pk>/", sheet.month, name="month"),
    path("<int:pk>/person/<int:line_pk>/", sheet.person, name="month-person"),
    path("<int:pk>/side", sheet.side, name="month-side"),
    path("<int:pk>/marks", marks.give, name="month-marks"),
    path("<int:pk>/marks/pasted", marks.paste, name="month-marks-pasted"),
    path("<int:pk>/marks/one", together.one_mark, name="month-one-mark"),
    path("<int:pk>/compute", steps.recompute, name="month-compute"),
    path("<int:pk>/step/<slug:move>", steps.move, name="month-step"),
    path("<int:pk>/verify", steps.verify_month, name="month-verify"),
    path("<int:pk>/notice", notice.page_of_village, name="month-notice"),
    path("<int:pk>/notice.pdf", notice.posted, name="month-notice-pdf"),
    path("<int:pk>/notice.xlsx", notice.workbook, name="month-notice-xlsx"),
    path("<int:pk>/notice/public", notice.to_public_site, name="month-notice-public"),
    path("<int:pk>/what-if", what_if.compare, name="month-what-if"),
    path("<int:pk>/corrections", corrections.proposals, name="month-corrections"),
    path("<int:pk>/corrections/accept", corrections.accept_one, name="month-correction-accept"),
    path("lines/<int:pk>/", lines.line, name="line"),
    path("lines/<int:pk>/plain", lines.plain, name="line-plain"),
    path("lines/<int:pk>/adjust", lines.adjust_line, name="line-adjust"),
]
