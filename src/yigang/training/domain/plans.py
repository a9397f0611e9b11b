"""Verbs of plans, courses, their materials, and of the land that villages lie on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import PostKind, Programme
from yigang.training.access import PLAN
from yigang.training.enums import Subject, Terrain
from yigang.training.models import Course, Material, Plan, VillageTerrain

LARGEST_MATERIAL = 50 * 2**20
MATERIAL_TYPES = {
    "pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "jpg": "image/jpeg",
    "jpeg": "image/jpeg", "png": "image/png", "mp4": "video/mp4", "mp3": "audio/mpeg", "txt": "text/plain",
}  # fmt: skip
"""What is handed out, by its ending; a page that could run in a reader's name is none of them."""


@dataclass(frozen=True)
class Group:
    """Whom a course is for; what is empty says nothing."""

    terrains: Collection[Terrain] = ()
    post_kinds: Collection[PostKind] = ()
    months: Collection[int] = ()


EVERYBODY = Group()


@transaction.atomic
def make_plan(programme: Programme, region_code: str, year: int, title: str, *, note: str = "", actor: User) -> Plan:
    """A year's plan of a region for a programme; there is one."""
    require(actor, PLAN, region_code)
    if not title.strip():
        raise Refusal(_("Give the plan a title."), code="title", field="title")
    try:
        with transaction.atomic():
            plan = Plan.objects.create(
                region_code=region_code,
                programme=programme,
                year=year,
                title=title.strip(),
                note=note.strip(),
                made_by=actor,
            )
    except IntegrityError as error:
        if violated(error) != "one_training_plan_a_year":
            raise
        raise Refusal(
            _("There is a plan of %(programme)s for %(year)d already."), {"programme": programme.name, "year": year},
            code="plan_known", field="year", remedy=_("Add courses to it."),
        ) from error  # fmt: skip
    audit.record("training.make_plan", plan, actor=actor, after={"title": plan.title, "year": year})
    return plan


@transaction.atomic
def add_course(
    plan: Plan, title: str, subject: Subject, hours: Decimal, *, actor: User, group: Group = EVERYBODY,
    before_start: bool = False,
) -> Course:  # fmt: skip
    """A course of a plan. `before_start`: it is what has to be learned before the first day."""
    require(actor, PLAN, plan.region_code)
    if not title.strip():
        raise Refusal(_("Give the course a title."), code="title", field="title")
    if hours <= 0:
        raise Refusal(_("A course has more than 0 hours."), code="hours", field="hours")
    if wrong := sorted(set(group.months) - set(range(1, 13))):
        raise Refusal(_("%(month)d is no month."), {"month": wrong[0]}, code="month", field="months")
    try:
        with transaction.atomic():
            course = Course.objects.create(
                region_code=plan.region_code, plan=plan, title=title.strip(), subject=subject, hours=hours,
                before_start=before_start, terrains=sorted(group.terrains), months=sorted(group.months),
            )  # fmt: skip
    except IntegrityError as error:
        if violated(error) != "course_title_once":
            raise
        raise Refusal(_("The plan has a course of this title already."), code="course_known", field="title") from error
    course.post_kinds.set(group.post_kinds)
    audit.record("training.add_course", course, actor=actor, after={"title": course.title, "hours": str(hours)})
    return course


@transaction.atomic
def add_material(course: Course, title: str, content: bytes, name: str, *, actor: User) -> Material:
    """Something to read of a course: one of the kinds that cannot run in a reader's browser, 50 MB at most."""
    require(actor, PLAN, course.region_code)
    content_type = MATERIAL_TYPES.get(name.rsplit(".", 1)[-1].lower())
    if content_type is None:
        raise Refusal(
            _("“%(name)s” is no file that is handed out."), {"name": name[:60]}, code="material_type", field="file",
            remedy=_("Take one of: %(kinds)s.") % {"kinds": "、".join(MATERIAL_TYPES)},
        )  # fmt: skip
    if not content or len(content) > LARGEST_MATERIAL:
        raise Refusal(_("The file is empty or has more than 50 MB."), code="material_size", field="file")
    stored = store_file(content, name=name, region_code=course.region_code, actor=actor, content_type=content_type)
    material = Material.objects.create(
        region_code=course.region_code, course=course, title=title.strip() or stored.name[:120], file=stored,
        size=stored.size, added_by=actor,
    )  # fmt: skip
    audit.record("training.add_material", material, actor=actor, after={"title": material.title})
    return material


@transaction.atomic
def retire_material(material: Material, *, actor: User) -> None:
    """No longer hand it out; the file stays."""
    require(actor, PLAN, material.region_code)
    material.retired_at = timezone.now()
    material.save(update_fields=["retired_at"])
    audit.record("training.retire_material", material, actor=actor, after={"title": material.title})


@transaction.atomic
def set_terrain(codes: Collection[str], terrain: Terrain, *, actor: User) -> int:
    """Say on what land villages lie."""
    for code in codes:
        require(actor, PLAN, code)
        if len(regioncode.prefix_of(code)) != len(code):
            raise Refusal(_("Land is said of villages; %(code)s is none."), {"code": code}, code="no_village")
    for code in codes:
        VillageTerrain.objects.update_or_create(region_code=code, defaults={"terrain": terrain, "set_by": actor})
    after = {"terrain": str(terrain), "count": len(codes)}
    region = min(codes) if codes else None
    audit.record("training.set_terrain", ("training.villageterrain", ""), actor=actor, region_code=region, after=after)
    return len(codes)
