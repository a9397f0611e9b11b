"""Every file that pages take: looked at by its content, drawn anew or refused, never kept as it came."""

import importlib
import inspect
import io
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from tests.console.conftest import make_person, make_post, make_programme
from tests.foundation.factories import picture
from tests.notices.factories import make_draft, make_published
from tests.payment.assets.conftest import build as asset_village
from tests.posts.factories import make_programme as other_programme
from tests.recruitment.world import VILLAGE, make_world

import yigang.console
import yigang.public
from yigang.duty import domain as duty
from yigang.duty.enums import LeaveKind
from yigang.duty.models import Leave
from yigang.foundation.enums import Role
from yigang.foundation.models import StoredFile, User
from yigang.oversight import domain as oversight
from yigang.oversight.models import Rectification
from yigang.people import idcard
from yigang.people.models import Hardship
from yigang.posts.models import Programme
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Leaving, LetterText, Terms
from yigang.tenure.enums import ExitKind, ExitReason, TrainingBasis
from yigang.tenure.papers import agreements
from yigang.training import domain as training
from yigang.training.drawing import Row
from yigang.training.enums import QuestionKind, SessionKind, Subject
from yigang.training.models import Course, RemedialTask

JULY = date(2020, 7, 1)
PICTURES = {
    "leave.requests.AskForm.document",
    "duty.forms.LeaveForm.document", "duty.forms.NewLeaveForm.document", "duty.forms.CorrectLeaveForm.document",
    "notices.forms.AttachmentForm.file", "notices.forms.PhotoForm.photo", "papers.agreements.SignedForm.file",
    "papers.idcard.PhotoForm.photo", "people.forms.PortraitForm.photo", "people.forms.DeathForm.document",
    "people.forms.HolderDeathForm.document", "people.hardships.RenewForm.paper", "recruitment.forms.AttachForm.file",
    "recruitment.forms.MeetingForm.photo", "oversight.points.DoneForm.file", "training.remedial.ProofForm.file",
    "training.sessions.ListForm.file", "training.results.ScoreForm.file", "tenure.exits.DocumentForm.file",
    "tenure.letters.SignForm.file", "meetings.forms.MinutesForm.file", "meetings.forms.CorrectForm.file",
    "assets.forms.SpendForm.scan", "points.give.GiveForm.file",
}  # fmt: skip
"""Fields that take photos or papers; `WAYS` sends a photo through each."""
TABLES = {
    "bank.forms.ReturnForm.file", "imports.forms.FileForm.file", "recruitment.comparison.registers.RegisterForm.file",
    "papers.agreements.TemplateForm.file",
}  # fmt: skip
"""Fields that take workbooks and templates: read by their importers, never shown (`tests/exchange`, `tests/tenure/papers`)."""
ELSEWHERE = {
    "training.courses.MaterialForm.file",
    "training.bank.PictureForm.picture",
    "oversight.visits.SheetForm.photos",
}
"""Only ever saved by its reader, and pictures on pages of their own: `tests/console/training`, `tests/oversight`."""
AT_A_STEP = {"recruitment.forms.SignedCopyForm.file", "recruitment.forms.SignedCopiesForm.copies"}
"""Taken while a round signs: `tests/recruitment/test_agreements.py` and the journey to the first day hand it in."""
BARE = {"console/duty/paper.py", "console/notices/one.py"}
"""Modules that take a file without a form; `WAYS` sends one through each too."""


def modules() -> list[Any]:
    return [
        importlib.import_module(each.name)
        for package in (yigang.console, yigang.public)
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]


def test_every_field_that_takes_a_file_is_known_here():
    found = set()
    for module in modules():
        for name, form in vars(module).items():
            if inspect.isclass(form) and issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                part = module.__name__.removeprefix("yigang.console.")
                found |= {
                    f"{part}.{name}.{field}"
                    for field, one in form.base_fields.items()
                    if isinstance(one, forms.FileField)
                }
    assert found == PICTURES | TABLES | ELSEWHERE | AT_A_STEP


def test_every_module_that_takes_a_file_without_a_form_is_known_here():
    bare = re.compile(r"request\.FILES(\.get\(|\[)")
    found = {
        "/".join(module.__name__.split(".")[1:]) + ".py"
        for module in modules()
        if bare.search(Path(module.__file__).read_text())
    }
    assert found == BARE


@dataclass
class Way:
    """Where a photo is handed in, in which field, with what else on the form, by whom."""

    user: User
    url: str
    field: str
    data: dict[str, Any] = field(default_factory=dict)


