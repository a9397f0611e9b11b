"""Teams in villages with their members, and the units that send them."""

from typing import Any

from django import forms
from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day, VillageForm
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import DayForm, PersonField, ReasonForm, Step, cleaned, tag
from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure import domain, dues
from yigang.tenure.access import KEEP_TEAMS, READ_TENURE
from yigang.tenure.models import Appointment, SendingUnit, Team, TeamMember


def rows(_reader: Any) -> Any:
    """Teams with the number of members today."""
    day = timezone.localdate()
    now = Q(members__starts__lte=day) & (Q(members__ends=None) | Q(members__ends__gte=day))
    return Team.objects.select_related("programme", "unit").annotate(count=Count("members", filter=now))


def with_leaders(found_rows: list[Any]) -> None:
    """Leader and the number the policy asks for; two queries for a page."""
    day = timezone.localdate()
    leaders = TeamMember.objects.filter(
        Q(ends=None) | Q(ends__gte=day), team__in=found_rows, leader=True, starts__lte=day
    ).select_related("person")
    names = {one.team_id: one.person.name for one in leaders}
    for row in found_rows:
        row.leader = names.get(row.pk, "")
        row.least = domain.members_wanted(row.programme, row.starts)
    regions.name_places(found_rows)


def state(row: Any) -> tuple[str, str]:
    if row.ends is not None and row.ends < timezone.localdate():
        return "", _now("Withdrawn")
    if row.count < row.least:
        return "bad", _now("%(count)d of %(least)d members") % {"count": row.count, "least": row.least}
    return ("good", _now("Complete")) if row.leader else ("warn", _now("Without leader"))


