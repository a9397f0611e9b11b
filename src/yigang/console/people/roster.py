"""The list of people."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import page
from yigang.people.access import READ_PEOPLE
from yigang.people.enums import PoorKind, Residence
from yigang.people.models import Person
from yigang.people.queries import search


def prepare(people: list[Person]) -> None:
    regions.name_places(people)


PEOPLE = List(
    name="people",
    title=_("People"),
    unit=_("people"),
    rows=lambda _reader: Person.objects.select_related("household"),
    columns=(
        Column("name", _("Name"), lambda person: person.name, sort=("pinyin",), always=True),
        Column("sex", _("Sex"), lambda person: person.get_sex_display()),
        Column("birth", _("Born on"), lambda person: person.birth, sort=("birth",)),
        Column("place", _("Place"), lambda person: person.place, sort=("region_code",)),
        Column("residence", _("Registration"), lambda person: person.get_residence_display(), shown=False),
    ),
    order=("pinyin",),
    filters=(
        BelowFilter(),
        ChoiceFilter("residence", _("Registration"), "residence", Residence.choices),
        ChoiceFilter("poor", _("Register of the poor"), "household__poor_kind", PoorKind.choices),
    ),
    search=search,
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=prepare,
    empty=Empty(_("Nobody is known here yet. Import a roster to begin.")),
)


@page(READ_PEOPLE)
def people(request: HttpRequest) -> HttpResponseBase:
    return show(request, PEOPLE)
