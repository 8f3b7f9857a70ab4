"""Expressions of Python, as they are written back."""

from flames_indexer.facts import ExpressionKind, Use
from flames_indexer.languages import language_named
from flames_indexer.parse import parse

PYTHON = language_named("python")


def test_calls_keep_their_operands(check) -> None:
    check(
        """
        def f():
            self.session.get(url, timeout=5, *rest, **more)
            g(x for x in y)
            h()(a)[0].i(not b, c + 1, d if e else "s")
        """,
        calls="""
        f| self.session.get(url, timeout=int, *rest, **more)
        f| g(generator(x))
        f| h()
        f| h()(a)
        f| h()(a)[int].i((not b), (c + int), (d | str))
        """,
    )


def test_comments_and_line_breaks_between_parts_change_nothing(check) -> None:
    check(
        """
        x = (  # why
            a  # this
            .b(  # and
                c,  # that
                d=  # too
                e,
            )
        )
        y = \\
            z
        """,
        bindings="""
        :x = a.b(c, d=e)
        :y = z
        """,
    )


def test_operators_keep_both_sides(check) -> None:
    check(
        "r = [a < b not in c, -d, -1, e and f or g, h @ i, not j, k | l]",
        bindings="""
        :r = list((b not in c), (- d), int, ((e | f) | g), (h @ i), (not j), (k | l))
        """,
    )


def test_literals_have_types_and_elements(check) -> None:
    check(
        """
        a = {"k": v, 1: w, **x}
        b = [1, 2.0, 3j, True, None, ..., b"", f"{y()}", "s" "t"]
        c = z[1:n]
        """,
        bindings="""
        :a = dict(k=v, w, **x)
        :b = list(int, float, complex, bool, None, ellipsis, bytes, str, str)
        :c = z[slice]
        """,
        calls="| y()",
    )


def test_uses_say_how_an_expression_is_used(facts_of) -> None:
    facts = facts_of(
        """
        @dec
        class A(Base):
            x: Type = call(arg)
            def f(self): self.y = self.z[0]
        """
    )
    uses = {
        (facts.strings[b if kind else a], Use(use).name)
        for kind, use, _, _, _, a, b, _ in facts.expressions.rows()
        if kind <= ExpressionKind.MEMBER
    }
    assert uses == {
        ("dec", "DECORATOR"),
        ("Base", "BASE"),
        ("Type", "ANNOTATION"),
        ("call", "CALLEE"),
        ("arg", "VALUE"),
        ("self", "STORE"),
        ("self", "OBJECT"),
        ("z", "OBJECT"),
    }


def test_member_spans_are_the_identifier() -> None:
    source = b"a . b(c).d"
    rows = parse(source, PYTHON).expressions.rows()
    members = [source[r[3] : r[4]] for r in rows if r[0] == ExpressionKind.MEMBER]
    assert members == [b"b", b"d"]


def test_annotations_spelled_as_strings_are_parsed(check) -> None:
    check(
        """
        def f(a: "B", c: Optional["d.E"], g: "list[H] | None", i: Literal["j"], k: "not a type") -> "L": m()
        x: Callable[["N"], "O"]
        """,
        definitions="""
        function f(a: B, c: Optional[d.E], g: (list[H] | None), i: Literal[str], k: unknown) -> L
        """,
        bindings=":x : Callable[tuple(list(N), O)]",
    )


def test_names_in_string_annotations_are_marked_and_have_their_place() -> None:
    source = b'x: "a.B[C]"'
    facts = parse(source, PYTHON)
    rows = [row for row in facts.expressions.rows() if row[0] <= ExpressionKind.MEMBER]
    assert [source[row[3] : row[4]] for row in rows] == [b"a", b"B", b"C"]
    assert {row[7] for row in rows} == {1}