Make = Callable[[dict[str, User]], Way]


def held(users: dict[str, User]) -> Any:
    terms = Terms(JULY, training=TrainingBasis.TAKEN_OVER)
    return tenure.appoint(make_person(1, name="王小红"), make_post(), terms, actor=users["county"])


def portrait(users: dict[str, User]) -> Way:
    return Way(users["town"], reverse("console:person-portrait", args=[make_person(1).pk]), "photo")


def death(users: dict[str, User]) -> Way:
    given = {"on": "2020-07-01", "evidence": "死亡证明 3 号"}
    return Way(users["town"], reverse("console:person-death", args=[make_person(1).pk]), "document", given)


def death_in_post(users: dict[str, User]) -> Way:
    given = {"on": "2020-07-20", "evidence": "死亡证明 3 号"}
    return Way(users["town"], reverse("console:person-death", args=[held(users).person_id]), "document", given)


def hardship(users: dict[str, User]) -> Way:
    row = Hardship.objects.create(
        region_code=VILLAGE, person=make_person(1), kind="disabled", evidence="残疾证", since=date(2019, 1, 1),
        until=date(2020, 1, 1),
    )  # fmt: skip
    given = {"evidence": "新证", "since": "2020-01-02"}
    return Way(users["town"], reverse("console:hardship-renew", args=[row.pk]), "paper", given)


def leave(users: dict[str, User]) -> Way:
    given = {"person": held(users).person_id, "kind": "sick", "first": "2020-07-06", "last": "2020-07-07"}
    return Way(users["town"], reverse("console:duty-leave-new"), "document", given)


def leave_asked(users: dict[str, User]) -> Way:
    given = {
        "person": held(users).person_id,
        "kind": "sick",
        "first": "2020-07-06",
        "last": "2020-07-07",
        "reason": "看病",
    }
    return Way(users["town"], reverse("console:leave-new"), "document", given)


def leave_corrected(users: dict[str, User]) -> Way:
    terms = duty.LeaveTerms(LeaveKind.SICK, date(2020, 7, 6), date(2020, 7, 7))
    duty.enter_leave(held(users).person, terms, actor=users["town"])
    row = Leave.objects.get()
    given = {"kind": "sick", "first": "2020-07-06", "last": "2020-07-08", "reason": "多一天"}
    return Way(users["town"], reverse("console:duty-leave-correct", args=[row.pk]), "document", given)


def paper_month(users: dict[str, User]) -> Way:
    held(users)
    given = {"village": VILLAGE, "month": "2020-07"}
    return Way(users["town"], reverse("console:duty-paper"), "document", given)


def notice_attachment(users: dict[str, User]) -> Way:
    return Way(users["county"], reverse("console:notice-attach", args=[make_draft(users["county"]).pk]), "file")


def notice_on_the_wall(users: dict[str, User]) -> Way:
    notice = make_published(users["county"])
    return Way(users["county"], reverse("console:notice-photograph", args=[notice.pk]), "photo", {"place": "村委会"})


def agreement(users: dict[str, User]) -> Way:
    one = held(users)
    agreements.make_agreement(one, actor=users["county"])
    return Way(users["town"], reverse("console:paper-agreement-signed", args=[one.pk]), "file", {"on": "2020-07-01"})


def letter(users: dict[str, User]) -> Way:
    made = tenure.issue_letter(make_programme(), 2020, "520403000000", LetterText("书", "文"), actor=users["county"])
    given = {"signer": "周县长", "on": "2020-07-01"}
    return Way(users["county"], reverse("console:tenure-letter-sign", args=[made.pk]), "file", given)


def exit_paper(users: dict[str, User]) -> Way:
    leaving = Leaving(ExitKind.LAPSE, ExitReason.MOVED, date(2020, 9, 30), "迁走")
    row = tenure.leave(held(users), leaving, actor=users["county"])
    return Way(users["county"], reverse("console:tenure-exit-attach", args=[row.pk]), "file", {"what": "迁移证明"})


def point(users: dict[str, User]) -> Way:
    row = Rectification.objects.create(
        region_code=VILLAGE, programme=make_programme(), source="entered", item="值班", finding="值班室无人", found_on=JULY,
        unit="白云镇", owner="李镇长", due=date(2020, 7, 20), opened_by=users["county"],
    )  # fmt: skip
    return Way(users["town"], reverse("console:oversight-point-done", args=[row.pk]), "file", {"text": "已排定值班表"})


