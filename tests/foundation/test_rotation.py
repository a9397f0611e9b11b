"""Keys are changed row by row while people work; a killed rotation is finished, and every number stays readable."""

from datetime import date

import pytest
from django.apps import apps
from django.db import models

from yigang.foundation import rotation
from yigang.foundation.errors import Refusal
from yigang.foundation.models import AuditEntry
from yigang.foundation.secrets import CARD, IDENTITY
from yigang.foundation.vault import KeyRing, KeyRingError, Vault, key_id, open_vault
from yigang.people.models import BankAccount, Person


@pytest.fixture
def vault(tmp_path) -> Vault:
    return open_vault(tmp_path / "keys", {})


def identity(number: int) -> str:
    return f"1101051949{number:08}"


@pytest.fixture
def people(db, vault):
    persons = Person.objects.bulk_create(
        Person(
            region_code="520403100201", name=f"人{number}", pinyin="ren", initials="r", birth=date(1949, 12, 31), sex="M",
            identity_cipher=vault.encrypt(identity(number), IDENTITY),
            identity_index=vault.index(identity(number), IDENTITY),
            identity_last4_index=vault.index_last4(identity(number), IDENTITY),
        )
        for number in range(7)
    )  # fmt: skip
    BankAccount.objects.create(
        region_code="520403100201", person=persons[0], bank="农村信用社", holder="人0",
        card_cipher=vault.encrypt("6217000000000000", CARD), card_index=vault.index("6217000000000000", CARD),
        card_last4_index=vault.index_last4("6217000000000000", CARD),
    )  # fmt: skip
    return persons


def identities(vault: Vault) -> list[str]:
    ciphers = Person.objects.order_by("pk").values_list("identity_cipher", flat=True)
    return [vault.decrypt(cipher, IDENTITY) for cipher in ciphers]


def keys_in_use() -> set[int]:
    return {key_id(cipher) for cipher in Person.objects.values_list("identity_cipher", flat=True)}


def test_every_number_comes_under_a_fresh_key(people, vault):
    seen = []
    done = rotation.rotate(vault, actor=None, progress=lambda done, total: seen.append((done, total)))
    assert done == rotation.Rotated(key=2, fresh=True, values=8)
    assert keys_in_use() == {2}
    assert identities(vault) == [identity(number) for number in range(7)]
    assert seen[-1] == (8, 8)
    assert AuditEntry.objects.get(verb="foundation.rotate_keys").after["values"] == 8


def test_searching_goes_on_as_before(people, vault):
    rotation.rotate(vault, actor=None)
    assert Person.objects.get(identity_index=vault.index(identity(3), IDENTITY)).name == "人3"


class Killed(BaseException):
    """The machine is switched off."""


def test_a_killed_rotation_is_finished_and_not_begun_anew(people, vault, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)

    def switch_off(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        rotation.rotate(vault, actor=None, progress=switch_off)
    assert keys_in_use() == {1, 2}, "what was done stays done, the rest can still be read"
    assert identities(vault) == [identity(number) for number in range(7)]
    assert rotation.rotate(vault, actor=None) == rotation.Rotated(key=2, fresh=False, values=5)
    assert keys_in_use() == {2}


def test_an_old_key_is_kept_while_a_value_needs_it(people, vault):
    vault.rotate()
    with pytest.raises(Refusal, match="8"):
        rotation.retire(vault, actor=None)
    rotation.rotate(vault, actor=None)
    assert rotation.retire(vault, actor=None) == 2
    assert identities(vault) == [identity(number) for number in range(7)]


def test_a_ring_from_the_environment_is_changed_by_its_owner(people, vault, tmp_path):
    """With `YIGANG_KEYS` the administrator puts a new key first; the command then only encrypts again."""
    ring = KeyRing.from_text((tmp_path / "keys").read_text())
    with pytest.raises(KeyRingError):
        rotation.rotate(Vault(ring), actor=None)
    longer = Vault(ring.with_new_key())
    assert rotation.rotate(longer, actor=None) == rotation.Rotated(key=2, fresh=False, values=8)


def test_new_indexes_find_what_the_old_ones_found(people, vault):
    before = bytes(people[3].identity_index)
    assert rotation.reindex(vault, actor=None) == 8
    assert vault.index(identity(3), IDENTITY) != before
    assert Person.objects.get(identity_index=vault.index(identity(3), IDENTITY)).name == "人3"
    assert BankAccount.objects.filter(card_last4_index=vault.index_last4("0000", CARD)).count() == 1


def test_no_encrypted_column_is_forgotten():
    """A column of ciphertexts is one that is called so or says so."""
    declared = {(part.model, part.column) for part in rotation.ENCRYPTED}
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField) and ("cipher" in field.name or "encrypted" in field.help_text)
    }
    assert found == declared
