"""What is handed in lies on disk as a ciphertext: opened by the program, and by nobody who only has the disk."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from yigang.foundation import rotation
from yigang.foundation.domain import store_file
from yigang.foundation.secrets import vault
from yigang.foundation.storage import MAGIC
from yigang.foundation.vault import DecryptionError, Vault

CONTENT = "姓名,身份证号\n王小红,520403198001010013\n".encode()


@pytest.fixture
def stored(county_manager, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path, "file_permissions_mode": 0o600}},
    }
    return store_file(
        CONTENT, name="花名册.csv", region_code="520403000000", actor=county_manager, content_type="text/csv"
    )


def on_disk(stored) -> Path:
    return Path(default_storage.path(stored.content.name))


def test_the_disk_holds_no_number_and_the_program_reads_the_file(stored):
    assert b"520403198001010013" not in on_disk(stored).read_bytes()
    assert on_disk(stored).stat().st_mode & 0o777 == 0o600
    with stored.content.open("rb") as file:
        assert file.read() == CONTENT
    with stored.content.open("rb") as again:
        assert b"".join(again.chunks()) == CONTENT


def test_a_changed_or_shortened_file_does_not_open(stored):
    kept = on_disk(stored).read_bytes()
    for bad in (kept[:-1], kept[:40] + bytes([kept[40] ^ 1]) + kept[41:]):
        on_disk(stored).write_bytes(bad)
        with pytest.raises(DecryptionError):
            default_storage.open(stored.content.name)


def test_a_file_from_before_is_read_and_sealed_by_the_next_rotation(stored):
    on_disk(stored).write_bytes(CONTENT)
    assert default_storage.open(stored.content.name).read() == CONTENT
    assert rotation.waiting(vault()) == 1
    rotation.rotate(vault(), actor=None)
    assert on_disk(stored).read_bytes().startswith(MAGIC)
    assert default_storage.open(stored.content.name).read() == CONTENT


def test_a_rotation_brings_files_under_the_new_key_and_only_then_is_the_old_one_forgotten(stored, tmp_path):
    from yigang.foundation.vault import KeyRing, open_vault

    ring = tmp_path / "keys"
    own = open_vault(ring, {})
    default_storage.delete(stored.content.name)
    on_disk(stored).write_bytes(MAGIC + own.encrypt_bytes(CONTENT, "file"))
    own.rotate()
    assert rotation.waiting(own) == 1
    default_storage.seal_again(stored.content.name, own)
    assert rotation.waiting(own) == 0
    own.retire_old_keys()
    newest = Vault(KeyRing.from_text(ring.read_text()))
    assert newest.decrypt_bytes(on_disk(stored).read_bytes()[len(MAGIC) :], "file") == CONTENT


def test_a_kept_file_is_never_written_to(stored):
    with pytest.raises(ValueError, match="never changed"):
        default_storage.open(stored.content.name, "wb")
