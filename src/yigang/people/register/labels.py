"""The register's fields and values in words, for differences, lists and workbooks."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext as _now

from yigang.foundation import regions
from yigang.people.enums import Education, Employment, Health, PoorKind, Relation, Residence, Workplace
from yigang.people.models import LabourRecord

CHOICES: Mapping[str, type[TextChoices]] = {
    "relation": Relation, "residence": Residence, "poor_kind": PoorKind, "education": Education,
    "employment": Employment, "workplace": Workplace, "health": Health,
}  # fmt: skip


def label(name: str) -> str:
    """What a field is called."""
    return str(LabourRecord._meta.get_field(name).verbose_name)  # type: ignore[union-attr] # a column, no relation


def value_in_words(name: str, value: object) -> str:
    """One value as people read it; a dash where nothing is said."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _now("Yes") if value else _now("No")
    if name in CHOICES:
        return str(CHOICES[name](str(value)).label)
    return regions.name_of(str(value)) if name == "region_code" else str(value)
