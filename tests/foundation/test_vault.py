"""What a thief of the database, a careless administrator and a rotating key meet."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigang.foundation import vault as vaults
from yigang.foundation.vault import DecryptionError, KeyRing, KeyRingError, Vault

FIELD = "person.identity"
NUMBER = "11010519491231002X"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return vaults.open_vault(tmp_path / "keys", {})


@given(st.text(max_size=40))
def test_every_text_comes_back(text: str) -> None:
    vault = Vault(KeyRing.generate())
    assert vault.decrypt(vault.encrypt(text, FIELD), FIELD) == text


def test_equal_numbers_look_different_but_index_alike(vault: Vault) -> None:
    assert vault.encrypt(NUMBER, FIELD) != vault.encrypt(NUMBER, FIELD)
    assert NUMBER.encode() not in vault.encrypt(NUMBER, FIELD)
    assert vault.index(NUMBER, FIELD) == vault.index(NUMBER, FIELD)
    assert len(vault.index(NUMBER, FIELD)) == 32


def test_indexes_of_fields_and_purposes_do_not_meet(vault: Vault) -> None:
    """A join of two stolen columns by index value must give nothing."""
    found = {vault.index("002X", FIELD), vault.index("002X", "bank.card"), vault.index_last4("002X", FIELD)}
    assert len(found) == 3
    assert vault.index_last4(NUMBER, FIELD) == vault.index_last4("34052419800101002X", FIELD)


def test_memoryviews_of_the_database_driver_are_read(vault: Vault) -> None:
    assert vault.decrypt(memoryview(vault.encrypt(NUMBER, FIELD)), FIELD) == NUMBER  # type: ignore[arg-type]


def test_a_ciphertext_moved_to_another_column_does_not_open(vault: Vault) -> None:
    with pytest.raises(DecryptionError) as caught:
        vault.decrypt(vault.encrypt(NUMBER, FIELD), "bank.card")
    assert caught.value.code == "tampered"
    assert "bank.card" in str(caught.value)


def test_any_changed_byte_is_noticed(vault: Vault) -> None:
    sealed = vault.encrypt(NUMBER, FIELD)
    for place in range(len(sealed)):
        with pytest.raises(DecryptionError):
            vault.decrypt(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], FIELD)


@pytest.mark.parametrize("data", [b"", b"\x01", NUMBER.encode(), b"\x02" + b"0" * 60])
def test_what_was_never_encrypted_is_named_so(vault: Vault, data: bytes) -> None:
    with pytest.raises(DecryptionError) as caught:
        vault.decrypt(data, FIELD)
    assert caught.value.code == "not_a_ciphertext"


def test_another_ring_with_the_same_ids_does_not_open(vault: Vault) -> None:
    with pytest.raises(DecryptionError) as caught:
        Vault(KeyRing.generate()).decrypt(vault.encrypt(NUMBER, FIELD), FIELD)
    assert caught.value.code == "tampered"


def test_rotation_keeps_old_values_readable_and_indexes_equal(vault: Vault) -> None:
    old, index = vault.encrypt(NUMBER, FIELD), vault.index(NUMBER, FIELD)
    assert vault.rotate() == 2
    new = vault.encrypt(NUMBER, FIELD)
    assert vault.needs_rotation(old)
    assert not vault.needs_rotation(new)
    assert (vaults.key_id(old), vaults.key_id(new)) == (1, 2)
    assert vault.decrypt(old, FIELD) == vault.decrypt(new, FIELD) == NUMBER
    assert vault.index(NUMBER, FIELD) == index


def test_a_process_that_started_before_the_rotation_follows(tmp_path: Path) -> None:
    early, late = vaults.open_vault(tmp_path / "keys", {}), vaults.open_vault(tmp_path / "keys", {})
    late.rotate()
    assert early.decrypt(late.encrypt(NUMBER, FIELD), FIELD) == NUMBER
    assert early.current_key == 2


def test_two_rotations_from_two_processes_lose_no_key(tmp_path: Path) -> None:
    one, two = vaults.open_vault(tmp_path / "keys", {}), vaults.open_vault(tmp_path / "keys", {})
    first = one.encrypt(NUMBER, FIELD)
    one.rotate()
    second = one.encrypt(NUMBER, FIELD)
    assert two.rotate() == 3
    assert two.decrypt(first, FIELD) == two.decrypt(second, FIELD) == NUMBER


def test_a_retired_key_opens_nothing(vault: Vault) -> None:
    old = vault.encrypt(NUMBER, FIELD)
    vault.rotate()
    assert vault.retire_old_keys() == 2
    with pytest.raises(DecryptionError) as caught:
        vault.decrypt(old, FIELD)
    assert caught.value.code == "unknown_key"


def test_the_ring_file_is_private_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys"
    sealed = vaults.open_vault(path, {}).encrypt(NUMBER, FIELD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["keys"]
    assert vaults.open_vault(path, {}).decrypt(sealed, FIELD) == NUMBER


def test_a_rotated_file_is_private_and_alone(vault: Vault, tmp_path: Path) -> None:
    vault.rotate()
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys"
    vaults.open_vault(path, {})
    path.chmod(mode)
    with pytest.raises(KeyRingError, match="keys") as caught:
        vaults.open_vault(path, {})
    assert caught.value.code == "key_file_open"


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    vaults.open_vault(tmp_path / "real", {})
    (tmp_path / "keys").symlink_to(tmp_path / "real")
    with pytest.raises(OSError, match="symbolic links"):
        vaults.open_vault(tmp_path / "keys", {})


def test_when_two_processes_start_the_first_ring_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    first, second = KeyRing.generate(), KeyRing.generate()
    vaults._create(path, first)
    vaults._create(path, second)
    assert vaults.read_ring(path) == first


def test_the_environment_comes_first_and_cannot_be_rotated(tmp_path: Path) -> None:
    ring = KeyRing.generate().with_new_key()
    vault = vaults.open_vault(tmp_path / "keys", {"YIGANG_KEYS": ring.to_text().strip().replace("\n", ",")})
    assert vault.current_key == 2
    assert not (tmp_path / "keys").exists()
    with pytest.raises(KeyRingError) as caught:
        vault.rotate()
    assert caught.value.code == "key_ring_in_environment"


KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"1:{KEY}", "key_ring_incomplete"),
        (f"index:{KEY}", "key_ring_incomplete"),
        (f"1:{KEY},1:{KEY},index:{KEY}", "key_ring_entry"),
        (f"0:{KEY},index:{KEY}", "key_ring_entry"),
        (f"main:{KEY},index:{KEY}", "key_ring_entry"),
        (f"1:{KEY[:-8]},index:{KEY}", "key_ring_key"),
        ("1:not base64,index:x", "key_ring_key"),
    ],
)
def test_a_bad_ring_is_refused_without_showing_a_key(text: str, code: str) -> None:
    with pytest.raises(KeyRingError) as caught:
        KeyRing.from_text(text)
    assert caught.value.code == code
    assert KEY not in str(caught.value)


def test_a_ring_shows_no_key_when_printed() -> None:
    ring = KeyRing.generate()
    assert repr(ring) == "KeyRing(current=1, ids=[1])"
    assert KeyRing.from_text(ring.to_text()) == ring


def test_many_values_at_once(vault: Vault) -> None:
    sealed = vault.encrypt_all([NUMBER, "34052419800101001X"], FIELD)
    assert [vault.decrypt(data, FIELD) for data in sealed] == [NUMBER, "34052419800101001X"]
