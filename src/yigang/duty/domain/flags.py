"""Questions about evidence: looked for by the rules of the policy, answered by people, opened again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.duty import flag_facts
from yigang.duty.access import ANSWER_FLAGS, REOPEN_FLAGS
from yigang.duty.domain.faces import OnFile
from yigang.duty.domain.photos import compare_photos, note_photos
from yigang.duty.enums import FlagOutcome, FlagState, Source
from yigang.duty.flag_facts import Held
from yigang.duty.flags.found import Found
from yigang.duty.flags.rules import Evidence, find
from yigang.duty.models import CheckIn, Flag, FlagAnswer, FlagRun, Intake, ProxyEntry, WorkLog
from yigang.foundation import audit, many, regioncode
from yigang.foundation.access import refuse_own, require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.statements import run
from yigang.policy.flags import flag_rules
from yigang.policy.period import Period
from yigang.policy.problems import NoVersion
from yigang.policy.rule_table import Asked
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from

FLAGS = """
INSERT INTO duty_flag (region_code, person_id, programme_id, day, kind, strength, subject, rows, figures, rule_version,
                       thresholds, authors, found_at, state)
SELECT region, person, %s, day, kind, strength, subject, rows::jsonb, figures::jsonb, version, thresholds::jsonb,
       authors::bigint[], %s, 'open'
FROM unnest(%s::varchar[], %s::bigint[], %s::date[], %s::varchar[], %s::varchar[], %s::varchar[], %s::text[], %s::text[],
            %s::smallint[], %s::text[], %s::text[])
     AS row (region, person, day, kind, strength, subject, rows, figures, version, thresholds, authors)
ON CONFLICT (kind, subject) DO UPDATE
SET rows = excluded.rows, figures = excluded.figures, day = excluded.day, authors = excluded.authors,
    thresholds = excluded.thresholds, rule_version = excluded.rule_version
