"""Profile cards as PDF/A-2b with photo and QR code: one, and a district's 755 in one document. Without the database.

python -m bench.papers
"""

import io
import os
from pathlib import Path
from time import perf_counter

import django
from PIL import Image

CARDS = 755
TEMPLATE = Path(__file__).parents[1] / "src" / "yigang" / "tenure" / "papers" / "card.typ"


def photo() -> bytes:
    """A portrait of the size that cards are printed with; noise, which compresses worse than a face."""
    buffer = io.BytesIO()
    Image.effect_noise((420, 560), 40).convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def card(number: int) -> dict[str, object]:
    member = {"name": "张三", "relation": "户主", "sex": "男", "birth": "1980-03"}
    return {
        "name": f"张小{chr(0x4E00 + number)}", "sex": "男", "birth": "1980年3月7日", "identity": "520403********1234",
        "phone": "139****0000", "place": "平坝区白云镇平元村", "residence": "农村", "hardships": ["残疾"],
        "household": {"number": f"{number}", "poor": "脱贫户", "address": "三组", "causes": "因病、缺技术", "count": 5},
        "members": [member] * 5, "photo": f"photo{number}.jpg", "qr": f"qr{number}.svg",
        "held": {"kind": "生态护林员", "number": f"BY-{number:03}", "duties": "巡山、防火", "programme": "生态护林员",
                 "agreement": f"护林〔2020〕{number:03}号", "starts": "2020年7月1日", "ends": "2021年6月30日",
                 "over": False},
    }  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
    django.setup()
    from yigang.foundation.papers import fonts, qr, typeset

    portrait = photo()
    begin = perf_counter()
    fonts.signs()
    print(f"fonts read once in a process: {perf_counter() - begin:.2f} s")
    for count in (1, 1, CARDS):
        begin = perf_counter()
        pictures = {f"photo{number}.jpg": portrait for number in range(count)}
        pictures |= {f"qr{number}.svg": qr(f"https://yigang.example/people/{number}/") for number in range(count)}
        paper = typeset(
            TEMPLATE, {"cards": [card(number) for number in range(count)], "printed": ""}, pictures=pictures
        )
        print(f"{count} cards: {perf_counter() - begin:.3f} s, {len(paper.content) / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
