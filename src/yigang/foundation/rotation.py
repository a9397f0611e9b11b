"""Changing the keys under which personal data lies: row by row while people work, and the search indexes at once.

A ciphertext names its key, so old and new ones are read side by side and a rotation can stop and go on at any row. The
indexes must all lie under one key or a search misses rows: they are computed again in one transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import StoredFile, User
from yigang.foundation.secrets import (
    CARD,
    CARD_READING,
    DRAW_SEED,
    IDENTITY,
    IMPORT_PLAN,
    PULLED_PAGE,
    SENDER,
    SOURCE_SECRET,
)
from yigang.foundation.storage import SealedStorage
from yigang.foundation.vault import Vault

BATCH = 1_000
"""Rows of one transaction: what a kill costs, and how long a row is locked."""


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A column of ciphertexts: of which model, for which field of the vault, and the columns it is searched by."""

    model: str
    column: str
    field: str
    index: str = ""
    last4: str = ""

    @property
    def rows(self) -> models.QuerySet[Any]:
        model: type[Any] = apps.get_model(self.model)
        found: models.QuerySet[Any] = model.objects.exclude(**{self.column: None})
        return found


ENCRYPTED = (
    Encrypted("people.Person", "identity_cipher", IDENTITY, "identity_index", "identity_last4_index"),
    Encrypted("people.BankAccount", "card_cipher", CARD, "card_index", "card_last4_index"),
    Encrypted("people.CardReading", "photo_cipher", CARD_READING),
    Encrypted("people.CardReading", "answer_cipher", CARD_READING),
    Encrypted("exchange.FileImport", "plan", IMPORT_PLAN),
    Encrypted("exchange.PullSource", "secret_cipher", SOURCE_SECRET),
    Encrypted("exchange.PullPage", "content", PULLED_PAGE),
    Encrypted("notices.Objection", "sender_cipher", SENDER),
    Encrypted("recruitment.ComparisonRow", "identity_cipher", IDENTITY, "identity_index"),
    Encrypted("recruitment.ComparisonRow", "faulty_cipher", IDENTITY),
    Encrypted("recruitment.ComparisonRow", "card_cipher", CARD, "card_index"),
    Encrypted("oversight.Plan", "seed_cipher", DRAW_SEED),
)
"""Every encrypted column of the program. Later chapters are named by label, so that nothing of them is imported."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """The key in use now, whether it is new, and how many values were encrypted again."""

    key: int
    fresh: bool
    values: int


def waiting(vault: Vault) -> int:
    """How many values still lie under an older key."""
    return sum(_outdated(part, vault).count() for part in ENCRYPTED) + sum(1 for _name in _outdated_files(vault))


def rotate(vault: Vault, *, actor: User | None, progress: Progress = silent) -> Rotated:
    """Bring every value under the newest key. When none is left under an older one, a fresh key is made first.

    A rotation that was killed is therefore finished by the next call, and not begun anew.
    """
    total = waiting(vault)
    fresh = total == 0
    if fresh:
        vault.rotate()
        total = waiting(vault)
    done = 0
    for part in ENCRYPTED:
        for count in _encrypt_again(part, vault):
            done += count
            progress(done, total)
    for name in _outdated_files(vault):
        _storage().seal_again(name, vault)
        done += 1
        progress(done, total)
    after = {"key": vault.current_key, "fresh": fresh, "values": done}
    audit.record("foundation.rotate_keys", ("foundation.keys", str(vault.current_key)), actor=actor, after=after)
    return Rotated(vault.current_key, fresh, done)


def retire(vault: Vault, *, actor: User | None) -> int:
    """Forget the older keys; refused while a value needs one. Backups made before cannot be read afterwards."""
    if left := waiting(vault):
        raise Refusal(
            _("%(count)d values still lie under an older key."), {"count": left},
            remedy=_("Run `yigang keys rotate` first."),
        )  # fmt: skip
    key = vault.retire_old_keys()
    audit.record("foundation.retire_keys", ("foundation.keys", str(key)), actor=actor)
    return key


@transaction.atomic
def reindex(vault: Vault, *, actor: User | None, progress: Progress = silent) -> int:
    """A fresh index key, and every index column under it, in one transaction; how many values.

    The ring is written before the commit. A kill between the two leaves indexes that find nothing: run it again.
    Other processes keep the old index key until they restart, so stop them first.
    """
    vault.replace_index_key()
    indexed = [part for part in ENCRYPTED if part.index]
    total = sum(part.rows.count() for part in indexed)
    done = 0
    for part in indexed:
        for rows in _batches(part.rows.select_for_update(), part.column):
            plain = [(row[0], vault.decrypt(row[1], part.field)) for row in rows]
            _update(part, {part.index: [(pk, vault.index(value, part.field)) for pk, value in plain]})
            if part.last4:
                _update(part, {part.last4: [(pk, vault.index_last4(value, part.field)) for pk, value in plain]})
            done += len(rows)
            progress(done, total)
    audit.record("foundation.reindex", ("foundation.keys", "index"), actor=actor, after={"values": done})
    return done


def _outdated(part: Encrypted, vault: Vault) -> models.QuerySet[Any]:
    begin = models.Func(models.F(part.column), models.Value(1), models.Value(5), function="substr")
    begin.output_field = models.BinaryField()
    found: models.QuerySet[Any] = part.rows.annotate(begin=begin).exclude(begin=vault.current_prefix)
    return found


def _storage() -> SealedStorage:
    assert isinstance(default_storage, SealedStorage)
    return default_storage


def _outdated_files(vault: Vault) -> Iterator[str]:
    """Names of kept files under an older key, or from before files were sealed."""
    for name in StoredFile.objects.order_by("pk").values_list("content", flat=True):
        if default_storage.exists(name) and _storage().needs_rotation(name, vault):
            yield name


def _encrypt_again(part: Encrypted, vault: Vault) -> Iterator[int]:
    """Batch by batch, each in its own transaction; rows that others change meanwhile are locked or already new."""
    while True:
        with transaction.atomic():
            rows = list(
                _outdated(part, vault).order_by("pk").select_for_update().values_list("pk", part.column)[:BATCH]
            )
            if not rows:
                return
            _update(part, {
                part.column: [(pk, vault.encrypt_bytes(vault.decrypt_bytes(old, part.field), part.field)) for pk, old in rows]
            })  # fmt: skip
        yield len(rows)


def _batches(rows: models.QuerySet[Any], column: str) -> Iterator[list[tuple[int, bytes]]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", column)[:BATCH]):
        yield batch
        last = batch[-1][0]


def _update(part: Encrypted, columns: dict[str, list[tuple[int, bytes]]]) -> None:
    """Set columns of many rows by one statement each."""
    model = apps.get_model(part.model)
    quote = connection.ops.quote_name
    for column, pairs in columns.items():
        ids, values = zip(*pairs, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(model._meta.db_table)} t SET {quote(column)} = n.value "  # noqa: S608 - our own names
                "FROM unnest(%s::bigint[], %s::bytea[]) AS n(id, value) "
                f"WHERE t.{quote(model._meta.pk.column)} = n.id",
                [list(ids), list(values)],
            )
