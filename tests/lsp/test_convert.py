"""Positions, lines and URIs, both ways, in every encoding and in both systems' path rules."""

import pytest
from flames_lsp.convert import Encoding, PathRules, Text, Uris, encoded, top_spelling
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as t

POSIX, WINDOWS = PathRules(windows=False), PathRules(windows=True)
ENCODINGS = list(Encoding)


def at(line: int, character: int) -> t.Position:
    return t.Position(line, character)


@pytest.mark.parametrize(
    ("line", "units", "utf8", "utf16", "utf32"),
    [
        ("abc", 2, 2, 2, 2),
        ("aé b", 2, 1, 3, 3),  # utf-8: 2 is inside é
        ("a😀b", 1, 1, 1, 1),
        ("a😀b", 2, 1, 1, 5),  # utf-16: 2 is between the halves
        ("a😀b", 3, 1, 5, 6),
        ("日本", 1, 0, 3, 3),
        ("abc", 99, 3, 3, 3),
        ("é", 99, 2, 2, 2),
        ("", 5, 0, 0, 0),
    ],
)
def test_offset_of_a_character(line, units, utf8, utf16, utf32):
    offsets = [e.offset(line.encode(), units) for e in ENCODINGS]
    assert offsets == [utf8, utf16, utf32]


@pytest.mark.parametrize(
    ("text", "utf8", "utf16", "utf32"),
    [("abc", 3, 3, 3), ("é", 2, 1, 1), ("日", 3, 1, 1), ("😀", 4, 2, 1), ("\ud800", 3, 1, 1)],
)
def test_width_of_text(text, utf8, utf16, utf32):
    assert [e.width(encoded(text)) for e in ENCODINGS] == [utf8, utf16, utf32]


@pytest.mark.parametrize(
    ("source", "position", "offset"),
    [
        (b"a\nb", at(1, 0), 2),
        (b"a\r\nb", at(1, 0), 3),
        (b"a\rb", at(1, 0), 2),
        (b"a\r\nb", at(0, 99), 1),  # never between \r and \n
        (b"a\r\r\nb", at(2, 0), 4),
        (b"a\n\rb", at(2, 1), 4),
        (b"a\n", at(1, 0), 2),
        (b"a\n", at(7, 3), 2),
        (b"", at(0, 0), 0),
        (b"", at(3, 3), 0),
        (b"a\x0cb\x0bc\xc2\x85d\n", at(0, 99), 8),  # form feed, NEL: no line ends for a client
    ],
)
def test_lines_end_as_the_protocol_says(source, position, offset):
    assert Text.of(source).offset(position, Encoding.UTF16) == offset


def test_a_position_never_stands_inside_a_line_end():
    assert Text.of(b"ab\r\nc").position(3, Encoding.UTF16) == at(0, 2)


def test_a_file_with_a_byte_order_mark_counts_without_it():
    text = Text.of_file("\ufeffé = 1\nb".encode())
    assert text.position(3, Encoding.UTF16) == at(0, 0)
    assert text.position(5, Encoding.UTF16) == at(0, 1)
    assert text.offset(at(0, 1), Encoding.UTF16) == 5
    assert text.position(10, Encoding.UTF16) == at(1, 0)


def test_a_buffer_keeps_the_mark_its_client_sent():
    assert Text.of("\ufeffa".encode()).position(3, Encoding.UTF16) == at(0, 1)


def test_damaged_bytes_are_counted_not_refused():
    text = Text.of(b"\xff\xfea = 1\n\x80\x80b")
    for encoding in ENCODINGS:
        for offset in range(len(text.source) + 1):
            text.offset(text.position(offset, encoding), encoding)


PIECES = st.text(st.sampled_from("ab é日😀\r\n\ud800"), max_size=8)


@given(PIECES, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), PIECES), max_size=6))
def test_edited_text_equals_text_read_afresh(first, edits):
    text = Text.of(encoded(first))
    for start, length, new in edits:
        start = min(start, len(text.source))
        text = text.replaced(start, min(start + length, len(text.source)), encoded(new))
        assert text.starts.tolist() == Text.of(text.source).starts.tolist()


