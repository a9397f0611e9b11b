"""One ranger who has been there for a year signs in on the phone with the demo's password; two neighbours hold codes."""

from dataclasses import dataclass

from django.db.models import Count

from yigang.demo.accounts import FIRST_VILLAGE, PASSWORD
from yigang.demo.bring import acting
from yigang.duty.domain import logins
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts.models import Programme

NEIGHBOURS = 2


@dataclass(frozen=True)
class PhoneAccount:
    """Who can try the phone app, with what."""

    name: str
    phone: str
    password: str = PASSWORD

    @property
    def role_label(self) -> str:
        return str(Role.POST_HOLDER.label)


def give_phones(programme: Programme) -> None:
    """The ranger sets a password, as on the phone; the clerk gives the neighbours codes, which nobody has used yet."""
    clerk = _clerk()
    if clerk is None:
        return
    with acting(clerk):
        rangers = _rangers(programme)[: NEIGHBOURS + 1]
        for person in rangers[:1]:
            logins.set_password(person.pk, PASSWORD)
        for person in rangers[1:]:
            logins.issue_code(person, days=logins.GOOD_DAYS[1], actor=clerk)


def _clerk() -> User | None:
    return User.objects.filter(role=Role.VILLAGE_CLERK, scopes__prefix=FIRST_VILLAGE).first()


def _rangers(programme: Programme) -> list[Person]:
    """Holders of the first village with a number of their own, those with most months paid first."""
    shared = Person.objects.exclude(phone="").order_by().values("phone").annotate(count=Count("pk")).filter(count__gt=1)
    rows = Person.objects.filter(
        logins.holders(), region_code=FIRST_VILLAGE, appointments__programme=programme, appointments__ends=None
    ).exclude(phone="").exclude(phone__in=shared.values("phone"))  # fmt: skip
    return list(rows.annotate(months=Count("lines")).order_by("-months", "pk"))


def listed() -> list[PhoneAccount]:
    """The account to print, once it is there."""
    with rls.everywhere("the demo's account is printed on the machine that runs it"):
        rows = (
            Person.objects.filter(region_code=FIRST_VILLAGE)
            .exclude(phone_access=None)
            .exclude(phone_access__password="")
        )
        return [PhoneAccount(person.name, person.phone) for person in rows[:1]]
