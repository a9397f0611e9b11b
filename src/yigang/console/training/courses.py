"""Courses: the list over all plans, a new plan, a new course, one course with its sessions and materials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import Step, cleaned, linked
from yigang.console.tenure.tabs import Offer
from yigang.console.training.tabs import frame
from yigang.foundation import regioncode, rls
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.posts.models import PostKind, Programme
from yigang.training import domain
from yigang.training.access import PLAN, READ_TRAINING, TEACH
from yigang.training.enums import Subject, Terrain
from yigang.training.models import Course, Material, Plan
from yigang.training.queries import group_of

MONTHS = [(month, str(month)) for month in range(1, 13)]


def years(_reader: Reader) -> list[tuple[int, str]]:
    return [(year, str(year)) for year in Plan.objects.order_by("-year").values_list("year", flat=True).distinct()]


def group_words(course: Course) -> str:
    """Whom a course is for."""
    words = [str(Terrain(one).label) for one in course.terrains]
    words += [one.name for one in course.post_kinds.all()]
    words += [_now("months %(months)s") % {"months": "、".join(map(str, course.months))}] if course.months else []
    return "、".join(words) or _now("everybody")


COURSES = List(
    name="training-courses",
    title=_("Courses"),
    unit=_("courses"),
    rows=lambda _reader: Course.objects.select_related("plan__programme").prefetch_related("post_kinds").annotate(
        held=Count("sessions", filter=~Q(sessions__state="cancelled"))
    ),
    columns=(
        Column("title", _("Course"), lambda row: row.title, sort=("title",), always=True),
        Column("year", _("Year"), lambda row: str(row.plan.year), sort=("plan__year",)),
        Column("programme", _("Programme"), lambda row: row.plan.programme.name),
        Column("subject", _("Subject"), lambda row: row.get_subject_display(), sort=("subject",)),
        Column("group", _("For whom"), group_words, wrap=True),
        Column("start", _("Before the first day"), lambda row: row.before_start, sort=("before_start",)),
        Column("hours", _("Training hours"), lambda row: row.hours, kind="decimal", sort=("hours",)),
        Column("sessions", _("Sessions"), lambda row: row.held, kind="integer"),
    ),
    order=("-plan__year", "pk"),
    filters=(
        ChoiceFilter("year", _("Year"), "plan__year", years), ChoiceFilter("subject", _("Subject"), "subject", Subject.choices),
        FlagFilter("start", _("Before the first day"), lambda: Q(before_start=True)),
    ),
    search=lambda rows, words: rows.filter(title__contains=words),
    search_hint=_("Title"),
    link=lambda row: reverse("console:training-course", args=[row.pk]),
    empty=Empty(_("Nothing is planned yet."), _("Make a plan"), "console:training-plan-new", PLAN),
    region_field="",
)  # fmt: skip


class PlanForm(forms.Form):
    programme = forms.ModelChoiceField(Programme.objects.all(), label=_("Programme"))
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    title = forms.CharField(label=_("Title"), max_length=120)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class CourseForm(forms.Form):
    """A course and its group; what stays empty means everybody."""

    plan = forms.ModelChoiceField(Plan.objects.all(), label=_("Plan"))
    title = forms.CharField(label=_("Title"), max_length=120)
    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    hours = forms.DecimalField(label=_("Training hours"), max_digits=5, decimal_places=1)
    before_start = forms.BooleanField(label=_("Before the first day in post"), required=False)
    terrains = forms.MultipleChoiceField(
        label=_("Terrain"), choices=Terrain.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    post_kinds = forms.ModelMultipleChoiceField(
        PostKind.objects.filter(active=True), label=_("Post kinds"), required=False
    )
    months = forms.TypedMultipleChoiceField(
        label=_("Season"), choices=MONTHS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Months that the course prepares for; posts that rest in all of them are left out."),
    )  # fmt: skip


class MaterialForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    file = forms.FileField(label=_("File"))


@page(READ_TRAINING)
def courses(request: HttpRequest) -> HttpResponseBase:
    offers = (
        Offer(_("Add a course"), "training-course-new", "plus", PLAN), Offer(_("Make a plan"), "training-plan-new", "plus", PLAN),
        Offer(_("Land of the villages"), "training-terrain", "map-pin", READ_TRAINING),
    )  # fmt: skip
    context = frame(actor_of(request), "training-courses", *offers)
    return show(request, COURSES, template="console/tenure/list.html", context=context)


@page(PLAN)
def new_plan(request: HttpRequest) -> HttpResponseBase:
    def save(given: dict[str, Any], actor: User) -> str:
        region = regioncode.pad(regions.viewing(request) or actor.prefixes[0])
        domain.make_plan(given["programme"], region, given["year"], given["title"], note=given["note"], actor=actor)
        return reverse("console:training-courses")

    form = PlanForm(request.POST or None, initial={"year": timezone.localdate().year})
    return form_page(request, form, _now("Make a plan"), save, back_to=reverse("console:training-courses"))


@page(PLAN)
def new_course(request: HttpRequest) -> HttpResponseBase:
    def save(given: dict[str, Any], actor: User) -> str:
        group = domain.Group(given["terrains"], given["post_kinds"], given["months"])
        course = domain.add_course(
            given["plan"], given["title"], Subject(given["subject"]), given["hours"], group=group,
            before_start=given["before_start"], actor=actor,
        )  # fmt: skip
        return reverse("console:training-course", args=[course.pk])

    form = CourseForm(request.POST or None, initial={"plan": Plan.objects.first()})
    return form_page(request, form, _now("Add a course"), save, back_to=reverse("console:training-courses"))


def course_of(pk: int) -> Course:
    return found(Course.objects.select_related("plan__programme"), pk=pk)


@page(READ_TRAINING)
def course(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = course_of(pk), actor_of(request)
    context = {
        "title": row.title, "facts": list(_facts(row, regions.viewing(request))), "steps": list(_steps(row, actor)),
        "tables": [_sessions(row), _materials(row)], "back_to": reverse("console:training-courses"), "back_label": _("Courses"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _facts(row: Course, prefix: str) -> Iterator[tuple[Any, Any]]:
    yield _("Plan"), row.plan.title
    yield _("Programme"), row.plan.programme.name
    yield _("Subject"), row.get_subject_display()
    yield _("For whom"), group_words(row)
    yield _("Before the first day"), _now("yes") if row.before_start else _now("no")
    yield _("Training hours"), plain(row.hours)
    day = min(timezone.localdate(), timezone.localdate().replace(year=row.plan.year, month=12, day=31))
    yield _("People in the group"), f"{len(group_of(row, day, prefix)):,}"


def _sessions(row: Course) -> tuple[Any, list[Any], list[list[Any]]]:
    rows = row.sessions.annotate(came=Count("attendances", filter=Q(attendances__withdrawn_at=None)))
    lines = [
        [linked("training-session", one.pk, plain(one.starts_at)), one.get_kind_display(), one.place, one.teacher,
         plain(one.hours), str(one.came), one.get_state_display()]
        for one in rows
    ]  # fmt: skip
    headings = [_("Begins at"), _("Kind"), _("Place"), _("Teacher"), _("Training hours"), _("People"), _("State")]
    return _("Sessions"), headings, lines


def _materials(row: Course) -> tuple[Any, list[Any], list[list[Any]]]:
    rows = row.materials.filter(retired_at=None).select_related("added_by")
    lines = [
        [linked("training-material", one.pk, one.title), f"{one.size / 2**20:.1f} MB", one.added_by.name, plain(one.added_at)]
        for one in rows
    ]  # fmt: skip
    return _("To read"), [_("Title"), _("Size"), _("Added by"), _("Time")], lines


def _steps(row: Course, actor: User) -> Iterator[Step]:
    from yigang.console.training.sessions import SessionForm

    why = may(actor, TEACH).why
    address = reverse("console:training-session-new", args=[row.pk])
    yield Step(_now("Plan a session"), address, "calendar", SessionForm(initial={"hours": row.hours}), why)
    if not may(actor, PLAN, row.region_code).why:
        yield Step(
            _now("Add something to read"),
            reverse("console:training-material-add", args=[row.pk]),
            "upload",
            MaterialForm(),
        )


@action(PLAN)
def add_material(request: HttpRequest, pk: int) -> HttpResponseBase:
    form = MaterialForm(request.POST, request.FILES)
    given = cleaned(form)
    file = given["file"]
    domain.add_material(course_of(pk), given["title"], file.read(), file.name, actor=actor_of(request))
    return redirect("console:training-course", pk)


@page(READ_TRAINING)
def material(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - a view's signature
    """A course's file, for whoever sees the course; to be saved, never shown as a page of ours."""
    row = found(Material.objects.filter(retired_at=None), pk=pk)
    with rls.everywhere("a course's material lies with the county and is read by its towns"):
        stored = Material.objects.select_related("file").get(pk=row.pk).file
    response = FileResponse(stored.content.open("rb"), as_attachment=True, filename=stored.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
