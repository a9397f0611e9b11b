"""The list of people, and how the search over everything finds them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.account.home import Hit, finder
from yigang.console.lists import (
    BelowFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    Empty,
    FlagFilter,
    List,
    chosen_state,
    export,
    show,
)  # fmt: skip
from yigang.console.pages import page
from yigang.console.regions import Reader
from yigang.foundation.access import may
from yigang.people import queries
from yigang.people.access import KEEP_PEOPLE, READ_PEOPLE
from yigang.people.enums import HardshipKind, PoorKind, Residence
from yigang.people.models import BankAccount, Person
from yigang.posts.models import Programme
from yigang.tenure.access import READ_TENURE
from yigang.tenure.models import Appointment

HITS = 10


def held_today(person: str = "person") -> Any:
    """Appointments in force today, beside a row whose person is named by `person`."""
    day = timezone.localdate()
    return Appointment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=day), **{person: OuterRef("pk")}, starts__lte=day
    )


def in_use() -> Any:
    """Accounts in use, beside a person."""
    return BankAccount.objects.filter(person=OuterRef("pk"), active=True)


def in_programme(rows: Any, programme: str) -> Any:
    return rows.filter(Exists(held_today().filter(programme=programme)))


HARDSHIP_STATES = (
    ("now", _("In force")), ("soon", _("Ends within 60 days")), ("over", _("Has ended")), ("none", _("None on file")),
)  # fmt: skip


def of_hardship(rows: Any, kind: str) -> Any:
    return rows.filter(queries.in_hardship(kind, timezone.localdate()))


def hardship_stands(rows: Any, state: str) -> Any:
    return rows.filter(queries.hardship_stands(state, timezone.localdate()))


def programmes(_reader: Reader) -> list[tuple[int, str]]:
    return list(Programme.objects.order_by("name").values_list("pk", "name"))


def prepare(people: list[Person]) -> None:
    """Place, appointment and account of each, in four queries for all."""
    day = timezone.localdate()
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)
    prefetch_related_objects(
        people,
        Prefetch("appointments", held.select_related("post", "programme"), to_attr="held"),
        Prefetch("accounts", BankAccount.objects.filter(active=True), to_attr="in_use"),
    )
    regions.name_places(people)


def post_of(person: Any) -> str:
    return person.held[0].post.kind if person.held else ""


def shown_post(person: Any) -> str:
    if not person.held:
        return format_html('<span class="muted">{}</span>', _now("no post"))
    return format_html("{} <small>{}</small>", person.held[0].post.kind, person.held[0].post.number)


def shown_poor_kind(person: Person) -> str:
    household = person.household
    return household.get_poor_kind_display() if household else ""


def masked_card(person: Any) -> str:
    return queries.masked_card(person.in_use[0]) if person.in_use else ""


PEOPLE = List(
    name="people",
    title=_("People"),
    unit=_("people"),
    rows=lambda _reader: Person.objects.select_related("household"),
    columns=(
        Column("name", _("Name"), lambda person: person.name, sort=("pinyin",), always=True),
        Column("sex", _("Sex"), lambda person: person.get_sex_display()),
        Column("birth", _("Born on"), lambda person: person.birth, sort=("birth",), kind="date"),
        Column("identity", _("Identity number"), queries.masked_identity),
        Column("place", _("Village"), lambda person: person.place, sort=("region_code",)),
        Column("post", _("Post"), post_of, show=shown_post),
        Column("programme", _("Programme"), lambda person: str(person.held[0].programme) if person.held else ""),
        Column("poor", _("Register of the poor"), shown_poor_kind),
        Column("residence", _("Registration"), lambda person: person.get_residence_display(), shown=False),
        Column("bank", _("Bank"), lambda person: person.in_use[0].bank if person.in_use else "", shown=False),
        Column("card", _("Card"), masked_card, shown=False),
        Column("died", _("Died on"), lambda person: person.died_on, sort=("died_on",), kind="date", shown=False),
        Column("remarks", _("Remarks"), lambda person: person.remarks, shown=False),
    ),
    order=("pinyin",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), in_programme, programmes),
        FlagFilter("post", _("Has a post"), lambda: Q(Exists(held_today()))),
        FlagFilter("account", _("Has a bank account"), lambda: Q(Exists(in_use()))),
        ChoiceFilter("residence", _("Registration"), "residence", Residence.choices),
        ChoiceFilter("poor", _("Register of the poor"), "household__poor_kind", PoorKind.choices),
        ChoiceFilter("hardship", _("Hardship category"), of_hardship, HardshipKind.choices),
        ChoiceFilter("hardship-state", _("State of the category"), hardship_stands, HARDSHIP_STATES),
    ),
    search=queries.search,
    search_hint=_("Name, pinyin initials or last four digits"),
    link=lambda person: reverse("console:person", args=[person.pk]),
    prepare=prepare,
    actions=(
        BulkAction(_("These as xlsx"), "console:people-chosen", READ_PEOPLE, "download"),
        BulkAction(_("Profile cards"), "console:paper-cards", READ_TENURE, "id"),
    ),
    empty=Empty(
        _("Nobody is known here yet. Import a roster, or add a person."),
        _("Add a person"),
        "console:person-add",
        KEEP_PEOPLE,
    ),
)


@page(READ_PEOPLE)
def people(request: HttpRequest) -> HttpResponseBase:
    may_add = may(regions.reader(request).user, KEEP_PEOPLE)
    return show(request, PEOPLE, template="console/people/list.html", context={"may_add": may_add})


@require_POST
@page(READ_PEOPLE)
def chosen_people(request: HttpRequest) -> HttpResponseBase:
    """The chosen people as a workbook, with the columns that are seen. It changes nothing, so nothing is asked."""
    return export.answer(request, chosen_state(request, PEOPLE))


@finder
def find_people(reader: Reader, words: str) -> Iterable[Hit]:
    if not may(reader.user, READ_PEOPLE):
        return
    found = list(
        queries.search(Person.objects.filter(regions.inside(reader.prefix)), words).order_by("pinyin", "pk")[:HITS]
    )
    regions.name_places(found)
    for person in found:
        text = f"{person.place} {queries.masked_identity(person)}"  # type: ignore[attr-defined] # `name_places` gives it
        yield Hit(_now("Person"), person.name, text, reverse("console:person", args=[person.pk]))
