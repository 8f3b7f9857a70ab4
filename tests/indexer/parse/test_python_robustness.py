"""Any bytes can be read: broken, truncated, deep, in any encoding."""

from flames_indexer.facts import ExpressionKind
from flames_indexer.languages import language_named
from flames_indexer.parse import parse
from hypothesis import given, settings
from hypothesis import strategies as st

PYTHON = language_named("python")

FIXTURE = b'''\
@dec(a)
class A(B["c"], metaclass=M):
    """Doc."""
    x: "list[int]" = [y for y in f"{z!r:{w}}" if (v := y)]
    async def f(self, a, /, b: int = 1, *c, d, **e) -> "X":
        with a as b, (yield c) as (d, *e): self.x, g.y[0] = lambda: h(**i)
        match a:
            case Foo(x, y=1) | {"k": z} as q: return not q
        try: from .m import (n as o, p)
        except (E, F) as e: global s; s += -1
type T[U] = dict[U, "V"]
'''

_WORDS = [w + b" " for w in FIXTURE.replace(b"(", b" ( ").replace(b".", b" . ").split()]
_TOKENS = st.sampled_from([*_WORDS, b"\n", b"\n    ", b":", b",", b"]", b"}", b"=", b'"', b"\\\n"])


def test_syntax_errors_are_problems_and_the_rest_is_read(check, facts_of) -> None:
    source = "def f(:\n  pass\n\ndef g(): return h(1)\n"
    assert len(facts_of(source).problems) > 0
    check(source, calls="g| h(int)")


def test_a_member_still_being_typed_spoils_only_its_statement(check) -> None:
    check(
        "def f():\n    return self.\n\ndef g(): return 1\n",
        results="g return int",
    )


def test_any_prefix_of_a_file_can_be_read() -> None:
    for end in range(len(FIXTURE) + 1):
        facts = parse(FIXTURE[:end], PYTHON)
        assert len(facts.definitions) >= 1


def test_any_suffix_of_a_file_can_be_read() -> None:
    for start in range(len(FIXTURE)):
        assert len(parse(FIXTURE[start:], PYTHON).definitions) >= 1


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(source: bytes) -> None:
    assert parse(source, PYTHON).language == "python"


@settings(deadline=None)
@given(st.lists(_TOKENS, max_size=60))
def test_any_words_of_the_language_can_be_read(words: list[bytes]) -> None:
    facts = parse(b"".join(words), PYTHON)
    rows = len(facts.expressions)
    for row, (kind, _, scope, _, _, a, *_) in enumerate(facts.expressions.rows()):
        assert 0 <= scope < len(facts.definitions)
        if kind in (ExpressionKind.MEMBER, ExpressionKind.CALL, ExpressionKind.SUBSCRIPT):
            assert 0 <= a < row
    assert all(-1 <= value < rows for value in facts.operands.value)


def test_odd_encodings_and_line_ends_can_be_read(check) -> None:
    for source in (
        b"\xef\xbb\xbfdef f(): return g()",
        b"def f():\r\n    return g()\r\n",
        b"# \xff\xfe\ndef f(): return g()",
        b"def f(): return g()\n# \0",
    ):
        check(source, definitions="function f()", calls="f| g()")


def test_deep_nesting_is_read_without_recursion(check) -> None:
    for opening, inner, closing in (
        (b"(", b"x", b")"),
        (b"f(", b"x", b")"),
        (b"[", b"x", b"]"),
        (b"not ", b"x", b""),
        (b"lambda: ", b"x", b""),
        (b"a = ", b"x", b""),
        (b"a + ", b"x", b""),
        (b"", b"x", b".f()"),
        (b"x: A[", b"B", b"]"),
        (b"(", b"a", b",)"),
        (b"for (", b"a", b",) in b: pass"),
        (b"f((", b"*a", b"))"),
    ):
        facts = parse(opening * 5000 + inner + closing * 5000, PYTHON)
        assert len(facts.expressions) > 0
    for left in (b"(" * 3000 + b"a" + b",)" * 3000, b"(" * 3000 + b"a" + b")" * 3000):
        assert len(parse(left + b" = b", PYTHON).bindings) <= 1
        assert len(parse(b"for " + left + b" in b: pass", PYTHON).bindings) <= 1
    parse(b"f(" + b"(" * 3000 + b"*a" + b")" * 3001, PYTHON)
    blocks = b"".join(b" " * depth + b"if x:\n" for depth in range(500)) + b" " * 500 + b"f()\n"
    check(blocks, calls="| f()")
