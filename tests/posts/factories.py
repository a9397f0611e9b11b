"""Programmes and posts for tests."""

from datetime import date

from tests.people.factories import VILLAGE

from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Post, Programme


def make_programme(code: str = "rangers-2020", *, region_code: str = "520403000000", **columns: object) -> Programme:
    values: dict[str, object] = {
        "name": "平坝区生态护林员", "kind": ProgrammeKind.RANGER, "policy_code": "pingba-ranger",
        "starts": date(2020, 1, 1), **columns,
    }  # fmt: skip
    return Programme.objects.create(code=code, region_code=region_code, **values)


def make_post(programme: Programme, number: str = "H001", *, region_code: str = VILLAGE, **columns: object) -> Post:
    return Post.objects.create(
        programme=programme, number=number, region_code=region_code, **{"kind": "护林员", **columns}
    )