def proof(users: dict[str, User]) -> Way:
    row = RemedialTask.objects.create(
        region_code=VILLAGE, person=held(users).person, programme=make_programme(), year=2020, lacks=["hours"], why="学时不够",
        opened_by=users["county"], opened_on=JULY, due_on=date(2020, 7, 20),
    )  # fmt: skip
    return Way(users["clerk"], reverse("console:training-prove", args=[row.pk]), "file", {"proof": "补训签到表"})


def points(users: dict[str, User]) -> Way:
    row = held(users)
    given = {"clause": "fire", "points": "3", "day": "2020-07-10", "reason": "及时报告火情"}
    return Way(users["town"], reverse("console:points-give", args=[row.pk]), "file", given)


def course(users: dict[str, User]) -> Course:
    plan = training.make_plan(make_programme(), "520403000000", 2020, "培训计划", actor=users["county"])
    return training.add_course(plan, "森林防火", Subject.FIRE, Decimal(8), actor=users["county"])


def signed_list(users: dict[str, User]) -> Way:
    person = held(users).person
    begins = datetime(2020, 8, 10, 1, tzinfo=UTC)
    meeting = training.Meeting(SessionKind.LECTURE, begins, begins + timedelta(hours=8), Decimal(8), "会议室", "李老师")
    row = training.plan_session(course(users), f"{VILLAGE[:9]}000", meeting, actor=users["town"])
    return Way(users["town"], reverse("console:training-list", args=[row.pk]), "file", {"people": [person.pk]})


def score(users: dict[str, User]) -> Way:
    person = held(users).person
    asked = training.Asked(Subject.FIRE, QuestionKind.TRUTH, "火警电话是119。", [], ["A"], "《消防法》")
    training.add_questions("520403000000", [asked], actor=users["county"])
    opens = datetime(2020, 8, 10, tzinfo=UTC)
    terms = training.Terms(
        opens_at=opens, closes_at=opens + timedelta(days=1), minutes=30, pass_mark=Decimal(60), seed="8月"
    )
    rows = [Row(Subject.FIRE, QuestionKind.TRUTH, 1, Decimal(100))]
    paper = training.set_paper(course(users).plan, "8月测评", rows, terms, actor=users["county"])
    given = {"person": person.pk, "paper": paper.pk, "score": "80", "at": "2020-08-10T10:00"}
    return Way(users["town"], reverse("console:training-score-new"), "file", given)


class At:
    """A round of a policy at its first, second … step, with two applicants where it takes them in."""

    def __init__(self, policy: str, step: int) -> None:
        self.policy, self.step = policy, step

    def __call__(self, users: dict[str, User]) -> Any:
        world = make_world(lambda role, prefix, username="": users[role], self.policy)
        world.open()
        for place in range(self.step):
            world.next()
            if world.step.kind == "apply" and place + 1 < self.step:
                world.applicants(2)
        return world


def step_document(users: dict[str, User]) -> Way:
    world = At("pingba-ranger", 1)(users)
    return Way(users["county"], reverse("console:round-attach", args=[world.round.pk]), "file", {"name": "选聘公告"})


def step_photo(users: dict[str, User]) -> Way:
    world = At("pingba-ranger", 1)(users)
    return Way(
        users["county"], reverse("console:round-attach", args=[world.round.pk]), "file", {"name": "公告张贴照片"}
    )


def vote(users: dict[str, User]) -> Way:
    world = At("rural-post-400", 2)(users)
    given = {
        "region_code": VILLAGE, "held_on": "2020-06-01", "place": "村委会", "chair": "王支书", "tellers": "甲、乙",
        "entitled": "30", "present": "20", "minutes": "逐一评议",
    }  # fmt: skip
    for one in world.round.applications.all():
        given |= {f"agree-{one.pk}": "20", f"against-{one.pk}": "0", f"abstain-{one.pk}": "0"}
    return Way(users["clerk"], reverse("console:round-vote", args=[world.round.pk]), "photo", given)


def spending(users: dict[str, User]) -> Way:
    asset_village(users["town"]).receive(10_000)
    given = {
        "region_code": VILLAGE, "purpose": "case", "day": "2020-03-05", "amount": "5", "text": "修水渠", "paper": "1号",
    }  # fmt: skip
    return Way(users["town"], reverse("console:assets-spend"), "scan", given)


def town_s_week() -> tuple[Programme, dict[str, str]]:
    programme = other_programme("rural", policy_code="rural-post-400")
    return programme, {"on": "2020-07-08", "chair": "王书记", "present": "9", "absent": "0", "text": "听取进展"}


