"""Messages out of a byte stream that may hold anything. Knows headers, not JSON."""

import re
from collections.abc import Iterator
from typing import BinaryIO

# The largest text an editor opens is far below; above it the length itself is taken for garbage.
MAX_BODY_BYTES = 64 << 20
_MAX_LINE_BYTES = 1 << 16
_CARRIED_BYTES = 64  # more than a header is long: it may straddle two reads
# At the end of a line, not at its start: after a body without a header the next message's header
# stands on the same line.
_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,12})[ \t]*\r?\n\Z", re.IGNORECASE)


def bodies(stream: BinaryIO) -> Iterator[bytes]:
    """Every message's body until the stream ends. What is no message is passed over: the next
    line that ends in a usable `Content-Length` starts the next one."""
    length: int | None = None
    carried = b""
    while line := stream.readline(_MAX_LINE_BYTES):
        line = carried + line
        carried = b"" if line.endswith(b"\n") else line[-_CARRIED_BYTES:]
        if (found := _LENGTH.search(line)) is not None:
            length = int(found[1])
        elif not line.strip() and length is not None:
            if length <= MAX_BODY_BYTES:
                body = stream.read(length)
                if len(body) < length:
                    return
                yield body
            length = None
