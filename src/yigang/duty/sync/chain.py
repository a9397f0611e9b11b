"""Whose records these are: signatures of a batch, as few as prove them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from yigang.duty.sync.envelope import Envelope

Verify = Callable[[bytes, bytes], bool]
"""From a head and its signature of 64 bytes: whether the device's key signed it."""


def proven(envelopes: Sequence[Envelope], verify: Verify) -> set[int]:
    """Positions of the records that the device signed.

    Where each record names the digest of the one before it, the last signature of the run covers them all. Only when that
    one fails is every record of the run looked at by itself, so that one bad record costs no other.
    """
    good: set[int] = set()
    for first, last in _runs(envelopes):
        if verify(envelopes[last].head, envelopes[last].sig):
            good.update(range(first, last + 1))
        elif first < last:
            good.update(n for n in range(first, last) if verify(envelopes[n].head, envelopes[n].sig))
    return good


def _runs(envelopes: Sequence[Envelope]) -> Iterator[tuple[int, int]]:
    """First and last positions of the stretches in which every record continues the one before."""
    first = 0
    for n in range(1, len(envelopes) + 1):
        if n == len(envelopes) or envelopes[n].prev != envelopes[n - 1].digest:
            yield first, n - 1
            first = n


def verifier(point: bytes) -> Verify:
    """Verification by the public key that this uncompressed point of P-256 is; `ValueError` when it is none."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256

    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    algorithm = ec.ECDSA(SHA256())

    def verify(head: bytes, sig: bytes) -> bool:
        r, s = int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big")
        try:
            key.verify(utils.encode_dss_signature(r, s), head, algorithm)
        except InvalidSignature:
            return False
        return True

    return verify
