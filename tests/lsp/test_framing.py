"""Bodies out of bytes: whatever stands between messages, the next message is found."""

import io

import pytest
from flames_lsp.protocol.framing import MAX_BODY_BYTES, bodies
from hypothesis import given
from hypothesis import strategies as st


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (framed(b"a") + framed(b"bc"), [b"a", b"bc"]),
        (b"content-length:1\n\na", [b"a"]),
        (b"Content-Type: x\r\nContent-Length: 1\r\n\r\na", [b"a"]),
        (b"Content-Length: 9\r\nContent-Length: 1\r\n\r\na", [b"a"]),
        (b"noise\r\n\r\n" + framed(b"a"), [b"a"]),
        (b"{}" + framed(b"a"), [b"a"]),
        (b"x" * 200_000 + framed(b"a"), [b"a"]),
        (b"Content-Length: -1\r\n\r\n" + framed(b"a"), [b"a"]),
        (b"Content-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1) + framed(b"a"), [b"a"]),
        (framed(b""), [b""]),
        (b"Content-Length: 5\r\n\r\nab", []),
        (b"", []),
    ],
)
def test_bodies_of_a_stream(stream, expected):
    assert list(bodies(io.BytesIO(stream))) == expected


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_a_message_after_any_line_of_noise_is_found(noise, body):
    noise = noise.replace(b"\n", b"").replace(b":", b"")
    assert list(bodies(io.BytesIO(noise + b"\r\n" + framed(body)))) == [body]


@given(st.integers(0, 70_000))
def test_a_header_is_found_wherever_a_long_line_is_cut(length):
    stream = b"x" * length + framed(b"a")
    assert list(bodies(io.BytesIO(stream))) == [b"a"]
