"""What the page of a person shows of tenure."""

from dataclasses import dataclass

from yigang.people.models import Person
from yigang.tenure.models import Certificate, Exit, Provision, TeamMember

SHOWN = 6


@dataclass(frozen=True)
class PersonTenure:
    """The latest few of each kind; four queries."""

    exits: list[Exit]
    teams: list[TeamMember]
    certificates: list[Certificate]
    provisions: list[Provision]

    @property
    def any(self) -> bool:
        return bool(self.exits or self.teams or self.certificates or self.provisions)


def tenure_of(person: Person) -> PersonTenure:
    """Exits, teams, certificates and provisions of one person."""
    return PersonTenure(
        list(Exit.objects.filter(appointment__person=person).order_by("-on")[:SHOWN]),
        list(TeamMember.objects.filter(person=person).select_related("team").order_by("-starts")[:SHOWN]),
        list(person.certificates.all()[:SHOWN]),
        list(person.provisions.all()[:SHOWN]),
    )
