"""Everything that docs/performance.md states, measured one after the other.

python -m bench            all of it; about half an hour on two cores
python -m bench engine     one part: anomalies, closing, engine, month, sizes, dingtalk, roster, lists, matching, migrations,
                           register, comparison, eligibility, live, papers, photos, pictures, sync, tracks
"""

import subprocess
import sys

PARTS: dict[str, list[list[str]]] = {
    "anomalies": [["bench.anomalies"]],
    "closing": [["bench.closing"]],
    "engine": [["bench.engine"], ["bench.engine", "--parquet"]],
    "month": [["bench.month"]],
    "sizes": [["bench.month", "--people", "1000", "15000", "150000", "--history", "0"]],
    "dingtalk": [["bench.dingtalk_import"]],
    "roster": [["bench.roster"]],
    "comparison": [["bench.comparison"]],
    "eligibility": [["bench.eligibility"]],
    "lists": [["bench.lists"]],
    "live": [["bench.live"]],
    "matching": [["bench.matching"]],
    "migrations": [["bench.migrations"]],
    "papers": [["bench.papers"]],
    "photos": [["bench.photos"]],
    "pictures": [["bench.pictures"]],
    "register": [["bench.register"]],
    "sync": [["bench.sync"]],
    "tracks": [["bench.tracks"]],
}


def main() -> int:
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        print(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    failed = False
    for part in wanted:
        for command in PARTS[part]:
            print(f"== python -m {' '.join(command)}", flush=True)
            failed |= subprocess.run([sys.executable, "-m", *command], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
