"""How much a photo looks as if it was taken of a screen or a printed raster: lone peaks in its spectrum.

A camera that samples a grid of dots leaves sharp peaks away from the middle of the spectrum, where nature falls off smoothly.
Reducing and compressing a photo weakens them, and fences, blinds and tiles have them too: a weak hint.
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt

SIZE = 512
"""Edge of the square that is cut out of the middle, unscaled: scaling would remove what is looked for."""
INNERMOST, OUTERMOST = 0.12, 0.48
"""Between these frequencies (cycles per pixel) peaks are looked for; below lies what the picture shows."""
BINS = 48


def score(content: bytes) -> float | None:
    """How far the highest peak stands out of its surroundings, in their typical deviation; None when too small to tell."""
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        if min(picture.size) < SIZE:
            return None
        left, top = (picture.width - SIZE) // 2, (picture.height - SIZE) // 2
        grey = np.asarray(picture.convert("L").crop((left, top, left + SIZE, top + SIZE)), dtype=np.float64)
    return peak(grey)


def peak(grey: npt.NDArray[np.float64]) -> float:
    """The same for a square of brightnesses."""
    window = np.hanning(len(grey))
    spectrum = np.log1p(np.abs(np.fft.rfft2((grey - grey.mean()) * window[:, None] * window[None, :])))
    down, across = np.fft.fftfreq(len(grey))[:, None], np.fft.rfftfreq(len(grey))[None, :]
    radius = np.hypot(down, across)
    # the grid of 8 × 8 blocks that JPEG leaves, and the axes on which straight edges of the picture lie
    block = 1 / 8
    blocks = (np.abs(down / block - np.round(down / block)) < 0.05) & (
        np.abs(across / block - np.round(across / block)) < 0.05
    )
    used = (radius > INNERMOST) & (radius < OUTERMOST) & ~blocks & (np.abs(down) > 0.01) & (across > 0.01)
    ring = np.minimum((radius / OUTERMOST * BINS).astype(int), BINS - 1)
    highest = 0.0
    for number in range(int(INNERMOST / OUTERMOST * BINS), BINS):
        values = spectrum[used & (ring == number)]
        if len(values) > 50:
            middle = np.median(values)
            spread = np.median(np.abs(values - middle)) or 1.0
            highest = max(highest, float((values.max() - middle) / spread))
    return round(highest, 2)
