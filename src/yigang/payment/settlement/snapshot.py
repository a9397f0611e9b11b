"""What a sealed month was computed from, as bytes: one Parquet file per fact table in a zip, and the policy's text."""

import hashlib
import io
import json
import zipfile
from importlib.metadata import version
from pathlib import Path

import polars as pl

from yigang.policy.facts import Facts

MANIFEST = "manifest.json"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The same facts make the same archive, whenever it is made."""


def pack(facts: Facts) -> bytes:
    """The loaded tables as a zip, with a manifest that names program, rows and digest of each."""
    files = {name: _parquet(frame) for name, frame in facts.tables().items()}
    manifest = {
        "program": version("yigang"), "polars": pl.__version__,
        "tables": {name: {"rows": facts.tables()[name].height, "sha256": _sha256(body)} for name, body in files.items()},
    }  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
        for name, body in files.items():
            _add(archive, f"{name}.parquet", body)
    return buffer.getvalue()


def unpack(body: bytes) -> Facts:
    """The tables of a snapshot."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = [name for name in archive.namelist() if name != MANIFEST]
        return Facts(**{Path(name).stem: pl.read_parquet(archive.read(name)) for name in names})


def digest(body: bytes) -> str:
    """SHA-256 of the kept bytes, as they lie in the database."""
    return _sha256(body)


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, FIXED_TIME), body)


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
