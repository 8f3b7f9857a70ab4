"""Tokens and sketches: what a rename and a reformatting leave alone."""

import numpy as np
import pytest
from flames_indexer.languages import LANGUAGES, language_named
from flames_indexer.parse import parse
from flames_indexer.similarity.candidates import SketchTable
from flames_indexer.similarity.sketch import (
    EMPTY,
    SHAPES,
    WORDS,
    Sketches,
    decode_sketches,
    encode_sketches,
    sketch_file,
    sketch_files,
)
from flames_indexer.similarity.tokens import Tokens, ngrams, tokenize
from hypothesis import given
from hypothesis import strategies as st

PYTHON = language_named("python")
ORIGINAL = b"""
def load(path, limit):
    \"\"\"Reads a file.\"\"\"
    rows = []
    with open(path) as stream:
        for line in stream:
            rows.append(line.strip().split(","))
            if len(rows) > limit:
                raise ValueError("too long")
    return rows
"""
RENAMED = b"""
def fetch(where, most):
    # a comment, and no docstring
    found = []

    with open(where) as handle:
        for text in handle:
            found.append(text.strip().split(","))  # more
            if len(found) > most:
                raise ValueError("too long")
    return found
"""
UNRELATED = b"""
def draw(canvas, shape):
    pen = canvas.pen(shape.color)
    pen.move(shape.x, shape.y)
    while shape.edges:
        edge = shape.edges.pop()
        pen.line(edge.dx, edge.dy)
    pen.close()
"""


def sketch(source: bytes) -> Sketches:
    return sketch_file(source, parse(source, PYTHON))


def shared(one: bytes, other: bytes) -> int:
    values = (set(sketch(code).values[0].tolist()) - {int(EMPTY)} for code in (one, other))
    return len(set.intersection(*values))


def words(source: bytes, comment: str = "#", skip: tuple[tuple[int, int], ...] = ()) -> list[bytes]:
    tokens = tokenize(source, comment, skip)
    ends = [*tokens.start.tolist()[1:], len(source)]
    return [source[a:b].strip() for a, b in zip(tokens.start.tolist(), ends, strict=True)]


def blinded(source: bytes) -> list[bool]:
    tokens = tokenize(source, "#")
    return (tokens.raw != tokens.blind).tolist()


def test_tokens_are_words_and_single_marks() -> None:
    assert words(b"a_1 = f(x)+2") == [b"a_1", b"=", b"f", b"(", b"x", b")", b"+", b"2"]


@pytest.mark.parametrize(
    ("source", "comment", "kept"),
    [
        (b"a # b c\nd", "#", b"a d"),
        (b"a = '#b' # c\nd", "#", b"a='#b'd"),
        (b"a // b\nd", "//", b"a d"),
        (b"u = 'http://x' // b\nd", "//", b"u='http://x'd"),
        (b"a /* b\n c */ d", "//", b"a d"),
        (b"/* never closed", "//", b""),
        (b"a // b", "#", b"a//b"),
    ],
)
def test_comments_are_no_tokens(source: bytes, comment: str, kept: bytes) -> None:
    tokens = tokenize(source, comment)
    plain = tokenize(kept, "%")
    assert tokens.raw.tolist() == plain.raw.tolist()


def test_ranges_to_skip_are_left_out() -> None:
    assert tokenize(b"a 'doc' b", "#", [(2, 7)]).raw.tolist() == tokenize(b"a b", "#").raw.tolist()


def test_what_a_rename_leaves_alone_is_kept() -> None:
    # x = obj.name(arg["key"], 3): `x`, `obj`, `arg` and the number are blinded
    assert blinded(b'x = obj.name(arg["key"], 3)') == [
        *(True, False, True, False, False, False),
        *(True, False, False, False, False, False, False, True, False),
    ]


def test_the_same_word_has_the_same_hash_wherever_it_stands() -> None:
    raw = tokenize(b"word other word\nlonger_word word", "#").raw
    assert raw[0] == raw[2] == raw[4]
    assert len({int(h) for h in raw}) == 3


@given(st.binary(max_size=300))
def test_any_bytes_can_be_tokenized(source: bytes) -> None:
    for comment in ("#", "//"):
        tokens = tokenize(source, comment)
        assert isinstance(tokens, Tokens)
        assert len(tokens.raw) == len(tokens.blind) == len(tokens.line) == len(tokens.named)


def test_ngrams_of_short_rows_are_none() -> None:
    values = np.arange(2, dtype=np.uint64)
    assert [len(ngrams(values, n)) for n in (1, 2, 3)] == [2, 1, 0]


def test_a_renamed_and_reformatted_copy_has_the_same_sketch() -> None:
    assert sketch(ORIGINAL).values.tolist() == sketch(RENAMED).values.tolist()


def test_an_unrelated_function_shares_nothing() -> None:
    assert shared(ORIGINAL, UNRELATED) == 0


def test_a_changed_copy_shares_much() -> None:
    changed = RENAMED.replace(b"    return found", b"    log(found)\n    return sorted(found)")
    assert shared(ORIGINAL, changed) >= 12


