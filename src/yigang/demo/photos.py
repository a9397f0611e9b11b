"""Photos for the demo: a notice on a wall, a portrait of nobody, drawn. The same name gives the same bytes."""

import io
from zlib import crc32

import numpy as np
from PIL import Image, ImageDraw

SIZE = (900, 675)
WALL, BOARD, PAPER, INK, RED = (196, 178, 150), (112, 74, 48), (250, 247, 238), (90, 90, 90), (178, 34, 34)


PORTRAIT = (480, 640)
CLOTHES = ((38, 70, 120), (60, 92, 66), (96, 62, 52), (70, 70, 78))


def portrait(name: str) -> bytes:
    """Nobody's face: a head and shoulders before a light wall; the clothes come from the name."""
    picture = Image.new("RGB", PORTRAIT, (214, 226, 238))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((70, 430, 410, 900), fill=CLOTHES[crc32(name.encode()) % len(CLOTHES)])
    draw.rectangle((200, 360, 280, 460), fill=(205, 165, 136))
    draw.ellipse((145, 150, 335, 400), fill=(222, 184, 154))
    draw.pieslice((135, 120, 345, 380), 180, 360, fill=(44, 40, 38))
    return _jpeg(picture)


def posted(name: str) -> bytes:
    """A sheet with a red heading and lines of writing on a board; how long the lines are comes from the name."""
    picture = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((120, 60, 780, 620), fill=BOARD)
    draw.rectangle((160, 95, 740, 590), fill=PAPER)
    draw.rectangle((300, 120, 600, 150), fill=RED)
    seed = crc32(name.encode())
    for line in range(16):
        length = 300 + (seed >> line) % 200
        draw.rectangle((195, 185 + line * 24, 195 + length, 193 + line * 24), fill=INK)
    draw.ellipse((600, 500, 700, 575), outline=RED, width=6)
    return _jpeg(picture)


def landscape(seed: int) -> Image.Image:
    """Something like hills under a sky: clouds of all sizes, a horizon, a few trunks, a sensor's noise."""
    draw = np.random.default_rng(seed)
    wide, high = 800, 600
    radius = np.hypot(np.fft.fftfreq(high)[:, None], np.fft.rfftfreq(wide)[None, :])
    radius[0, 0] = 1
    planes = []
    for _colour in range(3):
        noise = np.fft.irfft2(np.fft.rfft2(draw.standard_normal((high, wide))) / radius**1.1, s=(high, wide))
        planes.append((noise - noise.min()) / np.ptp(noise) * 200 + 25)
    pixels = np.stack(planes, axis=-1)
    pixels[: int(high * draw.uniform(0.3, 0.6))] += 30
    for _trunk in range(6):
        left, top = draw.integers(0, wide - 40), draw.integers(0, high // 2)
        pixels[top:, left : left + draw.integers(4, 40)] *= draw.uniform(0.4, 0.9)
    pixels += draw.normal(0, 4, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def on_a_screen(picture: Image.Image) -> Image.Image:
    """A photo of a screen that shows the picture: its grid of dots, a little turned."""
    pixels = np.asarray(picture, dtype=float)
    down, across = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    grid = np.cos(2 * np.pi * (across - 0.05 * down) / 3.37) + np.cos(2 * np.pi * (0.05 * across + down) / 3.37)
    return Image.fromarray((pixels * (0.82 + 0.09 * grid[..., None])).clip(0, 255).astype(np.uint8))


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
