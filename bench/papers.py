"""Every paper as it is made: profile cards, notices, lists for posting, forms, ledger, funnel, agreements. Without the database.

python -m bench.papers              medians of five runs, one of a district's 755 cards
"""

import argparse
import io
import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import django
from PIL import Image

CARDS = 755
SOURCE = Path(__file__).parents[1] / "src" / "yigang"


def photo() -> bytes:
    """A portrait of the size that cards are printed with; noise, which compresses worse than a face."""
    buffer = io.BytesIO()
    Image.effect_noise((420, 560), 40).convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def person(number: int) -> dict[str, object]:
    member = {"name": "张三", "relation": "户主", "sex": "男", "birth": "1980-03"}
    return {
        "name": f"张小{chr(0x4E00 + number)}", "sex": "男", "birth": "1980年3月7日", "identity": "520403********1234",
        "phone": "139****0000", "place": "平坝区白云镇平元村", "residence": "农村", "hardships": ["残疾"],
        "household": {"number": f"{number}", "poor": "脱贫户", "address": "三组", "causes": "因病、缺技术", "count": 5},
        "members": [member] * 5,
    }  # fmt: skip


def card(number: int) -> dict[str, object]:
    held = {
        "kind": "生态护林员", "number": f"BY-{number:03}", "duties": "巡山、防火", "programme": "生态护林员",
        "agreement": f"护林〔2020〕{number:03}号", "starts": "2020年7月1日", "ends": "2021年6月30日", "over": False,
    }  # fmt: skip
    return {**person(number), "held": held, "photo": f"photo{number}.jpg", "qr": f"qr{number}.svg"}


def cards(count: int, portrait: bytes) -> bytes:
    from yigang.foundation.papers import qr, typeset

    pictures = {f"photo{number}.jpg": portrait for number in range(count)}
    pictures |= {f"qr{number}.svg": qr(f"https://yigang.example/people/{number}/") for number in range(count)}
    template = SOURCE / "tenure" / "papers" / "card.typ"
    return typeset(
        template, {"cards": [card(number) for number in range(count)], "printed": ""}, pictures=pictures
    ).content


def notice(count: int) -> bytes:
    from yigang.notices.papers import Posted, typeset_posted

    lines = [
        (number, [f"张小{chr(0x4E00 + number)}", "平元村", "护林员", 62_000, 22]) for number in range(1, count + 1)
    ]
    fields = ["name", "village", "post", "amount_fen", "days"]
    address = "https://yigang.example/public/notices/3/"
    return typeset_posted(Posted("拟聘人员公示", "白云镇", fields, lines, text=["现予公示。"], address=address)).content


def form(portrait: bytes) -> bytes:
    from yigang.foundation.papers import typeset
    from yigang.recruitment.papers.forms import DECLARED, TEMPLATE

    box = {"step": "审核", "who": "乡级经办人员", "outcome": "符合条件", "by": "李四", "day": "2020年6月8日"}
    data = {
        "title": "生态护林员报名登记表", "round": "2020年选聘（2020-1）", "sought": "护林员 BY-001", "printed": "",
        "one": {**person(1), "education": "初中"}, "photo": "photo.jpg", "applied": "2020年6月8日", "wanted": "护林员 BY-001",
        "source": "村级经办人", "declared": [[text, False] for text in DECLARED.values()], "opinions": [box] * 5,
    }  # fmt: skip
    return typeset(TEMPLATE, data, pictures={"photo.jpg": portrait}).content


def ledger(count: int) -> bytes:
    from yigang.foundation.papers.listing import Heading, typeset_listing

    headings = [
        Heading(name) for name in ("序号", "生效", "变动", "姓名", "岗位编号", "村", "变动内容", "原因", "经办")
    ]
    change = "上岗：2020-07-01；末日：2021-06-30；协议编号：护林〔2020〕001号"
    lines = [
        [f"{number}", "2020-07-01", "聘用", "张小红", f"BY-{number}", "平元村", change, "公开选聘，评定第三名", "李四"]
        for number in range(count)
    ]
    return typeset_listing("聘用动态调整台账", headings, lines, landscape=True).content


def funnel(count: int) -> bytes:
    from yigang.foundation.papers import typeset
    from yigang.foundation.papers.listing import table
    from yigang.recruitment.papers.funnel import HEADINGS, TEMPLATE, stages_of
    from yigang.recruitment.queries import Funnel

    figures = Funnel(count, count // 7, 0, count // 3, 0, count // 2, (("审核", count // 7),))
    stages = [{"name": stage.name, "people": stage.people, "lost": stage.lost} for stage in stages_of(figures)]
    lines = [
        [f"{number}", "张小红", "平元村", "护林员 BY-001", "未选上", "审核", "连续安置已满三年"]
        for number in range(count)
    ]
    data = {
        "title": "选聘情况",
        "round": "",
        "stages": stages,
        "steps": "",
        "table": table(HEADINGS, lines),
        "printed": "",
    }
    return typeset(TEMPLATE, data).content


def agreement() -> bytes:
    from yigang.tenure.papers import shipped, template

    return template.fill(shipped.document("pingba-ranger"), dict.fromkeys(template.FIELDS, "平坝护林〔2020〕001号"))


def timed(make: Callable[[], bytes], runs: int) -> tuple[float, int]:
    """The median of some runs after a first one, and the size of what was made."""
    content, seconds = make(), []
    for _run in range(runs):
        begin = perf_counter()
        content = make()
        seconds.append(perf_counter() - begin)
    return median(seconds), len(content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
    django.setup()
    from yigang.foundation.papers import fonts

    begin, portrait = perf_counter(), photo()
    fonts.signs()
    print(f"{'fonts read once in a process':32} {perf_counter() - begin:7.3f} s")
    papers: dict[str, Callable[[], bytes]] = {
        "profile card": lambda: cards(1, portrait), "notice of 30 people": lambda: notice(30),
        "list for posting of 755": lambda: notice(755), "registration form": lambda: form(portrait),
        "ledger of 1,000 entries": lambda: ledger(1_000), "funnel of 34": lambda: funnel(34),
        "agreement from its template": agreement,
    }  # fmt: skip
    for name, make in papers.items():
        seconds, size = timed(make, runs)
        print(f"{name:32} {seconds:7.3f} s  {size / 1024:8.0f} KB")
    begin = perf_counter()
    size = len(cards(CARDS, portrait))
    print(f"{f'{CARDS} cards in one document':32} {perf_counter() - begin:7.3f} s  {size / 1024:8.0f} KB")


if __name__ == "__main__":
    main()
