"""July's matching: posts for two in every town, people of the register proposed for them, the towns' first decisions."""

from datetime import date, timedelta

from yigang.demo.bring import Staff, acting
from yigang.demo.requests import HOURS
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.posts import domain as posts
from yigang.posts.domain import RequestRecord
from yigang.posts.enums import Asker
from yigang.posts.models import Post, PostKind, Programme, Quota
from yigang.recruitment import domain
from yigang.recruitment.models import MatchProposal, Round

ON = date(2020, 7, 20)
PLACES = 2
"""Sought in every town."""
REFUSED = "入户了解，本人近期要外出务工"


def match(programme: Programme, staff: Staff) -> Round:
    """The bureau asks for posts in the first village of every town; a round for them is matched while it takes people in."""
    county, deputy = staff[Role.COUNTY_MANAGER], staff.deputy
    quota = Quota.objects.get(programme=programme)
    sought: dict[Post, int] = {}
    for town, officer in sorted(staff.officers.items()):
        village = Region.objects.filter(code__startswith=town[:9], level=5).order_by("code")[0]
        with acting(county):
            asked = posts.submit_request(
                posts.save_request(programme, _guard(village), actor=county), actor=county
            )  # fmt: skip
        with acting(officer):
            posts.check_request(asked, text="村内确有需要", actor=officer)
        with acting(deputy):
            (made,) = posts.approve_request(asked, quota, actor=deputy)
        sought[made] = PLACES
    with acting(county):
        one = domain.open_round(programme, "2020-2", "2020年7月农村公益性岗位人岗匹配", sought, actor=county, on=ON)
        domain.open_step(one, actor=county, on=ON)
        proposals = list(domain.match_round(one, actor=county, on=ON).proposals.select_related("post").order_by("pk"))
    _decide(proposals, staff)
    return one


def _guard(village: Region) -> RequestRecord:
    return RequestRecord(
        village.code, Asker.DEPARTMENT, "区人力资源和社会保障局", PostKind.objects.get(code="cleaner"),
        ("村巷道路保洁", "公共区域保洁"), f"{village.name}各组", PLACES, HOURS // 2,
        "每个乡镇先设两个保洁岗，安置登记的劳动力", 2020,
    )  # fmt: skip


def _decide(proposals: list[MatchProposal], staff: Staff) -> None:
    """Of every three proposals the town accepts one, gives one back, and leaves one to whoever tries.

    For a post of another town the county decides: no town sees the other's posts.
    """
    for place, proposal in enumerate(proposals):
        here = proposal.region_code[:9] == proposal.post.region_code[:9]
        officer = staff.officer_of(proposal.region_code) if here else staff[Role.COUNTY_MANAGER]
        with acting(officer):
            if place % 3 == 0:
                domain.accept_proposal(proposal, actor=officer, on=ON + timedelta(days=1))
            elif place % 3 == 1:
                domain.reject_proposal(proposal, REFUSED, actor=officer)
