import zlib

import pytest
from flames_indexer.compression import compress, decompress


@pytest.mark.parametrize("data", [b"", b"a" * 10_000, bytes(range(256)) * 40])
def test_what_is_compressed_is_read_back_and_is_in_the_format_of_zlib(data: bytes):
    packed = compress(data)
    assert decompress(packed) == zlib.decompress(packed) == data


def test_what_was_written_by_zlib_is_read():
    assert decompress(memoryview(zlib.compress(b"rows", 9))) == b"rows"
