"""What the looks of a photo give away, and what they do not: rates over pictures made to look like photos.

Each picture goes the way that a real one goes: scene, lens, sensor (a Bayer mosaic, noise), the phone's own sharpening and
JPEG, then the reduction to 1,600 pixels by the app and the server's own JPEG. What is done to it in between is what people
do. Run:

python -m bench.pictures                 40 scenes
python -m bench.pictures --scenes 10     fewer
"""

import argparse
import io
import json
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from yigang.duty.flags import likeness, screens
from yigang.foundation import pictures
from yigang.policy.flags import RULES

Pixels = npt.NDArray[np.float64]
WIDE, HIGH = 2_000, 1_500
SENT = 1_600


def clouds(draw: np.random.Generator, size: tuple[int, int], steep: float) -> Pixels:
    """Noise of all sizes, 0 to 1: `steep` 1 is like nature's, 0.6 rough as leaves."""
    high, wide = size
    radius = np.hypot(np.fft.fftfreq(high)[:, None], np.fft.rfftfreq(wide)[None, :])
    radius[0, 0] = 1
    made = np.fft.irfft2(np.fft.rfft2(draw.standard_normal(size)) / radius**steep, s=size)
    return (made - made.min()) / np.ptp(made)


def scene(seed: int) -> Image.Image:
    """Sky, hills, rough ground, trunks; a third with what is regular by itself: a wall of bricks, a fence, a tiled roof."""
    draw = np.random.default_rng(seed)
    sky, ground = np.array([205, 218, 235]) * draw.uniform(0.6, 1), np.array([96, 110, 62]) * draw.uniform(0.5, 1.3)
    horizon = (HIGH * (0.35 + 0.25 * clouds(draw, (1, WIDE), 1.3)[0])).astype(int)
    below = np.arange(HIGH)[:, None] >= horizon[None, :]
    rough = clouds(draw, (HIGH, WIDE), 0.75)
    pixels = np.where(
        below[..., None],
        ground * (0.5 + rough[..., None]),
        sky * (0.85 + 0.3 * clouds(draw, (HIGH, WIDE), 1.4)[..., None]),
    )
    for _trunk in range(int(draw.integers(2, 9))):
        left, top, broad = draw.integers(0, WIDE - 120), draw.integers(0, HIGH // 2), draw.integers(8, 110)
        pixels[top:, left : left + broad] *= draw.uniform(0.3, 0.8)
    if seed % 3 == 0:
        _regular(draw, pixels, seed)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _regular(draw: np.random.Generator, pixels: Pixels, seed: int) -> None:
    """Bricks, a fence or tiles over part of the picture, seen at some distance and angle."""
    down, across = np.mgrid[:HIGH, :WIDE].astype(float)
    turn, pitch = draw.uniform(-0.15, 0.15), draw.uniform(14, 60)
    across, down = across + turn * down, down - turn * across
    row = np.floor(down / pitch)
    shapes = (
        ((down % pitch < pitch / 8) | ((across + row % 2 * pitch) % (2 * pitch) < pitch / 8)),
        (across % pitch < pitch / 5), ((down % pitch) / pitch < 0.3 + 0.2 * np.cos(2 * np.pi * across / pitch)),
    )  # fmt: skip
    top, left = HIGH // 4, int(draw.integers(0, WIDE // 2))
    part = pixels[top:, left:]
    part[shapes[seed // 3 % 3][top:, left:]] *= 0.6


def shot(seen: Image.Image, seed: int, *, blur: float = 0.7, noise: float = 3.0) -> Image.Image:
    """As a phone takes it: lens, mosaic of colours, noise, sharpening."""
    draw = np.random.default_rng(seed + 10_000)
    pixels = np.asarray(seen.filter(ImageFilter.GaussianBlur(blur)), float)
    pixels = pixels + draw.normal(0, noise, pixels.shape)
    mosaic = np.zeros_like(pixels)
    for plane, places in enumerate((((0, 0),), ((0, 1), (1, 0)), ((1, 1),))):
        for down, across in places:
            mosaic[down::2, across::2, plane] = pixels[down::2, across::2, plane]
    weights = ((mosaic > 0).astype(float), mosaic)
    known, filled = (sum(np.roll(one, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)) for one in weights)
    return Image.fromarray((filled / np.maximum(known, 1)).clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.UnsharpMask(1.2, 60, 2)
    )


def displayed(picture: Image.Image, pitch: float) -> Image.Image:
    """A screen that shows the picture, `pitch` pixels of the camera for one of the screen: three stripes of colour, dark gaps."""
    small = picture.resize((round(WIDE / pitch), round(HIGH / pitch)))
    down, across = np.mgrid[:HIGH, :WIDE] / pitch
    pixels = np.asarray(small, float)[
        np.minimum(down.astype(int), small.height - 1), np.minimum(across.astype(int), small.width - 1)
    ]
    stripe = np.stack([np.abs(across % 1 - middle) < 0.17 for middle in (1 / 6, 0.5, 5 / 6)], axis=-1)
    return Image.fromarray(
        (pixels * (0.25 + 0.9 * stripe) * (0.7 + 0.3 * (down % 1 < 0.85))[..., None]).clip(0, 255).astype(np.uint8)
    )


def printed(picture: Image.Image, pitch: float) -> Image.Image:
    """A print: dots of a raster turned by 45 degrees, larger where it is dark."""
    down, across = np.mgrid[:HIGH, :WIDE].astype(float)
    raster = (np.cos(np.pi * (across + down) / pitch) + np.cos(np.pi * (across - down) / pitch)) / 4 + 0.5
    pixels = np.asarray(picture, float)
    return Image.fromarray((pixels * 0.45 + 130 * (raster[..., None] < pixels / 255)).clip(0, 255).astype(np.uint8))


def turned(picture: Image.Image, degrees: float) -> Image.Image:
    """Held a little askew; what would lie outside is cut off."""
    return ImageOps.fit(picture.rotate(degrees, Image.Resampling.BICUBIC), picture.size, bleed=0.06)


def sent(picture: Image.Image, *, longest: int = SENT, quality: int = 88) -> bytes:
    """As the phone compresses it, the app reduces it, and the server writes it anew."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    reduced = Image.open(io.BytesIO(out.getvalue()))
    reduced.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    reduced.convert("RGB").save(out, "JPEG", quality=80)
    return pictures.cleaned(out.getvalue()).content


def cut(picture: Image.Image, share: float, *, side: float = 0.5) -> Image.Image:
    """So much of each edge taken away; `side` 0.5 evenly, 0 all of it on the right and below."""
    wide, high = picture.width * share, picture.height * share
    left, top = wide * side, high * side
    return picture.crop(
        (round(left), round(top), round(picture.width - wide + left), round(picture.height - high + top))
    )


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


REUSED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "compressed at 30": lambda one: compressed(one, 30),
    "sent through a messenger (1,080 px, 60)": lambda one: compressed(one.resize((1_080, 810)), 60),
    "brighter by half": lambda one: ImageEnhance.Brightness(one).enhance(1.5),
    "darker by half": lambda one: ImageEnhance.Brightness(one).enhance(0.5),
    "grey": lambda one: ImageOps.grayscale(one).convert("RGB"),
    "mirrored": ImageOps.mirror,
    "turned by 1 degree": lambda one: turned(one, 1),
    "turned by 5 degrees": lambda one: turned(one, 5),
    "turned by 90 degrees": lambda one: one.rotate(90, expand=True),
    "turned by 2 degrees": lambda one: turned(one, 2),
    "turned by 1 degree, corners left dark": lambda one: one.rotate(1, Image.Resampling.BICUBIC),
    "cut by 5 %": lambda one: cut(one, 0.05),
    "cut by 10 %": lambda one: cut(one, 0.10),
    "cut by 15 %": lambda one: cut(one, 0.15),
    "cut by 25 %": lambda one: cut(one, 0.25),
    "cut by 10 % at a corner": lambda one: cut(one, 0.10, side=0),
    "cut by 7 % at a corner": lambda one: cut(one, 0.07, side=1),
    "cut by 25 % at a corner": lambda one: cut(one, 0.25, side=0),
    "a line of text over it": lambda one: _written(one),
    "taken again of a screen": lambda one: shot(displayed(turned(one, 1), 3.1), 1),
}
SHOWN: dict[str, Callable[[Image.Image, int], Image.Image]] = {
    "screen, near (5.3 pixels each)": lambda one, seed: shot(turned(displayed(one, 5.3), 2), seed),
    "screen, arm's length (3.1)": lambda one, seed: shot(turned(displayed(one, 3.1), 2), seed),
    "screen, far (1.7)": lambda one, seed: shot(turned(displayed(one, 1.7), 2), seed),
    "screen, out of focus (3.1)": lambda one, seed: shot(turned(displayed(one, 3.1), 2), seed, blur=2.5),
    "coarse print (7 pixels a dot)": lambda one, seed: shot(turned(printed(one, 7), 2), seed),
    "fine print (3.5)": lambda one, seed: shot(turned(printed(one, 3.5), 2), seed),
}


def _written(picture: Image.Image) -> Image.Image:
    """A stamp of place and time below, as camera programs put it there."""
    pixels = np.array(picture)
    pixels[-picture.height // 8 :, : picture.width // 2] //= 3
    return Image.fromarray(pixels)


def near(one: likeness.Looks, other: likeness.Looks) -> bool:
    """Whether the rule, by its presets, asks about `one` beside the earlier `other`."""
    most = RULES["near_same_photo"].thresholds
    bits, fine = most["bits"].usual, most["fine_bits"].usual
    kept = (other.whole, *other.middles)
    return any(
        likeness.apart(asked.bits, each.bits) <= bits and likeness.apart(asked.fine, each.fine) <= fine
        for asked in (one.whole, one.mirrored) for each in kept
    ) or any(
        likeness.apart(asked.bits, each.bits) <= bits and likeness.apart(asked.fine, each.fine) <= fine
        and any(part == other for part, other in zip(asked.parts, each.parts, strict=True))
        for _how, asked in one.changed for each in kept
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=40)
    count = parser.parse_args().scenes
    threshold = RULES["photo_of_screen"].thresholds["score"].usual
    plain, known = {"screen": 0, "screen, of the regular third": 0}, {}
    found = dict.fromkeys((*REUSED, *SHOWN), 0)
    for seed in range(count):
        photo = shot(scene(seed), seed)
        known[seed] = likeness.looks_of(sent(photo), changed=True)
        wrongly = (screens.score(sent(photo)) or 0) > threshold
        plain["screen"] += wrongly
        plain["screen, of the regular third"] += wrongly and seed % 3 == 0
        for name, change in REUSED.items():
            looks = likeness.looks_of(sent(change(photo)), changed=True)
            found[name] += bool(looks and known[seed] and near(looks, known[seed]))
        for name, shown in SHOWN.items():
            found[name] += (screens.score(sent(shown(scene(seed), seed))) or 0) > threshold
    pairs = [(one, other) for one in range(count) for other in range(one)]
    alike = sum(near(known[one], known[other]) for one, other in pairs if known[one] and known[other])
    rates = {name: f"{100 * hits / count:.0f} %" for name, hits in found.items()}
    print(
        json.dumps(
            {"scenes": count, "found": rates, "asked wrongly": plain, "other pictures": f"{alike}/{len(pairs)}"},
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