WHERE duty_flag.state = 'open' AND (duty_flag.rows, duty_flag.figures) IS DISTINCT FROM (excluded.rows, excluded.figures)
RETURNING (xmax = 0)::int
"""


@transaction.atomic
def find_flags(
    programme: Programme, prefix: str, month: date, *, people: Iterable[int] | None = None, now: datetime | None = None
) -> int:
    """Run the rules over a month of a programme in a region, or of some of its people; returns how many flags are new.

    The month is always looked at whole, so that the same evidence raises the same questions whenever it is looked at.
    Queries do not grow with the number of people; photos that were not compared yet cost two each.
    """
    asked = rules_on(programme, month)
    period = Period.of(month)
    held = flag_facts.people_of(programme.pk, prefix, period.first, period.last)
    if people is not None:
        wanted = set(people)
        held = {person: one for person, one in held.items() if person in wanted}
    if not asked or not held:
        return 0
    note_photos(held, period.first, period.last, OnFile.of(programme, period.last, held))
    read = flag_facts.evidence(programme.pk, held, period.first, period.last)
    pairs = compare_photos(held, period.first, period.last, now=now or timezone.now())
    found = list(find(Evidence(read.seen, read.patrols, read.logs, read.photos, pairs), asked))
    new = _keep(found, asked, held, programme, now or timezone.now())
    if new:
        audit.record(
            "duty.find_flags", programme, actor=None, after={"month": f"{month:%Y-%m}", "count": new}
        )  # fmt: skip
    return new


def rules_on(programme: Programme, month: date) -> dict[str, Asked]:
    """The rules that the text in force at the end of the month leaves on; none where no text is in force."""
    try:
        version = policy_from(policy_file(programme.policy_code)).version_on(Period.of(month).last)
    except NoVersion:
        return {}
    return flag_rules(version.text)


def _keep(
    found: list[Found], asked: Mapping[str, Asked], held: Mapping[int, Held], programme: Programme, now: datetime
) -> int:  # fmt: skip
    """Write what was found, each once. A flag about somebody who is not looked at here waits for his own turn."""
    found = [one for one in found if one.person in held]
    if not found:
        return 0
    authors = authors_of(found)
    rules = [asked[one.kind] for one in found]
    rows = run(FLAGS, [
        programme.pk, now, [held[one.person].region_code for one in found], [one.person for one in found],
        [one.day for one in found], [one.kind for one in found], [each.rule.strength for each in rules],
        [one.subject[:200] for one in found], [json.dumps(one.rows) for one in found],
        [json.dumps(dict(one.figures), ensure_ascii=False) for one in found], [each.rule.version for each in rules],
        [json.dumps(dict(each.figures)) for each in rules],
        [f"{{{','.join(map(str, sorted(each)))}}}" for each in authors],
    ])  # fmt: skip
    return sum(new for (new,) in rows)


def authors_of(found: list[Found]) -> list[set[int]]:
    """For each flag the accounts that wrote some of its evidence: typed it from paper, or corrected it."""
    keys = {key for one in found for key in one.rows}
    logs = WorkLog.objects.filter(pk__in=[int(key[2:]) for key in keys if key.startswith("l:")])
    checks = CheckIn.objects.filter(
        pk__in=[int(key.rsplit(":", 1)[1]) for key in keys if key.startswith("c:")],
        day__in={date.fromisoformat(key.split(":")[1]) for key in keys if key.startswith("c:")},
    )
    wrote: dict[str, set[int]] = {}
    typed: dict[tuple[int, date], set[str]] = {}
    for kind, rows in (("l", logs), ("c", checks)):
        columns = rows.values_list("pk", "day", "person", "source", "corrects_id", "intake__created_by")
        for pk, day, person, source, corrects, by in columns:
            key = f"l:{pk}" if kind == "l" else f"c:{day}:{pk}"
            if source == "proxy":
                typed.setdefault((person, day), set()).add(key)
            if by is not None and (source == "proxy" or corrects):
                wrote.setdefault(key, set()).add(by)
    if typed:
        entries = ProxyEntry.objects.filter(
            person__in={person for person, _day in typed}, day__in={day for _person, day in typed}
        )
        for person, day, by in entries.values_list("person", "day", "entered_by"):
            for key in typed.get((person, day), ()):
                wrote.setdefault(key, set()).add(by)
    return [set().union(*(wrote.get(key, set()) for key in one.rows)) for one in found]


@transaction.atomic
def answer_flag(flag: Flag, outcome: FlagOutcome, *, reason: str, actor: User) -> FlagAnswer:
    """Say what was found out. Answered once, by somebody who did not write the evidence."""
    flag = Flag.objects.select_for_update().get(pk=flag.pk)
    require(actor, ANSWER_FLAGS, flag.region_code)
    refuse_own(actor, name=flag.person.name, phone=flag.person.phone)
    if actor.pk in flag.authors:
        raise Refusal(
            _("You entered this evidence yourself."), code="own_evidence",
            remedy=_("Let somebody else look at it and answer."),
        )  # fmt: skip
    if flag.state != FlagState.OPEN:
        raise Refusal(
            _("This question is answered already: %(answer)s."), {"answer": flag.get_state_display()}, code="answered",
            remedy=_("Open it again first, with a reason."),
        )  # fmt: skip
    if outcome == FlagOutcome.REOPENED:
        raise Refusal(_("This question is open."), code="open")
    return _say(flag, outcome, FlagState(outcome.value), reason, actor)


def answer_flags(rows: Iterable[Flag], outcome: FlagOutcome, *, reason: str, actor: User) -> list[FlagAnswer]:
    """One answer to many questions, or to none of them."""
    return many.each(rows, lambda flag: answer_flag(flag, outcome, reason=reason, actor=actor))


def accept_reason(flag: Flag, *, actor: User) -> FlagAnswer:
    """An inaccessible place: the person's own reason and photo explain it."""
    if not flag.figures.get("reasoned"):
        raise Refusal(
            _("The evidence has no reason with a photo."),
            code="no_reason",
            remedy=_("Answer it with a reason of your own."),
        )
    reason = _("Reason and photo accepted: %(why)s") % {"why": flag.figures["why"]}
    return answer_flag(flag, FlagOutcome.EXPLAINED, reason=reason, actor=actor)


