"""Stored bytes made small: zlib's format, written by ISA-L in a third of zlib's time.

The same data is not always the same bytes: of some ten cold indexes of django, one had a row that
was a byte longer.

Who stores them checks their integrity; `decompress` of anything else raises ISA-L's own error.
"""

from isal import isal_zlib

_FASTEST = 1  # that takes nothing but time away: level 0 leaves a sixth more


def compress(data: bytes) -> bytes:
    return isal_zlib.compress(data, _FASTEST)


def decompress(packed: bytes | memoryview) -> bytes:
    return isal_zlib.decompress(packed)
