"""The new term's agreements: all numbered, the first of 白云镇 written and signed but for two, with portraits for the cards."""

from datetime import date

from yigang.demo import photos
from yigang.demo.accounts import FIRST_TOWN
from yigang.demo.bring import Staff, acting
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.people.domain import set_photo
from yigang.posts.models import Programme
from yigang.tenure import domain as tenure
from yigang.tenure.models import Appointment
from yigang.tenure.papers.agreements import file_signed_copy, make_agreement

WRITTEN, UNSIGNED = 8, 2
"""As many agreements are written, and of these wait for their signature."""


def make(programme: Programme, term: date, staff: Staff) -> None:
    """The county numbers in the order of the posts; the town writes, and puts in what was signed."""
    county, officer = staff[Role.COUNTY_MANAGER], staff.officers[regioncode.pad(FIRST_TOWN)]
    held = Appointment.objects.filter(programme=programme, starts=term).order_by("post__number")
    with acting(county):
        for one in held:
            tenure.prepare_agreement(one, actor=county)
    with acting(officer):
        here = list(held.filter(region_code__startswith=FIRST_TOWN).select_related("person")[:WRITTEN])
        for place, one in enumerate(here):
            name = one.person.name
            set_photo(one.person, photos.portrait(name), name=f"{name}.jpg", actor=officer)
            made = make_agreement(one, actor=officer)
            if place < len(here) - UNSIGNED:
                paper = photos.posted(made.number)
                file_signed_copy(made, paper, name=f"{made.number}签署件.jpg", on=term, actor=officer)