@given(st.text(st.sampled_from("ab é日😀\r\n"), max_size=12), st.sampled_from(ENCODINGS))
def test_every_character_boundary_survives_the_round_trip(content, encoding):
    text = Text.of(encoded(content))
    for n in range(len(content) + 1):
        inside_line_end = content[n - 1 : n + 1] == "\r\n"
        if not inside_line_end:
            offset = len(encoded(content[:n]))
            assert text.offset(text.position(offset, encoding), encoding) == offset


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/b.py", "/a/b.py"),
        ("file://localhost/a/b.py", "/a/b.py"),
        ("FILE:///a/b.py", "/a/b.py"),
        ("file:/a/b.py", "/a/b.py"),
        ("file:///a%20b/%5Bc%5D.py", "/a b/[c].py"),
        ("file:///a/b%23c.py", "/a/b#c.py"),
        ("file:///a/./b/../c.py", "/a/c.py"),
        ("file:///%C3%A9.py", "/é.py"),
        ("file:///%E9.py", "/\udce9.py"),
        ("file://host/a.py", None),
        ("file:///a%00b", None),
        ("untitled:Untitled-1", None),
        ("git:/a/b.py?%7B%7D", None),
        ("vscode-vfs://github/a/b.py", None),
        ("vscode-notebook-cell:/a/b.ipynb#W0", None),
        ("file:a.py", None),
        ("", None),
        ("/a/b.py", None),
    ],
)
def test_posix_paths_of_uris(uri, path):
    assert POSIX.path_of(uri) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/Users/a.py", "c:\\Users\\a.py"),
        ("file:///C:/Users/a.py", "c:\\Users\\a.py"),
        ("file:///c:/", "c:\\"),
        ("file:///c%3A", "c:\\"),
        ("file://server/share/a.py", "\\\\server\\share\\a.py"),
        ("file://localhost/c:/a.py", "c:\\a.py"),
        ("file:///c:/a/../b.py", "c:\\b.py"),
        ("file:///no/drive.py", None),
    ],
)
def test_windows_paths_of_uris(uri, path):
    assert WINDOWS.path_of(uri) == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("c:\\Users\\a b.py", "file:///c%3A/Users/a%20b.py"),
        ("C:\\a.py", "file:///c%3A/a.py"),
        ("\\\\server\\share\\a.py", "file://server/share/a.py"),
    ],
)
def test_windows_uris_of_paths(path, uri):
    assert WINDOWS.uri_of(path) == uri
    assert WINDOWS.same(WINDOWS.path_of(uri) or "") == WINDOWS.same(path)


@given(st.text(min_size=1, max_size=10).filter(lambda s: "\0" not in s))
def test_posix_uris_round_trip(name):
    path = POSIX.key("/x/" + name.replace("\ud800", ""))
    encodable = path.encode("utf-8", "replace").decode()
    assert POSIX.path_of(POSIX.uri_of(encodable)) == encodable


@pytest.mark.parametrize(
    ("rules", "path", "folder", "below"),
    [
        (POSIX, "/a/b/c.py", "/a", "b/c.py"),
        (POSIX, "/a", "/a", ""),
        (POSIX, "/ab/c.py", "/a", None),
        (POSIX, "/a/c.py", "/", "a/c.py"),
        (POSIX, "/a/C.py", "/A", None),
        (POSIX, "/a/e\u0301.py", "/a", "\u00e9.py"),
        (WINDOWS, "C:\\Repo\\Pkg\\a.py", "c:\\repo", "Pkg/a.py"),
        (WINDOWS, "c:\\repo2\\a.py", "c:\\repo", None),
        (WINDOWS, "\\\\Server\\share\\r\\a.py", "\\\\server\\share\\r", "a.py"),
        (WINDOWS, "c:\\a.py", "c:\\", "a.py"),
    ],
)
def test_paths_relative_to_a_folder(rules, path, folder, below):
    assert rules.relative(path, folder) == below


def test_answers_are_spelled_as_the_client_spells():
    uris = Uris(
        folders=(("/data/proj", "file:///home/me/link"), ("/data/proj/sub", "file:///other")),
        documents={"/data/proj/%.py": "file:///home/me/link/%25.py"},
        rules=POSIX,
    )
    assert uris.of("/data/proj/%.py") == "file:///home/me/link/%25.py"
    assert uris.of("/data/proj/a b.py") == "file:///home/me/link/a%20b.py"
    assert uris.of("/data/proj/sub/a.py") == "file:///other/a.py"
    assert uris.of("/data/proj") == "file:///home/me/link"
    assert uris.of("/elsewhere/a.py") == "file:///elsewhere/a.py"


@pytest.mark.parametrize(
    ("folder_uri", "top_uri"),
    [
        ("file:///link/sub", "file:///link"),
        ("file:///link/sub/", "file:///link"),
        ("file:///directly", "file:///data/proj"),
    ],
)
def test_the_top_of_an_opened_subfolder(folder_uri, top_uri):
    assert top_spelling("/data/proj", "/data/proj/sub", folder_uri, POSIX) == top_uri


def test_a_top_that_is_opened_itself_keeps_its_uri():
    assert top_spelling("/data/proj", "/data/proj", "file:///link", POSIX) == "file:///link"
