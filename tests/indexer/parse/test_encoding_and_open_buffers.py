"""Facts survive encoding; an edited buffer gives the facts of its new text."""

import zlib

import pytest
from flames_indexer.facts import FileFacts
from flames_indexer.languages import LANGUAGES, language_named, language_of
from flames_indexer.parse import OpenParse, decode, decode_definitions, encode, parse
from hypothesis import given, settings
from hypothesis import strategies as st

PYTHON = language_named("python")

SOURCE = b"""\
import a

class B(a.C):
    def f(self, x: int = 1) -> "B":
        self.y = [g(z) for z in x]
        return self

@dec
def g(z):
    yield z.k(v=1)
"""


def test_decoding_gives_what_was_encoded() -> None:
    facts = parse(SOURCE, PYTHON)
    assert decode(encode(facts)) == facts


def test_facts_of_nothing_survive() -> None:
    facts = parse(b"", PYTHON)
    assert decode(encode(facts)) == facts
    assert decode(encode(FileFacts("python"))) == FileFacts("python")


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_facts_of_any_bytes_survive(source: bytes) -> None:
    facts = parse(source, PYTHON)
    assert decode(encode(facts)) == facts


@pytest.mark.parametrize("source", [SOURCE, b"", b"class A:\n    def f(self): ...\n"])
def test_definitions_alone_are_those_of_the_facts(source: bytes) -> None:
    facts = parse(source, PYTHON)
    assert decode_definitions(encode(facts)) == (facts.strings, facts.definitions)


def test_names_with_line_breaks_survive() -> None:
    facts = parse(b'__all__ = ["""a\nb"""]', PYTHON)
    assert decode(encode(facts)) == facts


def test_other_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="another version"):
        decode(zlib.compress(b"\1\0\0\0" * 8))
    with pytest.raises(ValueError, match="another version"):
        decode_definitions(zlib.compress(b"\1\0\0\0" * 8))


def edited(buffer: OpenParse, old: bytes, new: bytes) -> OpenParse:
    start = buffer.source.index(old)
    source = buffer.source.replace(old, new, 1)
    return buffer.edit(start, start + len(old), start + len(new), source)


def test_an_edit_gives_the_facts_of_the_new_text() -> None:
    buffer = OpenParse(SOURCE, PYTHON)
    buffer.facts()
    after = edited(buffer, b"self.y", b"self.other.y")
    assert after.facts() == parse(after.source, PYTHON)


def test_edits_before_the_first_look_add_up() -> None:
    buffer = OpenParse(SOURCE, PYTHON)
    buffer.facts()
    after = edited(edited(edited(buffer, b"(z)", b"(zz)"), b"import a\n", b""), b"k", b"kk")
    assert after.facts() == parse(after.source, PYTHON)


def test_edits_of_a_buffer_nobody_looked_at_cost_no_parse() -> None:
    after = edited(OpenParse(SOURCE, PYTHON), b"class B", b"class BB")
    assert after.facts() == parse(after.source, PYTHON)


def test_an_edit_leaves_the_version_before_as_it_was() -> None:
    buffer = OpenParse(SOURCE, PYTHON)
    before = parse(SOURCE, PYTHON)
    edited(buffer, b"yield", b"return").facts()
    assert buffer.facts() == before


_LINES = SOURCE.splitlines(keepends=True)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(_LINES) - 1), st.booleans()), max_size=5))
def test_whole_line_edits_give_the_facts_of_the_new_text(edits: list[tuple[int, bool]]) -> None:
    buffer = OpenParse(SOURCE, PYTHON)
    for number, looked_at in edits:
        if looked_at:
            buffer.facts()
        line = _LINES[number]
        start = buffer.source.find(line)
        if start >= 0:
            comment = b" " * (len(line) - len(line.lstrip())) + b"pass  # gone\n"
            source = buffer.source.replace(line, comment, 1)
            buffer = buffer.edit(start, start + len(line), start + len(comment), source)
    facts = buffer.facts()
    assert bool(facts.problems) == bool(parse(buffer.source, PYTHON).problems)
    if not facts.problems:
        assert facts == parse(buffer.source, PYTHON)


def test_suffixes_name_their_language() -> None:
    names = {
        path: getattr(language_of(path), "name", None)
        for path in (
            "a/b.py",
            "b.pyi",
            "c.JS",
            "d.mjs",
            "e.cts",
            "f.tsx",
            "g.jsx",
            "h.txt",
            "Makefile",
            ".py",
        )
    }
    assert names == {
        "a/b.py": "python",
        "b.pyi": "python",
        "c.JS": "javascript",
        "d.mjs": "javascript",
        "e.cts": "typescript",
        "f.tsx": "tsx",
        "g.jsx": "javascript",
        "h.txt": None,
        "Makefile": None,
        ".py": None,
    }
    assert len({suffix for language in LANGUAGES for suffix in language.suffixes}) == 10