@transaction.atomic
def reopen_flag(flag: Flag, *, reason: str, actor: User) -> FlagAnswer:
    """Ask again: the answer before stays to be read."""
    flag = Flag.objects.select_for_update().get(pk=flag.pk)
    require(actor, REOPEN_FLAGS, flag.region_code)
    if flag.state == FlagState.OPEN:
        raise Refusal(_("This question is open."), code="open")
    return _say(flag, FlagOutcome.REOPENED, FlagState.OPEN, reason, actor)


def _say(flag: Flag, outcome: FlagOutcome, state: FlagState, reason: str, actor: User) -> FlagAnswer:
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason", field="reason")
    number = (flag.answers.aggregate(last=Max("number"))["last"] or 0) + 1
    answer = FlagAnswer.objects.create(
        region_code=flag.region_code, flag=flag, number=number, outcome=outcome, reason=reason.strip()[:400], by=actor
    )
    before = audit.snapshot(flag, ("state",))
    flag.state = state
    flag.save(update_fields=["state"])
    verb = "duty.reopen_flag" if outcome == FlagOutcome.REOPENED else "duty.answer_flag"
    audit.record(verb, flag, actor=actor, before=before, after={"state": state.value, "reason": answer.reason})
    return answer


FIRST_DAYS = 10
"""As long as the last month is looked at again every night."""
NEW = """
SELECT DISTINCT person_id, date_trunc('month', at + interval '8 hours')::date FROM duty_record
WHERE received_at > %s AND received_at <= %s
"""
ON_THEIR_PHONES = """
SELECT DISTINCT other.person_id FROM duty_devicelogin mine JOIN duty_devicelogin other USING (device_id)
WHERE mine.person_id = ANY(%s)
"""


def look_at_new(now: datetime) -> int:
    """Run the rules for whom something came in since the last look; returns how many flags are new.

    Phones: their people, and who shares a phone with them. Files: everybody of the programme's town or county in the months
    that the file speaks about. The first look begins with what comes from now on.
    """
    last, _made = FlagRun.objects.get_or_create(pk=1, defaults={"looked_until": now - timedelta(minutes=5)})
    new = 0
    for month, people in _sent_since(last.looked_until, now).items():
        new += sum(
            find_flags(programme, "", month, people=people, now=now) for programme in _programmes_of(people, month)
        )
    brought = Intake.objects.filter(created_at__gt=last.looked_until, created_at__lte=now).exclude(source=Source.PHONE)
    spans = {
        (intake.region_code, month) for intake in brought for month in months_between(intake.first, intake.last)
    }  # fmt: skip
    for region, month in sorted(spans):
        prefix = regioncode.prefix_of(region)
        for programme in _programmes_in(prefix, month):
            new += find_flags(programme, prefix, month, now=now)
    looked_until(now)
    return new


def looked_until(now: datetime) -> None:
    """Say that the rules were asked about everything up to now; the next look begins here."""
    FlagRun.objects.update_or_create(pk=1, defaults={"looked_until": now})


def look_at_open_months(today: date) -> int:
    """This month, and in its first days the last one, of every programme; returns how many flags are new."""
    this = today.replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    months = [before, this] if today.day <= FIRST_DAYS else [this]
    return sum(find_flags(programme, "", month) for month in months for programme in _programmes_in("", month))


def _sent_since(after: datetime, until: datetime) -> dict[date, set[int]]:
    months: dict[date, set[int]] = {}
    for person, month in run(NEW, [after, until]):
        months.setdefault(month, set()).add(person)
    return {
        month: people | {other for (other,) in run(ON_THEIR_PHONES, [list(people)])} for month, people in months.items()
    }


def _programmes_of(people: Iterable[int], month: date) -> list[Programme]:
    return list(Programme.objects.filter(appointments__person__in=list(people), **_served(month)).distinct())


def _programmes_in(prefix: str, month: date) -> list[Programme]:
    return list(Programme.objects.filter(appointments__region_code__startswith=prefix, **_served(month)).distinct())


def _served(month: date) -> dict[str, date]:
    return {"appointments__starts__lte": Period.of(month).last}


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months that the days lie in."""
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months
