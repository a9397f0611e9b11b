"""A million fixes cleaned and measured on one core, in the order of time and shuffled. Run: python -m bench.tracks"""

import json
import os
import resource
import time

os.environ.setdefault("POLARS_MAX_THREADS", "1")

FIXES, EVERY_S, RUNS = 1_000_000, 5, 3


def main() -> None:
    import numpy as np
    import polars as pl

    from yigang.duty.tracks import clean, measure

    dice = np.random.default_rng(1)
    way = [np.cumsum(dice.normal(0, 3e-5, FIXES)) + dice.normal(0, 3e-5, FIXES) for _ in range(2)]
    moments = pl.Series(1_593_561_600_000_000 + np.arange(FIXES) * EVERY_S * 1_000_000).cast(pl.Datetime("us", "UTC"))
    fixes = pl.DataFrame({"time": moments, "latitude": 26 + way[0], "longitude": 106 + way[1], "accuracy": 8.0})
    figures = {}
    for name, frame in (("in_order", fixes), ("shuffled", fixes.sample(fraction=1.0, shuffle=True, seed=3))):
        seconds = []
        for _ in range(RUNS):
            start = time.process_time()
            measure(clean(frame))
            seconds.append(time.process_time() - start)
        figures[name] = {"seconds": round(min(seconds), 2), "fixes_a_second": round(FIXES / min(seconds))}
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
