"""What a roster changes in posts and appointments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.roster.consistency import POST_KEYS, by_post, first_given
from yigang.exchange.roster.known import Known
from yigang.exchange.roster.lines import Line
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.plan import AppointmentWrite, Plan, PostWrite
from yigang.exchange.roster.seats import Days, Seats, days_of, overlap
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.posts.access import BUILD_POSTS
from yigang.posts.models import Post, Programme
from yigang.tenure.domain import span
from yigang.tenure.models import Appointment

POST_COLUMNS = {"post_kind": "kind", "duties": "duties", "head_count": "head_count"}
TERMS = {"starts": "starts", "ends": "ends", "agreement": "agreement_number", "plan_start": "plan_start",
         "plan_end": "plan_end"}  # fmt: skip
MOST_NAMED = 5


def compare(
    lines: Sequence[Line], known: Known, programme: Programme, actor: User, plan: Plan, notes: Notes
) -> None:  # fmt: skip
    """Add posts and appointments to the plan, and what cannot be to the notes."""
    for number, together in by_post(lines).items():
        _post(number, together, known, actor, plan, notes)
    for line in lines:
        person = known.people.get(line.number)
        if line.post_number and line.starts:
            _appointment(line, person, known, programme, plan, notes)
        elif person is not None:
            _unposted(line, person, known, programme, notes)
    _places(known, plan, notes)


def _post(number: str, lines: Sequence[Line], known: Known, actor: User, plan: Plan, notes: Notes) -> None:
    post = known.posts.get(number)
    line = lines[0]
    if post is not None and not known.visible(post.region_code):
        notes.say(
            line.row, "post_number", "post_elsewhere", _("The post %(number)s belongs to a region outside yours."),
            remedy=_("Correct the number, or ask the county."), number=number,
        )  # fmt: skip
        return
    columns = _post_columns(lines, post, plan)
    if post is None:
        plan.show(line, "post_number", None, number)
        columns = {"duties": [], "head_count": 1, **columns}
    if not columns:
        return
    region = post.region_code if post else _common_region(lines)
    if not may(actor, BUILD_POSTS, region):
        notes.say(
            line.row, "post_number", "post_not_yours",
            _("Setting up or changing the post %(number)s is the county's part."),
            remedy=_("Ask the county to set it up, or leave the post's columns as they are on file."), number=number,
        )  # fmt: skip
    elif "kind" not in columns and post is None:
        notes.say(line.row, "post_kind", "post_kind_missing", _("The new post %(number)s has no kind."), number=number)
    elif _shrinks(post, columns, known):
        notes.say(
            line.row, "head_count", "places_held", _("The post %(number)s has holders in more places than %(count)d."),
            remedy=_("Places that were held once stay on file; a post cannot have fewer than it ever had holders."),
            number=number, count=columns["head_count"],
        )  # fmt: skip
    else:
        plan.posts.append(PostWrite(number, region, post, columns))


def _post_columns(lines: Sequence[Line], post: Post | None, plan: Plan) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for key in POST_KEYS:
        value = first_given(lines, key)
        before = getattr(post, POST_COLUMNS[key]) if post else None
        if value is not None and value != before:
            columns[POST_COLUMNS[key]] = value
            plan.show(lines[0], key, before, value)
    return columns


def _common_region(lines: Sequence[Line]) -> str:
    """The village of a post, or the town or county when its holders live in several."""
    regions = {line.region for line in lines}
    while len(regions) > 1:
        narrowest = max(regions, key=regioncode.level_of)
        regions = (regions - {narrowest}) | {regioncode.parent_of(narrowest) or regioncode.NATIONAL}
    return regions.pop()


def _shrinks(post: Post | None, columns: Mapping[str, Any], known: Known) -> bool:
    if post is None or "head_count" not in columns:
        return False
    return bool(columns["head_count"] < max((one.place for one in known.holders.get(post.pk, ())), default=0))


def _appointment(
    line: Line, person: Person | None, known: Known, programme: Programme, plan: Plan, notes: Notes
) -> None:
    assert line.starts is not None
    if _outside(line, programme, notes):
        return
    theirs = known.appointments.get(person.pk, []) if person else []
    post = known.posts.get(line.post_number or "")
    on_file = _same(line, theirs, post)
    ends = line.ends or (on_file.ends if on_file else None)
    if _dead(line, person, ends, notes):
        return
    if _busy(line, ends, [one for one in theirs if one is not on_file], known, notes):
        return
    given = {key: value for key in TERMS if (value := getattr(line, key)) is not None}
    if on_file is not None and on_file.exit_kind:
        given = _without_dates(line, given, on_file, notes)
    columns = {
        TERMS[key]: value for key, value in given.items() if not on_file or getattr(on_file, TERMS[key]) != value
    }
    starts: date = columns.get("starts", on_file.starts if on_file else line.starts)
    ends = columns.get("ends", on_file and on_file.ends)
    if _reaches_sealed(line, on_file, days_of(starts, ends), known, notes):
        return
    for key in given:
        if TERMS[key] in columns:
            plan.show(line, key, getattr(on_file, TERMS[key], None), given[key])
    if on_file is None:
        plan.show(line, "post_number", None, line.post_number)
    if on_file is None or columns:
        plan.appointments.append(AppointmentWrite(line, person, on_file, columns, starts, ends))


def _outside(line: Line, programme: Programme, notes: Notes) -> bool:
    assert line.starts is not None
    if programme.starts <= line.starts and (programme.ends is None or line.starts <= programme.ends):
        return False
    notes.say(
        line.row, "starts", "outside_programme", _("The programme “%(programme)s” runs %(span)s; %(day)s lies outside."),
        programme=programme.name, span=span(programme.starts, programme.ends), day=line.starts,
    )  # fmt: skip
    return True


def _dead(line: Line, person: Person | None, ends: date | None, notes: Notes) -> bool:
    """Nobody holds a post after death, whatever the file says."""
    if person is None or person.died_on is None or (ends is not None and ends <= person.died_on):
        return False
    notes.say(
        line.row, "ends", "died", _("%(name)s died on %(day)s."),
        remedy=_("Delete the row, or write a last day that is not after the death."), name=line.name, day=person.died_on,
    )  # fmt: skip
    return True


def _reaches_sealed(line: Line, on_file: Appointment | None, days: Days, known: Known, notes: Notes) -> bool:
    """Days that a sealed month was judged by stay as they are; an appointment that it did not know may come."""
    if on_file is None:
        _warn_of_sealed(line, days, known, notes)
        return False
    before = days_of(on_file.starts, on_file.ends)
    month = known.sealed.reached(on_file.region_code, before, days)
    if month is None:
        return False
    notes.say(
        line.row, "starts" if before[0] != days[0] else "ends", "sealed",
        _("%(month)s is sealed, and %(name)s is in it on file %(before)s; the row says %(after)s."),
        remedy=_("Write the days as they are on file. Who left is ended on the post's page, who went on gets a row that "
                 "begins after the days on file; the difference is then corrected on the page of the sealed month."),
        month=f"{month:%Y-%m}", name=line.name, before=span(on_file.starts, on_file.ends),
        after=span(days[0], None if days[1] == date.max else days[1]),
    )  # fmt: skip
    return True


def _warn_of_sealed(line: Line, days: Days, known: Known, notes: Notes) -> None:
    """A new appointment may begin in a sealed month; what it is owed for that comes by a correction only."""
    post = known.posts.get(line.post_number or "")
    months = known.sealed.within(post.region_code if post else line.region, days)
    if months:
        notes.say(
            line.row, "starts", "sealed_before",
            _("The appointment of %(name)s reaches into sealed months (%(months)s); they pay nothing for it."), "warning",
            remedy=_("After the import, open each of these months and take over the correction that it proposes."),
            name=line.name, months="、".join(f"{month:%Y-%m}" for month in months),
        )  # fmt: skip


def _same(line: Line, theirs: Sequence[Appointment], post: Post | None) -> Appointment | None:
    """The appointment a row speaks of: in this post from this day, or the one of this post whose days it shares."""
    if post is None:
        return None
    here = [one for one in theirs if one.post_id == post.pk]
    exact = [one for one in here if one.starts == line.starts]
    days = days_of(line.starts or date.min, line.ends)
    near = [one for one in here if not one.exit_kind and overlap(days_of(one.starts, one.ends), days)]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def _busy(line: Line, ends: date | None, others: Sequence[Appointment], known: Known, notes: Notes) -> bool:
    assert line.starts is not None
    for other in others:
        if overlap(days_of(other.starts, other.ends), days_of(line.starts, ends)):
            seen = known.visible(other.region_code)
            notes.say(
                line.row, "starts", "person_busy",
                _("%(name)s holds the post %(post)s (%(programme)s) %(span)s.") if seen
                else _("%(name)s holds a post in another region on some of these days."),
                remedy=_("One person holds one post at a time. End the other appointment first, or choose other days."),
                name=line.name, post=other.post.number, programme=other.programme.name,
                span=span(other.starts, other.ends),
            )  # fmt: skip
            return True
    return False


def _without_dates(line: Line, given: dict[str, Any], on_file: Appointment, notes: Notes) -> dict[str, Any]:
    """An exit on file stands: the file's last day does not undo it."""
    if line.ends != on_file.ends:
        notes.say(
            line.row, "ends", "left_already", _("%(name)s left this post on %(day)s (%(kind)s); the import leaves it so."),
            "warning", remedy=_("A return is a new appointment with its own first day."),
            name=line.name, day=on_file.ends, kind=on_file.get_exit_kind_display(),
        )  # fmt: skip
    return {key: value for key, value in given.items() if key not in ("starts", "ends")}


