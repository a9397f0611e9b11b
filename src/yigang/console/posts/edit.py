"""Setting up programmes and posts, giving and ending appointments. Each page is one form and one verb."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.fields import offer
from yigang.console.pages import actor_of, form_page, found, page
from yigang.console.people.forms import Day, VillageForm
from yigang.console.policies import language
from yigang.foundation import regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.policy import load_policies
from yigang.policy.problems import PolicyError
from yigang.posts import domain
from yigang.posts.access import BUILD_POSTS, BUILD_PROGRAMMES
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Post, Programme
from yigang.tenure import domain as tenure
from yigang.tenure.access import EMPLOY, RELEASE
from yigang.tenure.enums import CHOSEN, REASONS, ExitKind, ExitReason, TrainingBasis
from yigang.tenure.models import Appointment


class ProgrammeForm(forms.Form):
    """A run of posts under a policy."""

    name = forms.CharField(label=_lazy("Name of the programme"), max_length=120)
    code = forms.SlugField(
        label=_lazy("Code"), max_length=60, help_text=_lazy("Letters, digits and hyphens, such as pingba-2026.")
    )
    kind = forms.ChoiceField(label=_lazy("Kind"), choices=ProgrammeKind.choices)
    policy_code = forms.ChoiceField(label=_lazy("Policy"))
    starts = forms.DateField(label=_lazy("Starts"), widget=Day)
    ends = forms.DateField(label=_lazy("Ends"), required=False, widget=Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "policy_code", policies())


def policies() -> list[tuple[str, str]]:
    """Policies that can be used; a faulty folder offers none, and `yigang policy check` says why."""
    try:
        return [(code, policy.title.to(language())) for code, policy in load_policies().items()]
    except PolicyError:
        return []


class PostForm(VillageForm):
    """A post in a village."""

    programme = forms.ModelChoiceField(label=_lazy("Programme"), queryset=Programme.objects.none())
    number = forms.CharField(label=_lazy("Post number"), max_length=40)
    kind = forms.CharField(label=_lazy("Post kind"), max_length=40)
    duties = forms.CharField(
        label=_lazy("Duties"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_lazy("One a line.")
    )
    head_count = forms.IntegerField(label=_lazy("Places"), min_value=1, max_value=999, initial=1)
    field_order = ["programme", "region_code", "number", "kind", "duties", "head_count"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.order_by("name")


class HeadCountForm(forms.Form):
    head_count = forms.IntegerField(label=_lazy("Places"), min_value=1, max_value=999)


class AppointForm(forms.Form):
    """Who takes up the post, and on what terms."""

    number = forms.CharField(label=_lazy("Identity number of the person"), max_length=20)
    starts = forms.DateField(label=_lazy("First day"), widget=Day)
    ends = forms.DateField(label=_lazy("Last day"), required=False, widget=Day)
    agreement_number = forms.CharField(label=_lazy("Agreement number"), max_length=60, required=False)
    training = forms.ChoiceField(
        label=_lazy("Training before the start"), required=False, initial=TrainingBasis.CERTIFICATE,
        choices=[(one, one.label) for one in (TrainingBasis.CERTIFICATE, TrainingBasis.TAKEN_OVER)],
    )  # fmt: skip

    def clean_number(self) -> Person:
        """The person of that number."""
        try:
            person = people_queries.by_identity(self.cleaned_data["number"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if person is None:
            raise forms.ValidationError(
                _("Nobody with this number is registered in your region. Add the person first.")
            )
        return person


CHOSEN_REASONS = {reason for kind in CHOSEN for reason in REASONS[kind]}


class EndForm(forms.Form):
    """How an appointment ends."""

    kind = forms.ChoiceField(
        label=_lazy("Kind of exit"), choices=[(kind, kind.label) for kind in CHOSEN],
        help_text=_lazy(
            "A natural exit is done at once, the others are confirmed by the county. A death is recorded with the person."
        ),
    )  # fmt: skip
    cause = forms.ChoiceField(
        label=_lazy("Cause"), choices=[(one, one.label) for one in ExitReason if one in CHOSEN_REASONS]
    )
    on = forms.DateField(label=_lazy("Last day"), widget=Day)
    last_pay_day = forms.DateField(
        label=_lazy("Paid up to"), required=False, widget=Day, help_text=_lazy("Empty: the last day.")
    )
    reason = forms.CharField(label=_lazy("Reason"), max_length=200)
    clause = forms.CharField(
        label=_lazy("Clause"),
        max_length=200,
        required=False,
        help_text=_lazy("Required for everything but a natural exit."),
    )


def address_of(post: Post) -> str:
    return reverse("console:post", args=[post.pk])


@page(BUILD_PROGRAMMES)
def add_programme(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request))

    def save(data: dict[str, Any], actor: User) -> str:
        kind = ProgrammeKind(data.pop("kind"))
        made = domain.create_programme(data.pop("code"), kind=kind, region_code=region, **data, actor=actor)
        return reverse("console:programme", args=[made.pk])

    form, back_to = ProgrammeForm(request.POST or None), reverse("console:programmes")
    return form_page(request, form, _("Set up a programme"), save, back_to=back_to)


@page(BUILD_POSTS)
def add_post(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        duties = [line.strip() for line in data["duties"].splitlines() if line.strip()]
        record = domain.PostRecord(data["region_code"], data["number"], data["kind"], duties, data["head_count"])
        return address_of(domain.save_post(data["programme"], record, actor=actor))

    form = PostForm(regions.reader(request), request.POST or None)
    return form_page(request, form, _("Add a post"), save, back_to=reverse("console:posts"))


@page(BUILD_POSTS)
def head_count(request: HttpRequest, pk: int) -> HttpResponseBase:
    post = found(Post.objects.all(), pk=pk)
    require(actor_of(request), BUILD_POSTS, post.region_code)

    def save(data: dict[str, Any], actor: User) -> str:
        return address_of(domain.change_head_count(post, data["head_count"], actor=actor))

    form = HeadCountForm(request.POST or None, initial={"head_count": post.head_count})
    return form_page(request, form, _("Places of %(post)s") % {"post": post}, save, back_to=address_of(post))


@page(EMPLOY)
def appoint(request: HttpRequest, pk: int) -> HttpResponseBase:
    post = found(Post.objects.select_related("programme"), pk=pk)
    require(actor_of(request), EMPLOY, post.region_code)

    def save(data: dict[str, Any], actor: User) -> str:
        training = TrainingBasis(data["training"] or TrainingBasis.CERTIFICATE)
        terms = tenure.Terms(data["starts"], data["ends"], data["agreement_number"], training=training)
        tenure.appoint(data["number"], post, terms, actor=actor)
        return address_of(post)

    form = AppointForm(request.POST or None, initial={"starts": timezone.localdate()})
    title = _("Appoint somebody to %(post)s") % {"post": post}
    return form_page(request, form, title, save, back_to=address_of(post))


@page(RELEASE)
def end(request: HttpRequest, pk: int) -> HttpResponseBase:
    appointment = found(Appointment.objects.select_related("person", "post"), pk=pk)
    require(actor_of(request), RELEASE, appointment.region_code)

    def save(data: dict[str, Any], actor: User) -> str:
        leaving = tenure.Leaving(
            ExitKind(data["kind"]),
            ExitReason(data["cause"]),
            data["on"],
            data["reason"],
            data["last_pay_day"],
            data["clause"],
        )
        row = tenure.leave(appointment, leaving, actor=actor)
        return reverse("console:tenure-exit", args=[row.pk])

    title = _("%(name)s leaves %(post)s") % {"name": appointment.person, "post": appointment.post}
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    return form_page(request, form, title, save, back_to=address_of(appointment.post))
