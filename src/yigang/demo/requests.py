"""What villages, stations and towns ask for in spring 2020: approved, refused, waiting, and the quota it all comes from."""

from dataclasses import dataclass

from yigang.demo.accounts import FIRST_TOWN, FIRST_VILLAGE
from yigang.demo.bring import Staff, acting
from yigang.demo.money import BUDGET_FEN, FUND
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.posts import domain as posts
from yigang.posts.domain import QuotaRecord, RequestRecord, StationRecord
from yigang.posts.enums import Asker
from yigang.posts.models import Post, PostKind, PostRequest, Programme

TARGET = 240
FIRE_SEASON = (1, 2, 3, 4, 11, 12)
HOURS = 8 * 60


@dataclass(frozen=True)
class Asked:
    """The posts that came of it: one place for the village's stretch of forest, two for the look-out."""

    by_village: Post
    by_station: Post


def ask(programme: Programme, staff: Staff) -> Asked:
    """Quota, a station, and six requests at every point of their way."""
    county, clerk, station = staff[Role.COUNTY_MANAGER], staff.clerk, staff.station
    assert clerk
    assert station
    with acting(county):
        quota = posts.save_quota(
            programme, QuotaRecord(programme.region_code, 2020, FUND, TARGET, BUDGET_FEN), actor=county
        )  # fmt: skip
    officer = staff.officers[regioncode.pad(FIRST_TOWN)]
    with acting(officer):
        posts.save_station(_STATION, actor=officer)
    forest = _checked(programme, _forest("平元村北山林区", 1, "北山林区新退耕还林八百亩，无人巡护"), clerk, officer)
    tower = _checked(programme, _tower(), station, officer)
    beyond = _checked(programme, _forest("平元村各组", 12, "每个村民小组都需要一名护林员"), clerk, officer)
    _checked(programme, _forest("平元村水库林带", 1, "水库周边林带需要巡护"), clerk, officer)
    with acting(clerk):
        posts.submit_request(
            posts.save_request(programme, _forest("平元村古树群", 1, "古树需要看护"), actor=clerk), actor=clerk
        )
    with acting(station):
        posts.save_request(programme, _forest("白云镇苗圃", 2, "苗圃补植看护，面积待核"), actor=station)
    with acting(county):
        posts.refuse_request(beyond, reason="超出全区240个名额，请按林地面积重新测算", actor=county)
        (by_village,) = posts.approve_request(forest, quota, text="同意，从2020年度名额中列支", actor=county)
        (by_station,) = posts.approve_request(tower, quota, text="同意，仅防火期设岗", actor=county)
    return Asked(by_village, by_station)


_STATION = StationRecord(
    regioncode.pad(FIRST_TOWN), "白云镇护林驿站", "白云镇平元村村委会旁", "106.3012", "26.3307", hours="08:00–18:00"
)


def _checked(programme: Programme, record: RequestRecord, author: User, officer: User) -> PostRequest:
    with acting(author):
        request = posts.submit_request(posts.save_request(programme, record, actor=author), actor=author)
    with acting(officer):
        return posts.check_request(request, text="实地看过，确有需要", actor=officer)


def _forest(place: str, head_count: int, reason: str) -> RequestRecord:
    return RequestRecord(
        regioncode.pad(FIRST_VILLAGE), Asker.VILLAGE, "平元村村委会", PostKind.objects.get(code="forest-guard"),
        ("日常巡护", "森林防火"), place, head_count, HOURS, reason, 2020, longitude="106.2951", latitude="26.3384",
    )  # fmt: skip


def _tower() -> RequestRecord:
    return RequestRecord(
        regioncode.pad(FIRST_VILLAGE), Asker.STATION, "白云镇林业站", PostKind.objects.get(code="forest-guard"),
        ("防火瞭望", "火情报告"), "平元村瞭望塔", 2, HOURS, "防火期瞭望塔需要两人轮班", 2020, months=FIRE_SEASON,
        abilities=("会用望远镜和电台",), longitude="106.2878", latitude="26.3421",
    )  # fmt: skip
