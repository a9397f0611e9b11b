"""Verbs of the foundation: accounts, files, a county's calendar days, reading personal data."""

import hashlib
from collections.abc import Iterable
from datetime import date

from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.utils.translation import gettext as _

from yigang.foundation import audit, calendar, pictures, regioncode
from yigang.foundation.access import MANAGE_CALENDAR, MANAGE_USERS, REVEAL, require
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.foundation.many import each
from yigang.foundation.models import CalendarOverride, StoredFile, User, UserScope


@transaction.atomic
def create_user(
    username: str, *, name: str, role: Role, prefixes: Iterable[str], password: str, actor: User | None,
    must_change_password: bool = True,
) -> User:  # fmt: skip
    """A new account. `actor` is None only for the command line of the machine's own administrator."""
    prefixes = _scope_of(prefixes, actor)
    if User.objects.filter(username=username).exists():
        raise Refusal(_("There is an account “%(name)s” already. Choose another name.") % {"name": username})
    user = User(username=username, name=name, role=role, must_change_password=must_change_password)
    user.set_password(password)
    user.save()
    UserScope.objects.bulk_create(UserScope(user=user, prefix=prefix) for prefix in prefixes)
    after = {"username": username, "role": role, "prefixes": prefixes}
    region = regioncode.pad(prefixes[0]) if prefixes else None
    audit.record("foundation.create_user", user, actor=actor, region_code=region, after=after)
    return user


def _scope_of(prefixes: Iterable[str], actor: User | None) -> list[str]:
    """The prefixes in order, each a region that the actor may give."""
    wanted = sorted(set(prefixes))
    for prefix in wanted:
        if not (prefix.isascii() and prefix.isdigit() and len(prefix) in regioncode.LENGTHS.values()):
            raise Refusal(
                _("“%(prefix)s” is no region: a scope has 2, 4, 6, 9 or 12 digits."), {"prefix": prefix}, field="region"
            )
        if actor:
            require(actor, MANAGE_USERS, regioncode.pad(prefix))
    return wanted


@transaction.atomic
def change_scopes(user: User, prefixes: Iterable[str], *, actor: User) -> None:
    """Say anew where an account works; both the old and the new regions must be the actor's."""
    _require_for(user, actor)
    wanted, before = _scope_of(prefixes, actor), list(user.prefixes)
    user.scopes.exclude(prefix__in=wanted).delete()
    UserScope.objects.bulk_create(UserScope(user=user, prefix=prefix) for prefix in wanted if prefix not in before)
    region = regioncode.pad(wanted[0]) if wanted else _home(user)
    after = {"prefixes": wanted}
    audit.record(
        "foundation.change_scopes", user, actor=actor, region_code=region, before={"prefixes": before}, after=after
    )


