"""Insurance, gear, checks and leave with their validity; certificates of training."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.lists import (
    BelowFilter,
    Bulk,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    FlagFilter,
    List,
    Outcome,
    Total,
    bound,
    bulk_page,
    chosen,
    list_address,
    show,
)
from yigang.console.lists.spec import yuan
from yigang.console.pages import actor_of, form_page, page, sentence
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.tenure.people import IN_POST
from yigang.console.tenure.pieces import PersonField, person_link, tag
from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation import money
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure import domain, dues
from yigang.tenure.access import CERTIFY, PROVIDE, READ_TENURE
from yigang.tenure.enums import ProvisionKind
from yigang.tenure.models import Certificate, Provision


def validity(until: Any) -> tuple[str, str]:
    """Without end, valid, ending soon, over."""
    if until is None:
        return "", _now("Without end")
    left = (until - timezone.localdate()).days
    if left < 0:
        return "bad", _now("Over")
    return ("warn", _now("Ends in %(days)d days") % {"days": left}) if left <= dues.SOON else ("good", _now("Valid"))


def search(rows: Any, words: str) -> Any:
    people = people_queries.search(Person.objects.all(), words)
    return rows.filter(Q(person__in=people) | Q(item__contains=words) | Q(number__startswith=words))


def expiring() -> Q:
    """In the page's rows those of `dues.expiring`."""
    return Q(Exists(dues.expiring(timezone.localdate()).filter(pk=OuterRef("pk"))))


PROVISIONS = List(
    name="provisions",
    title=_("Insurance and gear"),
    unit=_("entries"),
    rows=lambda _reader: Provision.objects.select_related("person", "programme"),
    columns=(
        Column("name", _("Name"), lambda row: row.person.name, show=lambda row: person_link(row.person.name, row.person_id),
               sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort=("kind",)),
        Column("item", _("What it is"), lambda row: row.item, sort=("item",)),
        Column("number", _("Policy or serial number"), lambda row: row.number),
        Column("issued", _("Given on"), lambda row: row.issued_on, sort=("issued_on",), kind="date"),
        Column("until", _("Valid until"), lambda row: row.valid_until, sort=("valid_until",), kind="date"),
        Column("state", _("State"), lambda row: validity(row.valid_until)[1], show=lambda row: tag(*validity(row.valid_until))),
        Column("cost", _("Cost"), lambda row: row.cost_fen, sort=("cost_fen",), kind="money", unit=_("yuan")),
        Column("fund", _("Fund"), lambda row: row.fund),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
    ),
    order=("-issued_on", "-pk"),
    filters=(
        BelowFilter(), ChoiceFilter("kind", _("Kind"), "kind", ProvisionKind.choices),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("expiring", _("Runs out within 60 days"), expiring),
        DateFilter("from", _("From"), "issued_on__gte"), DateFilter("to", _("Up to"), "issued_on__lte"),
    ),
    search=search,
    search_hint=_("Name, pinyin, last four digits, item or number"),
    totals=(Total(_("Cost"), Sum("cost_fen"), yuan, _("yuan")),),
    prepare=regions.name_places,
    empty=Empty(_("Nothing was given out yet. Choose people in the list “In post”."), _("In post"), "console:tenure", PROVIDE),
)  # fmt: skip

CERTIFICATES = List(
    name="certificates",
    title=_("Certificates"),
    unit=_("certificates"),
    rows=lambda _reader: Certificate.objects.select_related("person", "programme"),
    columns=(
        Column("name", _("Name"), lambda row: row.person.name, show=lambda row: person_link(row.person.name, row.person_id),
               sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("subject", _("Subject"), lambda row: row.subject, sort=("subject",)),
        Column("programme", _("Programme"), lambda row: row.programme.name if row.programme else _now("all programmes")),
        Column("issuer", _("Issuing office"), lambda row: row.issuer),
        Column("issued", _("Issued on"), lambda row: row.issued_on, sort=("issued_on",), kind="date"),
        Column("until", _("Valid until"), lambda row: row.valid_until, sort=("valid_until",), kind="date"),
        Column("state", _("State"), lambda row: validity(row.valid_until)[1], show=lambda row: tag(*validity(row.valid_until))),
    ),
    order=("-issued_on", "-pk"),
    filters=(BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes)),
    search=lambda rows, words: rows.filter(
        Q(person__in=people_queries.search(Person.objects.all(), words)) | Q(subject__contains=words)
    ),
    search_hint=_("Name, pinyin, last four digits or subject"),
    prepare=regions.name_places,
    empty=Empty(_("No certificate is on file."), _("Record a certificate"), "console:tenure-certificate-add", CERTIFY),
)  # fmt: skip


