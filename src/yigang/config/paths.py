"""Where things lie: the checkout, and `var/`, the only folder the program writes to."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("YIGANG_VAR", ROOT / "var")).resolve()
WEB_DIST = ROOT / "web" / "dist"
"""Built styles and scripts (`make web`)."""


def ensure_var(*parts: str) -> Path:
    """A folder under `var/`, made on first use, closed to other users of the machine except for passing through."""
    folder = VAR.joinpath(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