@transaction.atomic
def close_user(user: User, *, actor: User | None) -> None:
    """Close an account: it signs in no more, and what it did stays under its name."""
    _require_for(user, actor)
    if actor and actor.pk == user.pk:
        raise Refusal(_("Nobody closes the own account."), remedy=_("Ask another administrator."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("foundation.close_user", user, actor=actor, region_code=_home(user))


@transaction.atomic
def close_users(users: Iterable[User], *, actor: User) -> list[User]:
    """Close many accounts, all or none; those closed before stay as they are. Returns those that were in use.

    Raises `ManyRefused`, which names each account that cannot be closed.
    """
    closing = [user for user in users if user.is_active]
    each(closing, lambda user: close_user(user, actor=actor), name=lambda user: f"{user.name} {user.username}")
    return closing


@transaction.atomic
def reset_password(user: User, password: str, *, actor: User | None) -> None:
    """Give a passing password, which must be changed at the next sign-in, and lift a lock."""
    _require_for(user, actor)
    user.set_password(password)
    user.must_change_password, user.failures, user.locked_until = True, 0, None
    user.save(update_fields=["password", "must_change_password", "failures", "locked_until"])
    audit.record("foundation.reset_password", user, actor=actor, region_code=_home(user))


def _require_for(user: User, actor: User | None) -> None:
    """The actor must cover every region of the account; without an actor it is the machine's administrator."""
    if actor is not None:
        for prefix in user.prefixes or (regioncode.NATIONAL,):
            require(actor, MANAGE_USERS, regioncode.pad(prefix))


def _home(user: User) -> str | None:
    return regioncode.pad(user.prefixes[0]) if user.prefixes else None


@transaction.atomic
def set_password(user: User, password: str, *, actor: User) -> None:
    """A person sets the own password; the new one is known to nobody else."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record("foundation.set_password", user, actor=actor, region_code=_home(user))


@transaction.atomic
def store_file(
    upload: "File[bytes] | bytes", *, name: str, region_code: str, actor: User | None, content_type: str
) -> StoredFile:
    """Keep a file with its digest. Who may hand it in is decided by the verb that asks for it; a phone has no account."""
    content = upload if isinstance(upload, bytes) else upload.read()
    stored = StoredFile(
        region_code=region_code, name=name[:200], content_type=content_type, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), created_by=actor,
    )  # fmt: skip
    stored.content.save(hashlib.sha256(content).hexdigest()[:32], ContentFile(content), save=False)
    stored.save()
    return stored


def store_picture(
    content: bytes, *, name: str, region_code: str, actor: User | None, field: str = "photo", longest_edge: int = 1_600,
    shortest_edge: int = 0,
) -> StoredFile:  # fmt: skip
    """Keep a picture as `pictures.cleaned` leaves it, under the name it came with and the ending of what it is now."""
    picture = pictures.cleaned(content, longest_edge=longest_edge, shortest_edge=shortest_edge, field=field)
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0][:190] or "photo"
    return store_file(
        picture.content, name=f"{stem}.jpg", region_code=region_code, actor=actor, content_type=picture.content_type
    )


def store_paper(content: bytes, *, name: str, region_code: str, actor: User, field: str = "file") -> StoredFile:
    """Keep a scanned paper: a picture like `store_picture`, or a PDF as it is. What it is says its content, not its name."""
    if not content.startswith(b"%PDF-"):
        if not pictures.is_picture(content):
            raise Refusal(
                _("A paper is a photo (JPEG, PNG, WebP) or a PDF; this file is neither, whatever its name says."),
                code="no_paper", field=field,
            )  # fmt: skip
        return store_picture(
            content, name=name, region_code=region_code, actor=actor, field=field, longest_edge=pictures.LONGEST_EDGE
        )
    if len(content) > pictures.LARGEST_BYTES:
        raise Refusal(
            _("The paper has %(size)d MB; at most %(most)d are taken."),
            {"size": len(content) // 2**20, "most": pictures.LARGEST_BYTES // 2**20}, code="paper_bytes", field=field,
        )  # fmt: skip
    stem = name.rsplit(".", 1)[0][:190] or "paper"
    return store_file(content, name=f"{stem}.pdf", region_code=region_code, actor=actor, content_type="application/pdf")


def drop_file(stored: StoredFile) -> None:
    """Forget a file that nothing names any more; the database refuses while something does. Its bytes go after the commit."""
    content = stored.content
    stored.delete()
    transaction.on_commit(lambda: content.storage.delete(content.name or ""))


@transaction.atomic
def override_day(region_code: str, day: date, *, working: bool, name: str, actor: User) -> CalendarOverride:
    """A county works or rests on a day against the published calendar."""
    require(actor, MANAGE_CALENDAR, region_code)
    override, _created = CalendarOverride.objects.update_or_create(
        region_code=region_code, date=day, defaults={"working": working, "name": name}
    )
    audit.record(
        "foundation.override_day", override, actor=actor, after={"date": day, "working": working, "name": name}
    )
    return override


@transaction.atomic
def enter_year(region_code: str, year: int, *, actor: User) -> int:
    """Enter a year that the program does not know, weekends and statutory holidays; days entered before stay. How many were new.

    Afterwards `override_day` moves what the State Council's notice moves.
    """
    require(actor, MANAGE_CALENDAR, region_code)
    if calendar.is_published(year):
        raise Refusal(
            _("The program knows the holidays and make-up days of %(year)d."), {"year": year}, code="published"
        )
    rows = (
        CalendarOverride(region_code=region_code, date=day.date, working=day.working, name=day.name[:60])
        for day in calendar.year_to_enter(year)
    )
    before = CalendarOverride.objects.filter(region_code=region_code, date__year=year)
    known = before.count()
    CalendarOverride.objects.bulk_create(rows, ignore_conflicts=True)
    added = before.all().count() - known
    audit.record("foundation.enter_year", ("foundation.calendaroverride", f"{region_code} {year}"), actor=actor,
                 region_code=region_code, after={"year": year, "count": added})  # fmt: skip
    return added


def reveal(target: models.Model, fields: Iterable[str], *, actor: User) -> None:
    """Note that personal data was shown unmasked. Call it before showing; no entry, no data."""
    region: str = target.region_code  # type: ignore[attr-defined] # every table with personal data has it
    require(actor, REVEAL, region)
    audit.record("foundation.reveal", target, actor=actor, region_code=region, after={"fields": sorted(fields)})
