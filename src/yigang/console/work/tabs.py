"""The pages of work done, and pieces that several of them share."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.regions import Reader
from yigang.console.tenure.tabs import Offer
from yigang.console.tenure.tabs import frame as framed
from yigang.foundation.models import User
from yigang.people.models import Person

TABS = (
    ("work", _("Logs")),
    ("work-missing", _("Days without a log")),
    ("work-pairings", _("Helpers and households")),
    ("work-visits", _("Visits")),
    ("work-incidents", _("Incidents")),
    ("work-results", _("Work results")),
    ("work-sums", _("Sums of results")),
)
MOST_PEOPLE = 2000


def frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, *offers, tabs=TABS, name=_("Work and results"))


def by_person(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Search by whose it is."""
    return rows.filter(Q(person__name__contains=words) | Q(person__initials__startswith=words))


def offer_people(form: forms.Form, name: str, reader: Reader) -> None:
    """Whoever holds or held a post in the region looked at; of very many the first, which is why one of them may be asked
    for by `?person=`.
    """
    held = Person.objects.filter(regions.inside(reader.prefix, "appointments__region_code")).distinct()
    chosen = str(form.data.get(name) or form.initial.get(name) or "")
    shown = held.filter(pk=int(chosen)) if chosen.isdigit() else held.order_by("pinyin", "pk")[:MOST_PEOPLE]
    offer_rows(form, name, shown)


class PersonForm(forms.Form):
    """A form about somebody who holds or held a post in the region looked at."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, "person", reader)


def entered_by(row: Any) -> str:
    """Who brought it in."""
    return row.entered_by.name if row.entered_by else _now("the person, by phone")


def place_words(row: Any) -> str:
    """Degrees, as far as they are known."""
    return f"{row.latitude:.5f}, {row.longitude:.5f}" if row.latitude is not None else ""