def minutes(users: dict[str, User]) -> Way:
    programme, given = town_s_week()
    query = f"programme={programme.pk}&rhythm=weekly&place={VILLAGE[:9]}000&first=2020-07-06"
    return Way(users["town"], f"{reverse('console:meeting-hold')}?{query}", "file", given)


def minutes_corrected(users: dict[str, User]) -> Way:
    programme, given = town_s_week()
    entry = oversight.Minutes(date(2020, 7, 8), "王书记", 8, "听取进展")
    row = oversight.hold_meeting(
        programme, f"{VILLAGE[:9]}000", "weekly", date(2020, 7, 6), entry, actor=users["town"]
    )  # fmt: skip
    given["reason"] = "少记一人"
    return Way(users["town"], reverse("console:meeting-correct", args=[row.pk]), "file", given)


WAYS = (
    portrait, death, death_in_post, hardship, leave, leave_asked, leave_corrected, paper_month, notice_attachment,
    notice_on_the_wall, agreement, letter, exit_paper, point, points, proof, signed_list, score, step_document, step_photo,
    vote, spending, minutes, minutes_corrected,
)  # fmt: skip
WAYS_BY_NAME = {way.__name__: way for way in WAYS}


@pytest.fixture
def users(regions, make_user, county_manager, town_officer) -> dict[str, User]:
    """The accounts by their place in the house, and by role for a round's world."""
    clerk, station = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.STATION_OFFICER, VILLAGE[:9])
    return {
        "county": county_manager, "town": town_officer, "clerk": clerk, "station": station,
        Role.COUNTY_MANAGER: county_manager, Role.TOWN_OFFICER: town_officer, Role.VILLAGE_CLERK: clerk,
        Role.STATION_OFFICER: station,
    }  # fmt: skip


def telephone_photo() -> bytes:
    """A photo with the place where it was taken, and an archive hung behind its end."""
    exif = Image.Exif()
    exif[0x010F] = "a telephone"
    exif.get_ifd(0x8825).update({1: "N", 2: (26.0, 24.0, 0.0), 3: "E", 4: (106.0, 15.0, 0.0)})
    return picture(size=(800, 1000), exif=exif.tobytes()) + b"PK\x03\x04 an archive"


def send(sign_in: Any, way: Way, name: str, content: bytes, kind: str) -> tuple[list[StoredFile], str]:
    """The files that are there since, and the page that answers."""
    before = set(StoredFile.objects.values_list("pk", flat=True))
    upload = SimpleUploadedFile(name, content, content_type=kind)
    page = sign_in(way.user).post(way.url, {**way.data, way.field: upload}, follow=True)
    return list(StoredFile.objects.exclude(pk__in=before)), page.content.decode()


@pytest.mark.req("P4", "P10")
@pytest.mark.parametrize("name", WAYS_BY_NAME)
def test_a_photo_is_drawn_anew_without_what_it_hides(users, sign_in, name):
    way = WAYS_BY_NAME[name](users)
    stored, page = send(sign_in, way, "证明.exe", telephone_photo(), "application/x-msdownload")
    assert len(stored) == 1, re.findall(r"message[^<]*<[^<]*<[^<]*", page)
    with stored[0].content.open() as file:
        content = file.read()
    again = Image.open(io.BytesIO(content))
    assert (again.format, dict(again.getexif()), b"PK\x03\x04" in content) == ("JPEG", {}, False)
    assert (stored[0].content_type, stored[0].size) == ("image/jpeg", len(content))
    assert stored[0].name.endswith(".jpg")


@pytest.mark.parametrize("name", WAYS_BY_NAME)
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html><script>alert(1)</script>", "whatever its name says"),
        (picture()[:200], "damaged"),
        (b"\xff\xd8\xff" + b"0" * (21 * 2**20), "MB; at most"),
    ],
    ids=["a page", "half a picture", "21 MB"],
)
def test_what_is_no_picture_is_told_and_not_kept(users, sign_in, name, content, says):
    way = WAYS_BY_NAME[name](users)
    stored, page = send(sign_in, way, "照片.jpg", content, "image/jpeg")
    assert stored == []
    assert says in page


def test_the_photo_of_a_card_is_not_kept_at_all(users, sign_in, monkeypatch):
    monkeypatch.setattr(idcard, "installed", lambda: True)
    monkeypatch.setattr(idcard, "_lines", lambda _content: [])
    way = Way(users["town"], reverse("console:paper-idcard"), "photo")
    assert send(sign_in, way, "证.jpg", telephone_photo(), "image/jpeg")[0] == []
