"""How to apply: the conditions in the policy's own words, and a form for those whose telephone is on file."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.foundation import regioncode, sms
from yigang.foundation.errors import Refusal, Text
from yigang.notices.domain import as_visitor
from yigang.people.models import Person
from yigang.people.queries import by_identity
from yigang.policy.load import load_policy, policies_folder
from yigang.policy.problems import NoVersion, PolicyError
from yigang.policy.recruitment import TAKES_IN
from yigang.posts.models import Programme
from yigang.public import codes, gate
from yigang.public.forms import Asked
from yigang.public.models import PublicNotice
from yigang.public.pages import form, public_role, say, shown, status_of
from yigang.recruitment import domain
from yigang.recruitment.enums import RoundState, Source
from yigang.recruitment.models import Round
from yigang.recruitment.queries import open_step_of

DEMANDS = ("须", "应", "需", "必须")
MOBILE = r"1[3-9]\d{9}"


class PhoneForm(Asked):
    """First step: the telephone that is on file."""

    phone = forms.RegexField(
        f"^{MOBILE}$", label=_lazy("Your mobile number"), widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_lazy("The one that the village clerk has on file. A code is sent to it."),
    )  # fmt: skip


class YesNo(forms.TypedChoiceField):
    """A question that must be answered: a box left empty would say no for somebody who overlooked it."""

    def __init__(self, label: Text) -> None:
        choices = (("", "—"), ("yes", _lazy("Yes")), ("no", _lazy("No")))
        super().__init__(label=label, choices=choices, coerce=lambda value: value == "yes")


class ApplicationForm(forms.Form):
    """Second step: the code, who applies, and what the applicant declares."""

    code = forms.CharField(
        label=_lazy("Code from the message"), max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip
    identity = forms.CharField(
        label=_lazy("Your identity number"), max_length=18, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_lazy("It finds your file and is not shown to anybody."),
    )  # fmt: skip
    able_to_work = YesNo(_lazy("Are you able to work outdoors?"))
    public_payroll = YesNo(_lazy("Is somebody of your household on the public payroll?"))
    village_officer_kin = YesNo(_lazy("Are you kin of a village official?"))
    agreed = forms.BooleanField(label=_lazy("The office may use what is on file to check the conditions."))


@dataclass(frozen=True)
class Condition:
    """One clause: its name, what it asks, where that stands."""

    name: str
    sentence: str
    cites: str


@dataclass(frozen=True)
class Offer:
    """A programme that somebody can apply to: its conditions, and the round that takes applications now, if any."""

    name: str
    county: str
    conditions: list[Condition]
    round: Round | None


@form
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """The conditions; with a carrier for codes and a round that takes applications also the form, in two steps."""
    offer = _offer(pk)
    context: dict[str, Any] = {"offer": offer, "online": offer.round is not None and sms.sender() is not None}
    if not context["online"] or offer.round is None:
        return shown(request, "apply.html", context)
    if "code" in request.POST:
        return _second(request, offer, offer.round, context)
    return _first(request, offer, context)


def _first(request: HttpRequest, offer: Offer, context: dict[str, Any]) -> HttpResponse:
    asked = PhoneForm(request.POST or None)
    if request.method == "POST":
        try:
            gate.admit(request, gate.SEND_CODE)
            if asked.is_valid():
                phone = asked.cleaned_data["phone"]
                with as_visitor(offer.county):
                    known = Person.objects.filter(phone=phone).exists()
                sent = codes.send(phone, really=known)
                return shown(request, "apply.html", {**context, "form": ApplicationForm(), "sent": sent})
        except Refusal as refusal:
            say(asked, refusal)
        asked.ask_again()
    return shown(request, "apply.html", {**context, "form": asked}, status_of(asked))


def _second(request: HttpRequest, offer: Offer, one: Round, context: dict[str, Any]) -> HttpResponse:
    asked, sent = ApplicationForm(request.POST), request.POST.get("sent", "")
    if asked.is_valid():
        try:
            gate.count(request, gate.WRITE)
            _apply(offer, one, asked.cleaned_data, codes.phone_of(sent, asked.cleaned_data["code"]))
            done = [_("Your application is in. The village clerk can tell you how it goes on.")]
            return shown(request, "message.html", {"title": _("It has been taken"), "sentences": done}, 201)
        except Refusal as refusal:
            say(asked, refusal)
    return shown(request, "apply.html", {**context, "form": asked, "sent": sent}, status_of(asked))


def _apply(offer: Offer, one: Round, data: dict[str, Any], phone: str) -> None:
    """Take the application; a number that is not on file and a telephone that belongs to another sound the same."""
    declared = {name: data[name] for name in domain.applying.DECLARATIONS}
    with as_visitor(offer.county):
        person = by_identity(data["identity"])
        if person is None or person.phone != phone:
            raise Refusal(
                _("The identity number and this telephone do not belong together on file."), field="identity",
                remedy=_("Apply with the village clerk, who can correct the telephone."),
            )  # fmt: skip
        domain.apply(one, person, source=Source.PUBLIC, actor=None, declared=declared, phone=phone)


def _offer(pk: int) -> Offer:
    """The programme of a published notice, whose term may be over while applications are taken; others are not shown."""
    with public_role():
        notice = PublicNotice.objects.filter(programme_id=pk).first()
    if notice is None:
        raise Http404
    county = regioncode.pad(regioncode.county_of(notice.region_code))
    with as_visitor(county):
        programme = Programme.objects.filter(pk=pk).first()
        running = Round.objects.filter(programme_id=pk, state=RoundState.RUNNING).order_by("-pk")[:5]
        taking = next((one for one in running if (step := open_step_of(one)) and step.kind in TAKES_IN), None)
    if programme is None:
        raise Http404
    return Offer(programme.name, county, conditions_of(programme), taking)


def conditions_of(programme: Programme) -> list[Condition]:
    """What is required and which clause says so, from the policy in force today, or the last that was."""
    try:
        policy = load_policy(policies_folder() / f"{programme.policy_code}.yaml")
        day = min(timezone.localdate(), programme.ends or timezone.localdate())
        clauses = policy.version_on(day).eligibility
    except (PolicyError, NoVersion, OSError):
        return []
    return [Condition(str(each.name), asked_for(str(each.otherwise)), str(each.cites)) for each in clauses]


def asked_for(otherwise: str) -> str:
    """A clause says what holds for those it refuses: 须年满18周岁, or 同一户已有人在岗, which is said as what must not be."""
    return otherwise if otherwise.startswith(DEMANDS) else _("Not if: %(what)s") % {"what": otherwise}
