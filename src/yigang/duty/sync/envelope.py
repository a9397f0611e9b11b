"""A record as a phone sends it: form, digests, and the text that its signature covers."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

PROTOCOL = "yigang-sync/1"
MOST_RECORDS = 500
MOST_BYTES = 2 * 2**20
LONGEST_BODY = 256 * 1024
"""Characters; five thousand points of a track are about half of it."""

SIGNATURE_BYTES = 64

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256, lower-case hexadecimal")]
Milliseconds = Annotated[int, Meta(ge=-(2**53), le=2**53, description="milliseconds UTC since 1970")]


SAYINGS = ("complaint", "suggestion")
"""Kinds of record in which a person speaks; whoever does it without a name is sent to the public page."""
WORDLESS = '{"anonymous":true}'
"""What is kept of a saying that was to be without a name, beside the name that signed it: that it was, and its digest."""


class Wire(msgspec.Struct, frozen=True, gc=False):
    """The envelope of one record."""

    id: Annotated[
        str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", description="UUIDv7")
    ]
    kind: Annotated[str, Meta(pattern="^[a-z_]{1,20}$")]
    body: Annotated[str, Meta(min_length=2, max_length=LONGEST_BODY, description="JSON text, exactly as it was hashed")]
    sha256: Digest
    seq: Annotated[int, Meta(ge=1, le=2**53, description="counted per device, from 1")]
    wall: Milliseconds
    mono: Annotated[int, Meta(ge=0, le=2**53, description="milliseconds since the program was started")]
    boot: Annotated[str, Meta(pattern="^[!-~]{1,64}$", description="which start that was")]
    prev: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$", description="digest of the previous record's head")]
    sig: Annotated[str, Meta(min_length=88, max_length=88, description="base64 of r and s, 32 bytes each")]
    fix: Milliseconds | None = None
    offset: Milliseconds | None = None


class SentClock(msgspec.Struct, frozen=True):
    """The phone's clocks when it sent the batch."""

    wall: Milliseconds
    mono: Annotated[int, Meta(ge=0, le=2**53)]
    boot: Annotated[str, Meta(pattern="^[!-~]{1,64}$")]


class Batch(msgspec.Struct, frozen=True):
    """Records sent together. Each is read by itself, so that a bad one does not hold up the others."""

    records: Annotated[list[msgspec.Raw], Meta(max_length=MOST_RECORDS)]
    lane: Literal["now", "backlog"] = "now"
    clock: SentClock | None = None


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A record of the agreed form whose body has the digest that it names."""

    device: str
    account: str
    id: str
    kind: str
    body: str
    sha256: bytes
    seq: int
    wall: int
    mono: int
    boot: str
    fix: int | None
    offset: int | None
    prev: bytes
    sig: bytes
    head: bytes
    digest: bytes
    """SHA-256 of the head: what the phone's next record names as `prev`."""
    raw: bytes


class Fault(msgspec.Struct, frozen=True, gc=False):
    """A record that cannot be taken, with why. `id` and `sha256` as far as they could be read, for the answer."""

    device: str
    account: str
    id: str | None
    sha256: str | None
    code: str
    raw: bytes


class _Named(msgspec.Struct):
    id: str | None = None
    sha256: str | None = None


class _Kind(msgspec.Struct):
    kind: str = ""


class _Saying(msgspec.Struct):
    anonymous: Any = False


_MEDIA = re.compile(r'"(?:media|before|after)"\s*:\s*\[([^]]*)\]|"voice"\s*:\s*("[0-9a-f]{64}")')
_DIGEST = re.compile(r'"([0-9a-f]{64})"')
_batch = msgspec.json.Decoder(Batch)
_wire = msgspec.json.Decoder(Wire)
_named = msgspec.json.Decoder(_Named)
_kind = msgspec.json.Decoder(_Kind)
_saying = msgspec.json.Decoder(_Saying)


def read_batch(content: bytes) -> Batch:
    """The batch; `msgspec.DecodeError` (or its `ValidationError`) when it is cut off or has another form."""
    return _batch.decode(content)


def kind_of(raw: bytes) -> str:
    """The kind that a record of a batch names; `msgspec.DecodeError` when it is none."""
    return _kind.decode(raw).kind


def read(raw: bytes, device: str, account: str) -> Envelope | Fault:
    """One record of a batch, sent by this device for this account."""
    try:
        wire = _wire.decode(raw)
        body = wire.body.encode()
        sig = b64decode(wire.sig, validate=True)
    except (msgspec.DecodeError, NotBase64, UnicodeEncodeError):
        return _malformed(raw, device, account)
    if len(sig) != SIGNATURE_BYTES or "\0" in wire.body:  # no JSON, and no text of the database
        return _malformed(raw, device, account)
    digest = sha256(body).digest()
    if digest.hex() != wire.sha256:
        return Fault(device, account, wire.id, wire.sha256, "digest", raw)
    head = head_of(wire, device, account)
    return Envelope(
        device, account, wire.id, wire.kind, wire.body, digest, wire.seq, wire.wall, wire.mono, wire.boot, wire.fix, wire.offset,
        bytes.fromhex(wire.prev), sig, head, sha256(head).digest(), raw,
    )  # fmt: skip


def head_of(wire: Wire, device: str, account: str) -> bytes:
    """The text that is signed."""
    fix = "" if wire.fix is None else wire.fix
    offset = "" if wire.offset is None else wire.offset
    return (
        f"{PROTOCOL}\n{device}\n{account}\n{wire.id}\n{wire.kind}\n{wire.sha256}\n{wire.seq}\n{wire.wall}\n{wire.mono}\n"
        f"{wire.boot}\n{fix}\n{offset}\n{wire.prev}"
    ).encode()


def media_of(body: str) -> list[str]:
    """Digests of the photos and voice notes that a body names, in its order."""
    lists = "".join(part for pair in _MEDIA.findall(body) for part in pair)
    return _DIGEST.findall(lists) if lists else []


def _malformed(raw: bytes, device: str, account: str) -> Fault:
    try:
        named = _named.decode(raw)
    except msgspec.DecodeError:
        named = _Named()
    return Fault(device, account, named.id, named.sha256, "malformed", raw)


def body_kept(kind: str, body: str) -> str:
    """The body, or `WORDLESS` in place of what its sender wanted nobody's name beside."""
    if kind not in SAYINGS:
        return body
    try:
        return WORDLESS if _saying.decode(body).anonymous else body
    except msgspec.DecodeError:
        return body


def raw_kept(raw: bytes) -> bytes:
    """The same for a record that is kept as it came."""
    try:
        wire = msgspec.json.decode(raw)
        kind, body = wire["kind"], wire["body"]
        kept = body_kept(kind, body) if kind in SAYINGS and isinstance(body, str) else body
    except (msgspec.DecodeError, KeyError, TypeError):
        return raw
    return raw if kept is body else msgspec.json.encode({**wire, "body": kept})