TEAMS = List(
    name="teams",
    title=_("Teams"),
    unit=_("teams"),
    rows=rows,
    columns=(
        Column("name", _("Name"), lambda row: row.name, sort=("name",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("unit", _("Sending unit"), lambda row: row.unit.name, sort=("unit__name",)),
        Column("leader", _("Leader"), lambda row: row.leader),
        Column("count", _("Members"), lambda row: row.count, kind="integer"),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("starts", _("First day"), lambda row: row.starts, sort=("starts",), kind="date"),
        Column("ends", _("Last day"), lambda row: row.ends, kind="date"),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("region_code", "name"),
    filters=(
        BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("here", _("In the village today"), lambda: Q(ends=None) | Q(ends__gte=timezone.localdate())),
        FlagFilter("few", _("Fewer than three members"), lambda: Q(count__lt=3)),
    ),
    search=lambda found_rows, words: found_rows.filter(Q(name__contains=words) | Q(unit__name__contains=words)),
    search_hint=_("Team or sending unit"),
    prepare=with_leaders,
    link=lambda row: reverse("console:tenure-team", args=[row.pk]),
    empty=Empty(_("No team is in a village here."), _("Form a team"), "console:tenure-team-form", KEEP_TEAMS),
)  # fmt: skip

UNITS = List(
    name="sending-units",
    title=_("Sending units"),
    unit=_("units"),
    rows=lambda _reader: SendingUnit.objects.annotate(count=Count("teams", filter=Q(teams__ends=None))),
    columns=(
        Column("name", _("Name"), lambda row: row.name, sort=("name",), always=True),
        Column("kind", _("Kind"), lambda row: row.kind, sort=("kind",)),
        Column("contact", _("Contact"), lambda row: row.contact),
        Column("place", _("Region"), lambda row: row.place),
        Column("teams", _("Teams"), lambda row: row.count, kind="integer"),
    ),
    order=("name",),
    region_field="",
    search=lambda found_rows, words: found_rows.filter(name__contains=words),
    search_hint=_("Name"),
    prepare=regions.name_places,
    empty=Empty(_("No sending unit is known."), _("Add a unit"), "console:tenure-unit-add", KEEP_TEAMS),
)


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.CharField(label=_("Kind"), max_length=40, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=60, required=False)


class TeamForm(VillageForm):
    """A team with its members by identity number, the leader in the first line."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    name = forms.CharField(label=_("Name"), max_length=120)
    unit = forms.ModelChoiceField(label=_("Sending unit"), queryset=SendingUnit.objects.none())
    starts = forms.DateField(label=_("First day"), widget=Day)
    members = forms.CharField(
        label=_("Members"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Identity numbers, one a line; the leader first."),
    )  # fmt: skip
    field_order = ["programme", "region_code", "name", "unit", "starts", "members"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in (
            ("programme", Programme.objects.order_by("name")), ("unit", SendingUnit.objects.order_by("name")),
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset

    def clean_members(self) -> list[Person]:
        """People by their numbers, in the order of the lines."""
        field, people = PersonField(), []
        for number, line in enumerate(filter(None, map(str.strip, self.cleaned_data["members"].splitlines())), start=1):
            try:
                people.append(field.clean(line))
            except forms.ValidationError as error:
                raise forms.ValidationError(_("Line %(line)d: %(what)s"), params={
                    "line": number, "what": " ".join(error.messages)}) from error  # fmt: skip
        return people


class MemberForm(forms.Form):
    number = PersonField()
    leader = forms.BooleanField(label=_("Leads the team"), required=False)
    on = forms.DateField(label=_("First day"), widget=Day)


class EndForm(ReasonForm):
    on = forms.DateField(label=_("Last day"), widget=Day)


@page(READ_TENURE)
def teams(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "tenure-teams", Offer(_("Form a team"), "tenure-team-form", "plus", KEEP_TEAMS))
    return show(request, TEAMS, template="console/tenure/list.html", context=context)


@page(READ_TENURE)
def units(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "tenure-units", Offer(_("Add a unit"), "tenure-unit-add", "plus", KEEP_TEAMS))
    return show(request, UNITS, template="console/tenure/list.html", context=context)


@page(KEEP_TEAMS)
def add_unit(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        domain.save_unit(region, **data, actor=actor)
        return reverse("console:tenure-units")

    return form_page(
        request, UnitForm(request.POST or None), _now("Add a unit"), save, back_to=reverse("console:tenure-units")
    )


@page(KEEP_TEAMS)
def form_team(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        members = [
            domain.Muster(_held(data["programme"], person, data["starts"]), leader=number == 0)
            for number, person in enumerate(data["members"])
        ]
        made = domain.form_team(
            data["programme"],
            data["region_code"],
            data["name"],
            data["unit"],
            members,
            starts=data["starts"],
            actor=actor,
        )
        return reverse("console:tenure-team", args=[made.pk])

    form = TeamForm(regions.reader(request), request.POST or None)
    return form_page(request, form, _now("Form a team"), save, back_to=reverse("console:tenure-teams"))


def _held(programme: Programme, person: Person, day: Any) -> Appointment:
    held = dues.in_post(day).filter(programme=programme, person=person).select_related("person").first()
    if held is None:
        raise Refusal(
            _("%(name)s holds no post of this programme on %(day)s."), {"name": person.name, "day": day},
            code="not_in_post", field="members",
        )  # fmt: skip
    return held


@page(READ_TENURE)
def team(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(rows(None), pk=pk)
    with_leaders([row])
    members = list(row.members.select_related("person", "appointment__post").order_by(
        F("ends").desc(nulls_first=True), "-leader", "starts"))  # fmt: skip
    facts = [
        (_("Village"), row.place), (_("Sending unit"), row.unit), (_("Programme"), row.programme), (_("Leader"), row.leader),
        (_("First day"), row.starts), (_("Last day"), row.ends), (_("Ended because"), row.ended_why),
    ]  # fmt: skip
    table = (
        _("Members"), (_("Name"), _("Leader"), _("Post"), _("First day"), _("Last day")),
        [(one.person.name, _now("Yes") if one.leader else "", one.appointment.post.number, one.starts, one.ends)
         for one in members],
    )  # fmt: skip
    context = {
        "title": row.name, "state": state(row), "facts": facts, "tables": [table], "steps": _steps(request, row, members),
        "back_to": reverse("console:tenure-teams"), "back_label": _("Teams"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _steps(request: HttpRequest, row: Any, members: list[TeamMember]) -> list[Step]:
    why = may(actor_of(request), KEEP_TEAMS, row.region_code).why

    def address(name: str, *keys: int) -> str:
        return reverse(f"console:tenure-team-{name}", args=[row.pk, *keys])

    today = timezone.localdate()
    here = [one for one in members if one.ends is None or one.ends > today]
    if row.ends is not None and row.ends <= today:
        return []
    return [
        Step(_now("Add a member"), address("join"), "user-plus", MemberForm(initial={"on": today}), why),
        *(
            Step(
                _now("%(name)s leaves the team") % {"name": one.person.name},
                address("leave", one.pk),
                "x",
                DayForm(),
                why,
            )
            for one in here
        ),
        Step(_now("Withdraw the team"), address("end"), "lock", EndForm(initial={"on": today}), why, danger=True),
    ]


@action(KEEP_TEAMS)
def join(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, data = found(Team.objects.select_related("programme"), pk=pk), cleaned(MemberForm(request.POST))
    held = _held(row.programme, data["number"], data["on"])
    domain.join_team(row, domain.Muster(held, data["leader"]), on=data["on"], actor=actor_of(request))
    return redirect("console:tenure-team", pk)


@action(KEEP_TEAMS)
def leave(request: HttpRequest, pk: int, member: int) -> HttpResponseBase:
    row = found(TeamMember.objects.filter(team=pk), pk=member)
    domain.leave_team(row, on=cleaned(DayForm(request.POST))["on"], actor=actor_of(request))
    return redirect("console:tenure-team", pk)


@action(KEEP_TEAMS)
def end(request: HttpRequest, pk: int) -> HttpResponseBase:
    data = cleaned(EndForm(request.POST))
    domain.end_team(found(Team.objects.all(), pk=pk), on=data["on"], reason=data["reason"], actor=actor_of(request))
    return redirect("console:tenure-team", pk)
