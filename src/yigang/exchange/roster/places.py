"""Which village a row means: by code, or by the names of town and village as offices write them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from yigang.foundation import regioncode
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal, Text
from yigang.foundation.models import Region
from yigang.foundation.regions import shortened

CODE = re.compile(r"\d{12}")
_KIND = re.compile(r"(街道|乡|镇|社区|村)$")
MOST_NAMED = 5
"""As many candidates are named in a refusal."""

Found = str | Refusal


@dataclass
class Places:
    """The regions below a prefix that are valid today, by code and by name. `find` remembers what it was asked."""

    prefix: str
    names: dict[str, str] = field(default_factory=dict)
    """Code → name, of towns and villages."""
    answers: dict[tuple[str, str, str], Found] = field(default_factory=dict)

    @classmethod
    def below(cls, region_code: str) -> Places:
        """Read the regions of a county, town or village, and the towns above them, with one query."""
        prefix = regioncode.prefix_of(region_code)
        rows = Region.objects.filter(code__startswith=prefix[:9], valid_to=None, level__gte=RegionLevel.TOWN)
        return cls(prefix, dict(rows.order_by("code").values_list("code", "name")))

    def find(self, town: str | None, village: str | None, code: str | None) -> str:
        """The code of the place, within the prefix; a `Refusal` says what was not found or names the candidates."""
        key = (town or "", village or "", code or "")
        if key not in self.answers:
            try:
                self.answers[key] = self._find(*key)
            except Refusal as refusal:
                self.answers[key] = refusal
        answer = self.answers[key]
        if isinstance(answer, Refusal):
            raise answer
        return answer

    def name_of(self, code: str) -> str:
        """`齐伯镇大坪村`, as far as the names are known."""
        town = self.names.get(regioncode.pad(code[:9]), "")
        return town + ("" if code.endswith("000") else shortened(self.names.get(code, code)))

    def _find(self, town: str, village: str, code: str) -> str:
        if CODE.fullmatch(village):
            village, code = "", village
        if code:
            return self._by_code(code)
        if not town and not village:
            raise _refusal(_("The village is missing."), "village_missing", "village")
        towns = self._called(town, self._towns()) if town else self._towns()
        if not towns:
            raise _unknown(town, "town")
        if not village:
            return self._only(towns, town, "town")
        wanted = {one[:9] for one in towns}
        inside = [place for place in self.names if place[:9] in wanted and place[9:] != "000"]
        return self._only(
            self._called(village, [one for one in inside if one.startswith(self.prefix)]), village, "village"
        )

    def _by_code(self, code: str) -> str:
        if code not in self.names or not code.startswith(self.prefix):
            raise _refusal(
                _("“%(name)s” is not the code of a place in the region this import is for."), "region_code", "region_code",
                name=code,
            )  # fmt: skip
        return code

    def _towns(self) -> list[str]:
        return [code for code in self.names if code.endswith("000")]

    def _called(self, name: str, codes: Sequence[str]) -> list[str]:
        """Places of that name: written alike, else without 村民委员会 and its like, else without 村, 镇 and their like."""
        among = set(codes)
        for number, same in enumerate(FORMS):
            if found := [code for code in self._by_form[number].get(same(name), ()) if code in among]:
                return found
        stem = _stem(name)
        return [code for code in codes if len(stem) > 1 and self.names[code].startswith(stem)]

    @cached_property
    def _by_form(self) -> list[dict[str, list[str]]]:
        """For each way to write a name: name → codes, so that 800 villages are not read through for every row."""
        made: list[dict[str, list[str]]] = []
        for same in FORMS:
            known: dict[str, list[str]] = defaultdict(list)
            for code, name in self.names.items():
                known[same(name)].append(code)
            made.append(known)
        return made

    def _only(self, codes: list[str], name: str, key: str) -> str:
        if not codes:
            raise _unknown(name, key)
        if len(codes) > 1:
            shown = "、".join(f"{self.name_of(code)}（{code}）" for code in codes[:MOST_NAMED])
            raise _refusal(
                _("“%(name)s” may be one of %(places)s."), f"{key}_ambiguous", key, name=name, places=shown,
                remedy=_("Write the town too, or the 12-digit code."),
            )  # fmt: skip
        if not codes[0].startswith(self.prefix):
            raise _refusal(_("“%(name)s” lies outside the region this import is for."), "outside", key, name=name)
        return codes[0]


def _stem(name: str) -> str:
    """`大坪村委会`, `大坪村` and `大坪` are one."""
    return _KIND.sub("", shortened(name))


FORMS: tuple[Callable[[str], str], ...] = (str.strip, shortened, _stem)
"""Ways to write a name, the strictest first."""


def _unknown(name: str, key: str) -> Refusal:
    return _refusal(
        _("“%(name)s” is not known in the region this import is for."), f"{key}_unknown", key, name=name,
        remedy=_("Write the name as in the list of regions, or the 12-digit code in the column 行政区划代码."),
    )  # fmt: skip


def _refusal(template: Text, code: str, key: str, remedy: Text = "", **params: object) -> Refusal:
    return Refusal(template, params, code=code, field=key, remedy=remedy)
