"""Cards drawn here, read by the models: what is proposed, what stays empty and why, what is refused."""

import io
from pathlib import Path

import noto_cjk_sans_otc
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from tests.foundation.factories import picture
from tests.people.factories import identity_number

from yigang.foundation.errors import Refusal
from yigang.people import idcard
from yigang.people.idcard.parse import Line, Reading, parse

FONT = Path(noto_cjk_sans_otc.__file__).parent / "NotoSansCJK-Regular.ttc"
LABELS = ((60, 60, "姓 名"), (60, 140, "性 别"), (310, 140, "民 族"), (60, 220, "出 生"), (60, 300, "住 址"),
          (60, 510, "公民身份号码"))  # fmt: skip
needs_models = pytest.mark.skipif(not idcard.installed(), reason="the extra `ocr` is not installed")


def card(number: str, *, name: str = "王小红", sex: str = "女") -> Image.Image:
    image = Image.new("RGB", (1000, 630), (225, 235, 240))
    draw = ImageDraw.Draw(image)
    values = ((180, 52, name), (180, 135, sex), (420, 135, "汉"), (180, 215, "1980"), (290, 220, "年"), (340, 215, "3"),
              (400, 220, "月"), (450, 215, "7"), (510, 220, "日"), (180, 295, "贵州省安顺市平坝区白云镇"),
              (180, 345, "平元村三组12号"), (330, 502, number))  # fmt: skip
    for size, colour, texts in ((34, (40, 90, 150), LABELS), (42, (0, 0, 0), values)):
        font = ImageFont.truetype(str(FONT), size, index=2)
        for x, y, text in texts:
            draw.text((x, y), text, font=font, fill=colour)
    return image


def photo(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def read(content: bytes) -> Reading:
    return idcard.read(idcard.checked(content))


def refused(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(content)
    return caught.value


def lines(*texts: str, score: float = 1.0) -> list[Line]:
    """Lines one below the other."""
    return [Line(50, 50 * place, 40, text, score) for place, text in enumerate(texts)]


@needs_models
@pytest.mark.req("P4")
@pytest.mark.parametrize("turned", [0, 90])
def test_a_card_is_read_however_it_was_held(turned):
    reading = read(photo(card(identity_number(2)).rotate(turned, expand=True)))
    assert (reading.name, reading.number, reading.problems) == ("王小红", identity_number(2), [])
    assert reading.address == "贵州省安顺市平坝区白云镇平元村三组12号"


@needs_models
def test_a_blurred_card_and_a_photo_without_a_card_are_refused():
    blurred = card(identity_number(2)).filter(ImageFilter.GaussianBlur(14))
    assert refused(photo(blurred)).code in {"card_blurred", "not_a_card"}
    assert refused(picture(size=(900, 600))).code == "not_a_card"


def test_a_small_photo_and_a_pdf_are_refused_before_anything_is_read(monkeypatch):
    monkeypatch.setattr(idcard, "installed", lambda: True)
    assert refused(picture(size=(160, 100))).code == "picture_small"
    assert refused(b"%PDF-1.7").code == "no_picture"


def test_without_the_extra_the_form_is_filled_by_hand(monkeypatch):
    monkeypatch.setattr(idcard, "installed", lambda: False)
    refusal = refused(picture(size=(900, 600)))
    assert refusal.code == "no_reading"
    assert refusal.remedy


def test_a_reader_that_fails_says_so(monkeypatch):
    monkeypatch.setattr(idcard, "installed", lambda: True)
    monkeypatch.setattr(idcard, "WORKER", "yigang.people.idcard.nothing")
    assert refused(picture(size=(900, 600))).code == "reading_failed"


class TestFields:
    def test_a_misread_digit_leaves_the_number_empty(self):
        number = identity_number(2)
        wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
        reading = parse(lines("姓名王小红", "性别女", "住址平元村", "公民身份号码" + wrong))
        assert (reading.name, reading.number) == ("王小红", "")
        assert len(reading.problems) == 1

    @pytest.mark.parametrize("said", ["性别男", "出生1981年3月7日", "出生1980年13月7日"])
    def test_a_number_that_says_something_else_than_the_card_stays_empty(self, said):
        reading = parse(lines("姓名王小红", said, "住址平元村", "公民身份号码" + identity_number(2)))
        assert reading.number == ""
        assert len(reading.problems) == 1

    def test_a_name_read_without_certainty_stays_empty(self):
        given = lines("姓名王小红", "住址平元村", "公民身份号码" + identity_number(2), score=0.6)
        assert parse(given).name == ""

    def test_a_card_upside_down_or_another_paper_is_none(self):
        upright = ("姓名王小红", "住址平元村", "公民身份号码" + identity_number(2))
        assert parse(lines(*upright)) is not None
        assert parse(lines(*reversed(upright))) is None
        assert parse(lines("户口簿", "姓名王小红")) is None
        assert parse([]) is None


def test_nobody_waits_longer_than_the_limit(monkeypatch):
    monkeypatch.setattr(idcard, "installed", lambda: True)
    monkeypatch.setattr(idcard, "SECONDS", 0)
    assert refused(picture()).code == "reading_slow"
