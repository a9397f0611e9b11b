"""Photos: what the fingerprints know again and what they miss; what looks like a screen; old ones."""

import io
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from yigang.duty.flags import likeness, screens
from yigang.duty.flags.likeness import apart, looks_of
from yigang.policy.flags import RULES

pytestmark = pytest.mark.req("Z3")
REACH = likeness.REACH


@cache
def scene(seed: int, size=(800, 600)) -> Image.Image:
    """Something like a landscape: clouds of all sizes (1/f), a horizon, a few straight things."""
    rng = np.random.default_rng(seed)
    height, width = size[1], size[0]
    planes = []
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    radius[0, 0] = 1
    for _channel in range(3):
        noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((height, width))) / radius**1.1, s=(height, width))
        planes.append((noise - noise.min()) / np.ptp(noise) * 200 + 25)
    pixels = np.stack(planes, axis=-1)
    pixels[: int(height * rng.uniform(0.3, 0.6))] += 30
    for _tree in range(6):
        left = rng.integers(0, width - 40)
        pixels[rng.integers(0, height // 2) :, left : left + rng.integers(4, 40)] *= rng.uniform(0.4, 0.9)
    pixels += rng.normal(0, 4, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def cut(picture: Image.Image, share: float) -> Image.Image:
    """So much of each edge taken away, around the middle."""
    wide, high = (round(edge * share / 2) for edge in picture.size)
    return picture.crop((wide, high, picture.width - wide, picture.height - high))


CHANGES = {
    "compressed again": lambda one: Image.open(io.BytesIO(jpeg(one, 40))),
    "brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.3),
    "less contrast": lambda one: ImageEnhance.Contrast(one).enhance(0.7),
    "smaller": lambda one: one.resize((500, 375)),
    "blurred": lambda one: one.filter(ImageFilter.GaussianBlur(2)),
    "grey": lambda one: ImageOps.grayscale(one).convert("RGB"),
    "mirrored": ImageOps.mirror,
    "cut by 5 %": lambda one: cut(one, 0.05),
    "cut by 10 %": lambda one: cut(one, 0.10),
    "cut by 15 %": lambda one: cut(one, 0.15),
    "cut by 25 %": lambda one: cut(one, 0.25),
    "turned by 5 degrees": lambda one: cut(one.rotate(5, Image.Resampling.BICUBIC), 0.12),
    "turned by 4 degrees back": lambda one: cut(one.rotate(-4, Image.Resampling.BICUBIC), 0.10),
    "turned by 1 degree": lambda one: cut(one.rotate(1, Image.Resampling.BICUBIC), 0.05),
    "turned by 2 degrees back": lambda one: one.rotate(-2, Image.Resampling.BICUBIC),
}


def nearest(one: bytes, other: bytes) -> int:
    """As the comparison asks: the new one whole, mirrored, cut and turned back, the old one whole and its middles."""
    new, old = looks_of(one, changed=True), looks_of(other)
    assert new
    assert old
    asked = (new.whole, new.mirrored, *(each for _how, each in new.changed))
    return min(apart(each.bits, kept.bits) for each in asked for kept in (old.whole, *old.middles))


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_photo_is_known_again(change):
    assert [nearest(jpeg(CHANGES[change](scene(seed))), jpeg(scene(seed))) <= REACH for seed in range(2)] == [True] * 2


def test_other_pictures_are_not_and_turned_ones_are_missed():
    photos = [jpeg(scene(seed)) for seed in range(6)]
    between = [nearest(one, two) for place, one in enumerate(photos) for two in photos[:place]]
    assert min(between) > REACH
    assert nearest(jpeg(scene(0).rotate(90, expand=True)), jpeg(scene(0))) > REACH  # stated in docs/algorithms/flags.md
    assert looks_of(jpeg(Image.new("RGB", (800, 600), (12, 12, 12)))) is None


def on_a_screen(picture: Image.Image, *, pitch: float = 3.37, strength: float = 0.35) -> Image.Image:
    """A photo of a screen showing the picture: its grid of dots, a little turned, as the camera samples it."""
    pixels = np.asarray(picture, dtype=float)
    down, across = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    turned = across * np.cos(0.05) - down * np.sin(0.05), across * np.sin(0.05) + down * np.cos(0.05)
    grid = sum(np.cos(2 * np.pi * one / pitch) for one in turned) / 2
    return Image.fromarray((pixels * (1 - strength / 2 + strength / 2 * grid[..., None])).clip(0, 255).astype(np.uint8))


def test_a_screen_shows_in_the_spectrum_unless_the_photo_was_reduced():
    threshold = RULES["photo_of_screen"].thresholds["score"].usual
    plain = [screens.score(jpeg(scene(seed))) for seed in range(2)]
    shot = [screens.score(jpeg(on_a_screen(scene(seed)))) for seed in range(2)]
    assert max(plain) < threshold < min(shot)
    reduced = on_a_screen(scene(0, (1600, 1200)), pitch=2.6).resize((700, 525), Image.Resampling.LANCZOS)
    assert screens.score(jpeg(reduced)) < threshold  # what it misses, stated in docs/algorithms/flags.md
    assert screens.score(jpeg(scene(0).resize((400, 300)))) is None
