"""What phones sent and does not count, came too late or has not come: shown, explained, counted after all by an officer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.duty.conftest import hold, programme  # noqa: F401 - fixtures
from tests.duty.sync.conftest import ON, phone_of  # noqa: F401 - fixtures

from yigang.duty import facts, phones
from yigang.duty.domain import asides
from yigang.duty.domain.late import answer_late
from yigang.duty.domain.withholding import note_consent
from yigang.duty.models import CheckIn, Device, LateRecord, Record, SetAside, WorkLog
from yigang.foundation import rls
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.facts import Selection
from yigang.foundation.models import AuditEntry
from yigang.payment.models import Settlement
from yigang.policy.capabilities import KINDS, Capability

TOO_FAR_NORTH = ON | {"place": ON["place"] | {"lat": 91.0}}


@pytest.fixture
def phone(hold, phone_of):  # noqa: F811 - fixtures
    return phone_of(hold("张大山"))


@pytest.fixture
def officer(regions, sign_in, town_officer):
    return sign_in(town_officer, "zh-hans")


def refused(phone, kind: str, body: dict) -> SetAside:
    record = phone.make(kind, body)
    [answer] = phone.deliver(records=[record])
    assert answer["outcome"] == "refused"
    return SetAside.objects.get(record_id=record.id)


def page(client, name: str, *args) -> str:
    response = client.get(reverse(f"console:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.req("H4")
def test_a_refused_check_in_is_read_noted_and_counted_after_all(phone, officer, town_officer):
    aside = refused(phone, "check_in", TOO_FAR_NORTH)
    assert "张大山" in page(officer, "duty-asides")
    shown = page(officer, "duty-aside", aside.pk)
    assert aside.detail in shown.replace("&gt;", ">").replace("&lt;", "<").replace("&#x27;", "'")
    assert "仍然计入" in shown
    assert officer.post(reverse("console:duty-aside-count", args=[aside.pk]), {"reason": " "}).status_code in (302, 422)
    assert not CheckIn.objects.exists()
    officer.post(reverse("console:duty-aside-count", args=[aside.pk]), {"reason": "护林站证明他在岗"})
    entry, record = CheckIn.objects.get(), Record.objects.get()
    assert (entry.at, entry.kind, entry.source, entry.latitude) == (record.at, "on", "proxy", None)
    assert str(record.pk) in entry.raw
    aside.refresh_from_db()
    assert (aside.seen_by, aside.seen_note) == (town_officer, "仍然计入：护林站证明他在岗")
    assert "人工补录" in page(officer, "duty-aside", aside.pk)
    assert AuditEntry.objects.filter(verb="duty.count_aside").count() == 1
    with pytest.raises(Refusal) as again:
        asides.count_aside(aside, reason="再来一次", actor=town_officer)
    assert again.value.code == "counted"


def test_a_log_counts_with_its_words_and_what_says_nothing_does_not(phone, town_officer, make_user):
    today = str(timezone.localdate())
    log = refused(phone, "log", {"day": today, "text": "沿北山巡护", "done": ["patrol", "sleeping"]})
    entry = asides.count_aside(log, reason="漏选了一项", actor=town_officer)
    assert isinstance(entry, WorkLog)
    assert (str(entry.day), entry.text.splitlines()[0], entry.done) == (today, "沿北山巡护", ["patrol"])
    for kind, body in (
        ("log", {"day": "2099-01-01", "text": "明天"}),
        ("check_in", {"kind": "sometimes"}),
        ("dance", {}),
    ):
        with pytest.raises(Refusal) as no:
            asides.count_aside(refused(phone, kind, body), reason="看看", actor=town_officer)
        assert no.value.code == "not_countable"
    unsigned = phone.make("check_in", ON)
    phone.deliver(records=[msgspec.structs.replace(unsigned, sig="A" * 86 + "==")])
    assert asides.countable(SetAside.objects.get(record_id=unsigned.id)) is None
    other = refused(phone, "check_in", TOO_FAR_NORTH)
    with pytest.raises(Forbidden):
        asides.count_aside(other, reason="他在岗", actor=make_user("village_clerk", "520403100201"))
    town_officer.name = "张大山"
    with pytest.raises(Refusal) as own:
        asides.count_aside(other, reason="我在岗", actor=town_officer)
    assert own.value.code == "own_case"


@pytest.fixture
def last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture
def seal(programme, town_officer, county_manager) -> Callable[[date, datetime], Settlement]:  # noqa: F811 - the fixture
    """`seal(month, at)`: the town's month, sealed at that moment."""
    return lambda month, at: Settlement.objects.create(
        region_code="520403100000", programme=programme, month=month, step="sealed", author=town_officer,
        approver=county_manager, sealed_at=at,
    )  # fmt: skip


@pytest.fixture
def sealed(seal, last_month) -> Settlement:
    return seal(last_month, timezone.now() - timedelta(minutes=5))


