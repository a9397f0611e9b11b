"""Files that were handed in, on disk as ciphertexts: rosters and bank files hold every number of a county.

A file is `MAGIC` and one ciphertext of the vault over its whole content, so that a part cannot be exchanged or cut off
unseen. Files from before lie there as they came; they are read, and sealed by the next `yigang keys rotate`.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from yigang.foundation.secrets import FILE, vault
from yigang.foundation.vault import PREFIX_BYTES, Vault

MAGIC = b"YGF\x01"


class Opened(File):  # type: ignore[type-arg] # at run time Django's class takes no argument
    """A sealed file's content in memory; it can be opened again after it was closed."""

    def __init__(self, plain: bytes, name: str) -> None:
        super().__init__(BytesIO(plain), name)
        self._plain = plain

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Opened:  # noqa: ARG002 - Django's signature
        self.file = BytesIO(self._plain)
        return self


class SealedStorage(FileSystemStorage):
    """The storage of everything that is kept; read and written whole."""

    def _save(self, name: str, content: Any) -> str:
        kept = ContentFile(sealed(content.read(), vault()))
        return str(super()._save(name, kept))  # type: ignore[misc] # the stubs do not know Django's hook

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("a kept file is read as bytes, and never changed")
        return Opened(opened(Path(self.path(name)).read_bytes(), vault()), name)

    def needs_rotation(self, name: str, keys: Vault) -> bool:
        """Whether a file lies under an older key, or as it came."""
        with Path(self.path(name)).open("rb") as file:
            return file.read(len(MAGIC) + PREFIX_BYTES) != MAGIC + keys.current_prefix

    def seal_again(self, name: str, keys: Vault) -> None:
        """Put the same content under the current key in the file's place, whole or not at all."""
        path = Path(self.path(name))
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(sealed(opened(path.read_bytes(), keys), keys))
        draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)


def sealed(plain: bytes, keys: Vault) -> bytes:
    return MAGIC + keys.encrypt_bytes(plain, FILE)


def opened(content: bytes, keys: Vault) -> bytes:
    """The content; `DecryptionError` when it was altered or its key is gone."""
    return keys.decrypt_bytes(content[len(MAGIC) :], FILE) if content.startswith(MAGIC) else content