class IssueForm(forms.Form):
    """What everybody chosen is given."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProvisionKind.choices)
    item = forms.CharField(label=_("What it is"), max_length=80)
    issued_on = forms.DateField(label=_("Given on"), widget=Day)
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=Day)
    cost = forms.CharField(label=_("Cost for each person (yuan)"), max_length=12, required=False)
    fund = forms.CharField(
        label=_("Fund"), max_length=80, required=False, help_text=_("Required when it costs something.")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean_cost(self) -> int:
        """The sum in fen."""
        try:
            return money.parse(self.cleaned_data["cost"]) if self.cleaned_data["cost"] else 0
        except Refusal as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal

    @property
    def issue(self) -> domain.Issue:
        data = self.cleaned_data
        return domain.Issue(
            ProvisionKind(data["kind"]), data["item"], data["issued_on"], data["valid_until"], data["cost"], data["fund"],
            data["note"],
        )  # fmt: skip


class CertificateForm(forms.Form):
    number = PersonField()
    subject = forms.CharField(label=_("Subject"), max_length=120)
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.none(), required=False, empty_label=_("all programmes")
    )
    issuer = forms.CharField(label=_("Issuing office"), max_length=120, required=False)
    issued_on = forms.DateField(label=_("Issued on"), widget=Day)
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.order_by("name")


@page(READ_TENURE)
def provisions(request: HttpRequest) -> HttpResponseBase:
    table = Offer(_("Take in a table"), "import-new", "upload", PROVIDE, query="kind=provision")
    context = frame(
        actor_of(request), "tenure-provisions", Offer(_("Give something out"), "tenure", "plus", PROVIDE), table
    )
    return show(request, PROVISIONS, template="console/tenure/list.html", context=context)


@page(READ_TENURE)
def certificates(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Record a certificate"), "tenure-certificate-add", "plus", CERTIFY)
    context = frame(actor_of(request), "tenure-certificates", offer)
    return show(request, CERTIFICATES, template="console/tenure/list.html", context=context)


MOST_AT_ONCE = 5_000
"""A county insures its people in one go."""


@require_POST
@page(PROVIDE)
def give_out(request: HttpRequest) -> HttpResponseBase:
    """The same thing for the people chosen in the list of who is in post, with what it costs together."""
    rows, form = chosen(request, IN_POST), bound(request, IssueForm, initial={"issued_on": timezone.localdate()})
    assert isinstance(form, IssueForm)

    def do(held: list[Any], _given: dict[str, Any], actor: User) -> list[Outcome]:
        seen = domain.outlook(held, form.issue)
        domain.give_out(held, form.issue, actor=actor)
        known = {one.pk for one in seen.known}
        return [
            Outcome(named(one), _now("has it from that day") if one.pk in known else "",
                    _now("stays") if one.pk in known else str(form.issue.item))
            for one in held
        ]  # fmt: skip

    def total(held: list[Any]) -> str:
        seen = domain.outlook(held, form.issue)
        return _now("%(new)d get it, %(known)d have it from that day; %(cost)s yuan together.") % {
            "new": len(seen.new), "known": len(seen.known), "cost": money.show(seen.cost_fen),
        }  # fmt: skip

    bulk = Bulk(
        title=_now("Give something out"), button=_now("Give it out"), done=_now("It is given out."), do=do, name=named,
        back_to=list_address(request, IN_POST, "console:tenure"), form=form, list_id=f"list-{IN_POST.name}", total=total,
        most=MOST_AT_ONCE,
    )  # fmt: skip
    return bulk_page(request, bulk, rows)


def named(held: Any) -> str:
    return f"{held.person.name} · {held.post}"


@page(CERTIFY)
def add_certificate(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        domain.record_certificate(data.pop("number"), data.pop("subject"), data.pop("issued_on"), **data, actor=actor)
        return reverse("console:tenure-certificates")

    form = CertificateForm(request.POST or None)
    back_to = reverse("console:tenure-certificates")
    return form_page(request, form, _now("Record a certificate"), save, back_to=back_to)