def test_lines_count_code_only() -> None:
    assert sketch(ORIGINAL).lines.tolist() == sketch(RENAMED).lines.tolist() == [8]


def test_a_long_signature_is_one_line() -> None:
    source = b"def f(\n    a,\n    b,\n    c,\n    d,\n):\n    return g(a, b, c, d)\n"
    assert len(sketch(source)) == 0


def test_a_function_in_a_function_has_its_own_sketch() -> None:
    inner = ORIGINAL.replace(b"\n", b"\n    ")
    source = b"def outer():" + inner + b"\n    return load\n"
    sketches = sketch(source)
    assert len(sketches) == 2
    assert sketches.values[1].tolist() == sketch(ORIGINAL).values[0].tolist()


def test_one_definition_alone_may_be_short() -> None:
    source = b"def f(a):\n    return a.b(c)\n"
    assert len(sketch_file(source, parse(source, PYTHON), only=1)) == 1


@pytest.mark.parametrize("language", [language.name for language in LANGUAGES])
@pytest.mark.parametrize("source", [b"", b"\xff\x00\n" * 9, b"def f(:\n" * 9, b"function (" * 9])
def test_broken_sources_have_sketches_too(language: str, source: bytes) -> None:
    facts = parse(source, language_named(language))
    assert sketch_file(source, facts).values.shape[1] == WORDS + SHAPES


def test_javascript_functions_are_sketched() -> None:
    body = b" {\n  a.b(c);\n  a.d(c);\n  a.e(c);\n  return a.f(c);\n}\n"
    source = b"function f(a, c)" + body + b"const g = (a, c) =>" + body
    sketches = sketch_file(source, parse(source, language_named("javascript")))
    assert len(sketches) == 2
    assert sketches.values[0].tolist() == sketches.values[1].tolist()


def test_files_are_sketched_together_as_they_are_alone() -> None:
    body = b"(a, b) {\n  a.b(c);\n  a.d(c);\n  a.e(c);\n  return a.f(c)\n}"
    sources = [
        ("python", ORIGINAL.rstrip() + b" # 'open"),
        ("python", b"(x)\n" + UNRELATED),
        ("python", b"x = 1"),
        ("javascript", b"const g = function" + body + b"/* never closed"),
        ("javascript", b"(function" + body + b")(a)"),
        ("python", UNRELATED.lstrip()),
        ("python", RENAMED.rstrip().removesuffix(b"found") + b"("),
        ("python", RENAMED.lstrip()),
    ]
    files = [(source, parse(source, language_named(name))) for name, source in sources]
    together = [encode_sketches(sketches) for sketches in sketch_files(files)]
    assert together == [encode_sketches(sketch_file(*file)) for file in files]
    assert len(sketch_files(files[:1] * 2)) == 2
    assert sketch_files([]) == []


def test_encoding_keeps_everything() -> None:
    sketches = sketch(ORIGINAL + UNRELATED)
    again = decode_sketches(encode_sketches(sketches))
    for name in ("definitions", "lines", "tokens", "values"):
        assert np.array_equal(getattr(again, name), getattr(sketches, name))
    assert len(decode_sketches(encode_sketches(Sketches.none()))) == 0


def test_damaged_blobs_are_refused() -> None:
    blob = encode_sketches(sketch(ORIGINAL))
    for damaged in (b"", blob[:-1], b"x" + blob[1:], blob + b"\0"):
        with pytest.raises(ValueError, match="sketch blob"):
            decode_sketches(damaged)


def test_the_nearest_share_the_rarest_values() -> None:
    table = SketchTable(
        [("a.py", sketch(ORIGINAL)), ("b.py", sketch(UNRELATED)), ("c.py", sketch(RENAMED))]
    )
    numbers, scores = table.near(sketch(ORIGINAL).values[0])
    assert [table.functions[number].path for number in numbers] == ["a.py", "c.py"]
    assert scores[0] == scores[1] > 0
    assert table.near(sketch(ORIGINAL).values[0], least=WORDS + SHAPES + 1) == ([], [])
    assert [table.functions[number].path for number in table.of_file("b.py")] == ["b.py"]


def test_many_are_looked_up_as_one_is() -> None:
    values = np.random.default_rng(5).integers(0, 400, (60, WORDS + SHAPES), np.uint32)
    values[::7, 3:] = EMPTY
    ones = np.ones(len(values), np.int32)
    table = SketchTable([("a.py", Sketches(np.arange(60, dtype=np.int32), ones, ones, values))])
    each = table.near_each(values, 2)
    assert each == [table.near(row, 2) for row in values]
    assert all(found[0][0] == number for number, found in enumerate(each) if len(found[0]))
    assert sum(len(numbers) for numbers, _ in each) > 200


def test_an_empty_table_finds_nothing() -> None:
    table = SketchTable([])
    assert table.near(sketch(ORIGINAL).values[0]) == ([], [])
    assert table.near_each(sketch(ORIGINAL).values) == [([], [])]
