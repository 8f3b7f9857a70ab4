"""The identifiers of code, whatever its language.

What is between them is blanked and the rest split: a regular expression takes five times as long.
"""

from string import ascii_letters, digits
from typing import Final

_BYTES: Final = f"{ascii_letters}{digits}_$".encode()
_KEPT: Final = bytes(byte if byte in _BYTES else 0x20 for byte in range(256))
_DIGITS: Final = digits.encode()


def identifiers(code: bytes) -> list[bytes]:
    """The distinct ones of two and more letters, in order; numbers are none."""
    distinct = dict.fromkeys(code.translate(_KEPT).split())
    return [word for word in distinct if len(word) > 1 and word[0] not in _DIGITS]