def _unposted(line: Line, person: Person, known: Known, programme: Programme, notes: Notes) -> None:
    for one in known.appointments.get(person.pk, ()):
        if one.programme_id == programme.pk and not one.exit_kind and one.ends is None:
            notes.say(
                line.row, "post_number", "still_appointed",
                _("%(name)s holds the post %(post)s; the row names none. The import ends no appointment."), "warning",
                remedy=_("End it on the person's page if that is meant."), name=line.name, post=one.post.number,
            )  # fmt: skip


def _places(known: Known, plan: Plan, notes: Notes) -> None:
    """Give every new or changed appointment a place of its post; who finds none is an error of that row."""
    head_counts = {post.number: post.head_count for post in known.posts.values()}
    head_counts |= {write.number: write.columns["head_count"] for write in plan.posts if "head_count" in write.columns}
    by_number: dict[str, list[AppointmentWrite]] = {}
    for write in plan.appointments:
        by_number.setdefault(write.line.post_number or "", []).append(write)
    for number, writes in by_number.items():
        post = known.posts.get(number)
        changed = {write.known.pk for write in writes if write.known}
        staying = [one for one in known.holders.get(post.pk if post else 0, ()) if one.pk not in changed]
        seats = Seats.of(head_counts.get(number, 1), staying)
        for write in seats.give(writes):
            _full(write, staying, writes, head_counts.get(number, 1), known, notes)
        plan.moved |= seats.moved


def _full(
    write: AppointmentWrite, staying: Sequence[Appointment], writes: Sequence[AppointmentWrite], count: int,
    known: Known, notes: Notes,
) -> None:  # fmt: skip
    days = days_of(write.starts, write.ends)
    holders = [
        f"{known.names.get(one.person_id, '')}（{span(one.starts, one.ends)}）"
        for one in staying if overlap(days_of(one.starts, one.ends), days)
    ] + [
        f"{one.line.name}（{one.line.row}）"
        for one in writes if one is not write and one.place and overlap(days_of(one.starts, one.ends), days)
    ]  # fmt: skip
    notes.say(
        write.line.row, "post_number", "post_full",
        _("The post %(post)s has %(count)d places and none is free for %(name)s; held by %(holders)s."),
        remedy=_("Raise the head-count, choose other days, or another post."),
        post=write.line.post_number, count=count, name=write.line.name, holders="、".join(holders[:MOST_NAMED]),
    )  # fmt: skip
