"""Encryption at rest for identity and card numbers, and the keyed indexes they are searched by.

A ciphertext is `version (1) · key id (4) · nonce (12) · AES-256-GCM output with tag`. The field's name is associated
data, so that a ciphertext moved to another column does not open. Values under an old key stay readable until they are
written anew; `needs_rotation` finds them.

Indexes are HMAC-SHA-256 under subkeys that HKDF derives for each field and purpose. Their key is a separate entry of
the ring: `rotate` leaves it alone, or a search would miss every row that is not re-indexed yet. To replace it, write
a ring with a new index key and compute all index columns again in one transaction.

The ring comes from `YIGANG_KEYS`, such as `2:BASE64,1:BASE64,index:BASE64` (the first key encrypts), or from a file
with the same entries, one a line, which only its owner can read.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal

ENVIRONMENT = "YIGANG_KEYS"
KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
PREFIX_BYTES = len(VERSION) + 4
"""Version and key id: how every ciphertext under one key begins."""
LAST = 4
_HEADER = len(VERSION) + 4 + NONCE_BYTES
_TAG_BYTES = 16


class KeyRingError(Refusal):
    """The keys cannot be used; nothing encrypted can be read until this is mended."""


class DecryptionError(Refusal):
    """One value cannot be opened: altered, moved from another column, or its key is not in the ring."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Encryption keys by id, the id that encrypts now, and the index key. `repr` shows no key."""

    keys: Mapping[int, bytes]
    current: int
    index_key: bytes

    def __repr__(self) -> str:
        return f"KeyRing(current={self.current}, ids={sorted(self.keys)})"

    @classmethod
    def generate(cls) -> KeyRing:
        """A fresh ring with one key."""
        return cls({1: secrets.token_bytes(KEY_BYTES)}, 1, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        """Read `2:BASE64,1:BASE64,index:BASE64`; lines count as commas."""
        keys: dict[int, bytes] = {}
        index_key = b""
        for entry in filter(None, (part.strip() for part in text.replace("\n", ",").split(","))):
            name, _colon, encoded = entry.partition(":")
            if name == "index":
                index_key = _key(name, encoded)
            elif name.isascii() and name.isdigit() and 0 < int(name) < 2**32 and int(name) not in keys:
                keys[int(name)] = _key(name, encoded)
            else:
                raise KeyRingError(
                    _("“%(name)s” in the key ring is neither a new key number nor “index”."),
                    {"name": name[:20]},
                    code="key_ring_entry",
                    remedy=_("Write number:key,number:key,index:key."),
                )
        if not keys or not index_key:
            raise KeyRingError(
                _("The key ring needs at least one numbered key and the entry “index”."),
                code="key_ring_incomplete",
                remedy=_("Write number:key,number:key,index:key."),
            )
        return cls(keys, next(iter(keys)), index_key)

    def to_text(self) -> str:
        """The form that `from_text` reads, one entry a line, the current key first."""
        ids = [self.current, *sorted((key for key in self.keys if key != self.current), reverse=True)]
        lines = [f"{key}:{base64.b64encode(self.keys[key]).decode()}" for key in ids]
        return "\n".join([*lines, f"index:{base64.b64encode(self.index_key).decode()}", ""])

    def with_new_key(self) -> KeyRing:
        """The ring with a fresh current key."""
        new = max(self.keys) + 1
        return KeyRing({**self.keys, new: secrets.token_bytes(KEY_BYTES)}, new, self.index_key)

    def with_new_index_key(self) -> KeyRing:
        """The ring with a fresh index key."""
        return KeyRing(self.keys, self.current, secrets.token_bytes(KEY_BYTES))

    def without_old_keys(self) -> KeyRing:
        """The ring with its current key alone, for when no row needs rotation any more."""
        return KeyRing({self.current: self.keys[self.current]}, self.current, self.index_key)


def _key(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyRingError(
            _("Key “%(name)s” of the key ring is not 32 bytes in base64."), {"name": name}, code="key_ring_key"
        )
    return key


def open_vault(path: Path, environment: Mapping[str, str] | None = None) -> Vault:
    """The vault by `YIGANG_KEYS` when it is set, else by the ring file, which is created when it is absent."""
    text = (os.environ if environment is None else environment).get(ENVIRONMENT, "")
    if text:
        return Vault(KeyRing.from_text(text))
    if not path.exists():
        _create(path, KeyRing.generate())
    return Vault(read_ring(path), path)


def read_ring(path: Path) -> KeyRing:
    """Read a ring file; refuses one that others than its owner can read."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, encoding="ascii", errors="replace") as file:
        if stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
            raise KeyRingError(
                _("Others can read the key file %(path)s."),
                {"path": str(path)},
                code="key_file_open",
                remedy=_("Run chmod 600 on it, and rotate the keys if someone may have read them."),
            )
        return KeyRing.from_text(file.read())


def _create(path: Path, ring: KeyRing) -> None:
    """Write a first ring; when another process was faster, its ring stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _write_beside(path, ring)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
        _sync_folder(path.parent)


def _replace(path: Path, ring: KeyRing) -> None:
    """Put a new ring in the place of the old one, whole or not at all."""
    draft = _write_beside(path, ring)
    draft.replace(path)
    _sync_folder(path.parent)


def _write_beside(path: Path, ring: KeyRing) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(ring.to_text())
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Vault:
    """Encrypts, opens and indexes values of named fields such as `person.identity`."""

    def __init__(self, ring: KeyRing, path: Path | None = None) -> None:
        self._path = path
        self._use(ring)

    def _use(self, ring: KeyRing) -> None:
        self._ring = ring
        self._ciphers = {key: AESGCM(secret) for key, secret in ring.keys.items()}
        self._prefix = VERSION + ring.current.to_bytes(4, "big")
        self._subkey = lru_cache(maxsize=64)(self._derive)

    @property
    def current_key(self) -> int:
        """Id of the key that encrypts now."""
        return self._ring.current

    @property
    def current_prefix(self) -> bytes:
        """How a ciphertext under the current key begins; others need rotation."""
        return self._prefix

    def encrypt(self, value: str, field: str) -> bytes:
        """Encrypt one value for one field; equal values give different ciphertexts."""
        return self.encrypt_bytes(value.encode(), field)

    def encrypt_bytes(self, value: bytes, field: str) -> bytes:
        """`encrypt` for what is no text."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._ring.current].encrypt(nonce, value, self._context(self._prefix, field))
        return self._prefix + nonce + sealed

    def decrypt(self, ciphertext: bytes, field: str) -> str:
        """Open one value; `DecryptionError` when it is altered, from another field, or under an unknown key."""
        return self.decrypt_bytes(ciphertext, field).decode()

    def decrypt_bytes(self, ciphertext: bytes, field: str) -> bytes:
        """`decrypt` for what is no text."""
        data = bytes(ciphertext)
        if len(data) < _HEADER + _TAG_BYTES or data[:1] != VERSION:
            raise DecryptionError(_("This value was not encrypted by this program."), code="not_a_ciphertext")
        prefix, nonce = data[:5], data[5:_HEADER]
        try:
            return self._cipher(key_id(data)).decrypt(nonce, data[_HEADER:], self._context(prefix, field))
        except InvalidTag:
            raise DecryptionError(
                _("An encrypted value of “%(field)s” was altered or does not belong to this field."),
                {"field": field},
                code="tampered",
                remedy=_("Restore the row from a backup and look in the audit trail for who changed it."),
            ) from None

    def encrypt_all(self, values: Iterable[str], field: str) -> list[bytes]:
        """Encrypt many values of one field."""
        return [self.encrypt(value, field) for value in values]

    def index(self, value: str, field: str) -> bytes:
        """32 bytes that are equal for equal values of a field: the key of exact search."""
        return hmac.digest(self._subkey("exact", field), value.encode(), "sha256")

    def index_last4(self, value: str, field: str) -> bytes:
        """32 bytes that are equal for values of a field with the same last four signs."""
        return hmac.digest(self._subkey("last4", field), value[-LAST:].encode(), "sha256")

    def needs_rotation(self, ciphertext: bytes) -> bool:
        """Whether a value is still under an older key."""
        return not bytes(ciphertext).startswith(self._prefix)

    def rotate(self) -> int:
        """Add a fresh key to the ring file and encrypt with it from now on; its id. Old values stay readable."""
        return self._rewrite(self._reloaded().with_new_key())

    def replace_index_key(self) -> None:
        """Write a fresh index key into the ring; every index column must be computed again at once."""
        self._rewrite(self._reloaded().with_new_index_key())

    def retire_old_keys(self) -> int:
        """Drop all keys but the current one. Only when no row anywhere `needs_rotation`, backups included."""
        return self._rewrite(self._reloaded().without_old_keys())

    def _rewrite(self, ring: KeyRing) -> int:
        if self._path is None:
            raise KeyRingError(
                _("The keys come from the environment and cannot be rotated by this program."),
                code="key_ring_in_environment",
                remedy=_("Put a new key before the others in YIGANG_KEYS and restart."),
            )
        _replace(self._path, ring)
        self._use(ring)
        return ring.current

    def _reloaded(self) -> KeyRing:
        return self._ring if self._path is None else read_ring(self._path)

    def _cipher(self, key: int) -> AESGCM:
        """The cipher of a key; a ring file is read again once, because another process may have rotated it."""
        if key not in self._ciphers and self._path is not None:
            self._use(read_ring(self._path))
        if key not in self._ciphers:
            raise DecryptionError(
                _("Key %(key)d, with which this value was encrypted, is not in the key ring."),
                {"key": key},
                code="unknown_key",
                remedy=_("Put the old key back into the key ring."),
            )
        return self._ciphers[key]

    def _derive(self, purpose: str, field: str) -> bytes:
        info = f"yigang index {purpose} {field}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._ring.index_key)

    @staticmethod
    def _context(prefix: bytes, field: str) -> bytes:
        return prefix + field.encode()


def key_id(ciphertext: bytes) -> int:
    """Id of the key a value was encrypted with."""
    return int.from_bytes(bytes(ciphertext)[1:5], "big")