def late(phone, month: date, kind="check_in", body=ON) -> None:
    """A record that lay on the phone since the tenth of the month."""
    Device.objects.filter(pk=phone.device).update(first_seen=timezone.now() - timedelta(days=90))
    phone.clock.wall = int(datetime(month.year, month.month, 10, tzinfo=UTC).timestamp() * 1000)
    phone.clock.offset = 0
    [answer] = phone.deliver(records=[phone.make(kind, body)], lane="backlog")
    assert answer["outcome"] == "stored", answer


@pytest.mark.req("H4")
def test_what_comes_after_the_seal_stands_on_the_officers_list(
    phone, officer, town_officer, seal, sealed, last_month, make_user
):
    earlier = (last_month - timedelta(days=1)).replace(day=1)
    seal(earlier, timezone.now() + timedelta(hours=1))
    phone.deliver(records=[phone.make("check_in", ON)])
    assert not LateRecord.objects.exists(), "of this month, which is open"
    phone.deliver(records=[phone.make("log", {"day": str(last_month), "text": "上个月的"})])
    assert LateRecord.objects.get().month == last_month, "by the day that the log is about"
    late(phone, last_month)
    late(phone, earlier)
    shown = page(officer, "duty-late")
    assert f"{last_month:%Y-%m}" in shown
    assert f"{earlier:%Y-%m}" not in shown, "sealed after it came: the seal has it"
    assert "迟到" in page(officer, "home")
    row = LateRecord.objects.get(record__kind="check_in", month=last_month)
    assert reverse("console:month-corrections", args=[sealed.pk]) in page(officer, "duty-late-one", row.pk)
    officer.post(reverse("console:duty-late-one", args=[row.pk]), {"note": "已作补差"})
    row.refresh_from_db()
    assert (row.note, row.seen_by) == ("已作补差", town_officer)
    with pytest.raises(Forbidden):
        answer_late(row, note="无影响", actor=make_user("town_officer", "520403101"))
    with pytest.raises(Refusal) as silent:
        answer_late(row, note=" ", actor=town_officer)
    assert silent.value.code == "note"


@pytest.mark.req("P5", "P2")
def test_a_no_that_reaches_into_a_sealed_month_leaves_it_as_it_was_sealed(phone, sealed, last_month, county_manager):
    """The place of a check-in goes out of use; the sealed month, its result and what it would be judged by stay."""
    late(phone, last_month)
    selection = Selection(sealed.programme_id, "520403", last_month, last_month.replace(day=28))
    at = datetime(last_month.year, last_month.month, 2, tzinfo=UTC)
    with rls.everywhere("the test looks"):
        before, was = facts.check_ins(selection), Settlement.objects.values().get()
        assert before.height == 1
        person = CheckIn.objects.get().person
        note_consent(person, Capability(KINDS["place"], "basis"), given=False, at=at, actor=county_manager)
        first, again = CheckIn.objects.order_by("pk")
        assert (first.latitude is None, again.latitude, again.corrects_id) == (False, None, first.pk)
        assert facts.check_ins(selection).equals(before)
        assert Settlement.objects.values().get() == was
        assert LateRecord.objects.count() == 1, "the record that came late, and no other"


def test_lists_ask_the_same_for_one_row_and_for_three(officer, hold, phone_of, sealed, last_month):  # noqa: F811 - the fixture
    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "张大" in page(officer, name)
        return len(queries)

    counts = []
    for names in (("张大一",), ("张大二", "张大三")):
        for name in names:
            phone = phone_of(hold(name))
            refused(phone, "check_in", TOO_FAR_NORTH)
            late(phone, last_month)
        page(officer, "duty-late")
        counts.append((asked("duty-asides"), asked("duty-late")))
    assert counts[0] == counts[1]


@pytest.mark.req("H4")
def test_numbers_that_a_phone_counted_and_that_never_came_are_told(phone, phone_of, hold, officer, monkeypatch):  # noqa: F811 - the fixture
    """Two people share a phone: what the other has sent is not missing. Three days are left to a backlog."""
    neighbour = phone_of(hold("李小林"), like=phone)
    first, *_kept, last = [phone.make("check_in", ON) for _number in range(4)]
    phone.deliver(records=[first, last])
    neighbour.deliver(records=[neighbour.make("check_in", ON)])
    person = int(phone.account)
    assert "还没有收到的记录" not in page(officer, "duty-phone", person), "they may be on their way"
    monkeypatch.setattr(phones, "GAP_AFTER", timedelta(0))  # three days later
    [gap] = phones.gaps([phone.device])
    assert (str(gap.device), gap.first, gap.last, gap.count) == (phone.device, 2, 3, 2)
    assert phones.on_phones([person])[person].absent == 2
    assert "还没有收到的记录" in page(officer, "duty-phone", person)
    assert "2 条记录没有到" in page(officer, "duty-phones")
