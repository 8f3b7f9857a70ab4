"""What two bodies have in common, read off their statements."""

from textwrap import dedent

from flames_indexer.languages import language_named
from flames_indexer.parse import parse
from flames_indexer.similarity.regions.alignment import chain, mapped
from flames_indexer.similarity.regions.flow import Flow, Step, flow_of
from flames_indexer.similarity.regions.search import run_around
from flames_indexer.similarity.regions.statements import (
    SLOT,
    Body,
    body_of,
    bound_in,
    extract_of,
    locals_of,
)

STRIP = """
def strip_extras(path):
    found = re.match(PATTERN, path)
    extras = None
    if found:
        bare = found.group(1)
        extras = found.group(2)
    else:
        bare = path
    return bare, extras
"""

EDITABLE = """
def parse_editable(given, default=None):
    from index import Link
    url = given
    rest = None
    m = re.match(PATTERN, url)
    if m:
        plain = m.group(1)
        rest = m.group(2)
    else:
        plain = url
    if os.path.isdir(plain):
        url = to_url(plain)
    return Link(url), rest
"""


def body(text: str, language: str = "python") -> Body:
    source = dedent(text).encode()
    facts = parse(source, language_named(language))
    extract = extract_of(source, facts, 1)
    return body_of(extract.text, language, locals_of(facts, 1, bound_in(facts)))


def tokens(text: str, language: str = "python") -> list[str]:
    return [" ".join(s.tokens).replace(SLOT, "·") for s in body(text, language).statements]


def test_local_names_are_slots_and_everything_else_stays() -> None:
    text = """
    def f(order, rate):
        total = order.price() * rate + LIMIT
        return clamp(total, key=rate)
    """
    assert tokens(text) == ["· . price ( ) * · + LIMIT", "clamp ( · , key = · )"]


def test_members_of_a_local_name_are_one_slot_and_called_ones_are_not() -> None:
    text = """
    def f(self):
        return self.a.b.c(self.d.e)
    """
    (statement,) = body(text).statements
    assert statement.tokens == (SLOT, ".", "c", "(", SLOT, ")")
    assert statement.slots == ("self.a.b", "self.d.e")


def test_layout_and_quotes_say_nothing() -> None:
    spread = """
    def f(a, b):
        x = call(
            'one',
            (a, b),
        )
        if (x):
            return (x, f'{a}')
    """
    flat = """
    def f(a, b):
        x = call("one", (a, b))
        if x:
            return x, f"{a}"
    """
    assert tokens(spread) == tokens(flat)


def test_an_import_is_no_local_name() -> None:
    text = """
    def f(x):
        import json
        return json.dumps(x)
    """
    assert tokens(text)[1] == "json . dumps ( · )"


def test_what_is_returned_equals_what_is_assigned() -> None:
    one = tokens("def f(a):\n    return a.get(1)\n")
    other = tokens("def f(a):\n    b: int = a.get(1)\n    return b\n")
    assert one[0] == other[0]


def test_the_statements_of_a_branch_stand_under_it() -> None:
    statements = body(STRIP).statements
    assert [s.parent for s in statements] == [-1, -1, -1, 2, 2, 2, 5, -1]
    assert statements[3].sequence == statements[4].sequence
    assert statements[5].sequence == -1  # `else`


def test_javascript_reads_alike() -> None:
    text = """
    function f(order) {
      const total = order.price() * 2;
      if (total > 10) { return send(total); }
      items.forEach((item) => { item.pay(total); });
    }
    """
    assert tokens(text, "javascript") == [
        "· . price ( ) * 2",
        "if · > 10",
        "send ( · )",
        "items . forEach ( ( · ) => )",
        "· . pay ( · )",
    ]


def test_a_copy_inside_of_a_longer_function_is_found_and_mapped() -> None:
    one, other = body(EDITABLE), body(STRIP)
    matches = chain(one, other, {})
    mapping, agreement = mapped(one, other, matches)
    assert mapping == {"path": "url", "found": "m", "extras": "rest", "bare": "plain"}
    assert agreement == 1.0


def test_names_that_contradict_each_other_lower_the_agreement() -> None:
    one = body("def f(a, b):\n    p = first(a)\n    q = second(a)\n    return third(p, q)\n")
    other = body("def f(a, b):\n    p = first(a)\n    q = second(b)\n    return third(p, q)\n")
    _, agreement = mapped(one, other, chain(one, other, {}))
    assert agreement < 1.0


def test_a_changed_statement_between_two_equal_ones_is_half_a_match() -> None:
    one = body("def f(a):\n    x = open_it(a)\n    y = x.read(1, 2)\n    close_it(x)\n")
    other = body("def f(a):\n    x = open_it(a)\n    y = x.read(1, 3)\n    close_it(x)\n")
    assert [m.is_equal for m in chain(one, other, {})] == [True, False, True]


def test_a_run_is_of_whole_statements_side_by_side() -> None:
    statements = body(STRIP)
    assert run_around(statements, [3, 4]) == (3, 4)
    assert run_around(statements, [4, 6]) == (2, 2)  # in two branches: all of the `if`
    assert run_around(statements, [1, 3]) == (1, 2)


def flow(text: str) -> Flow:
    """Of the lines between the marks `# <` and `# >`."""
    source = dedent(text).encode()
    facts = parse(source, language_named("python"))
    start = source.index(b"\n", source.index(b"# <")) + 1
    start += len(source[start:]) - len(source[start:].lstrip())
    end = len(source[: source.index(b"# >")].rstrip())
    extract = extract_of(source, facts, 1)
    read = body_of(extract.text, "python", locals_of(facts, 1, bound_in(facts))).statements
    holding = {s.parent for s in read}
    outer = {s.parent for s in read if extract.offset(source, s.start) == start}
    steps = [
        Step(
            extract.offset(source, s.start),
            extract.offset(source, s.end),
            s.kind,
            s.tokens,
            s.parent in outer and number not in holding,
        )
        for number, s in enumerate(read)
    ]
    return flow_of(facts, 1, start, end, steps)


def test_what_flows_in_and_out() -> None:
    found = flow("""
    def f(path, mode):
        name = path.name
        # <
        text = read(path, mode)
        size = len(text)
        log(name, size)
        # >
        return text
    """)
    assert found == Flow(("path", "mode", "name"), ("text",), frozenset())


def test_a_name_that_the_region_sets_first_does_not_flow_in() -> None:
    found = flow("""
    def f(path):
        text = ""
        # <
        text = read(path)
        show(text)
        # >
    """)
    assert found == Flow(("path",), (), frozenset())


def test_a_name_that_only_a_branch_sets_flows_in() -> None:
    found = flow("""
    def f(path):
        text = ""
        # <
        if path:
            text = read(path)
        show(text)
        # >
        return text
    """)
    assert found == Flow(("path", "text"), ("text",), frozenset())


def test_in_a_loop_what_is_read_at_the_next_turn_flows_out() -> None:
    found = flow("""
    def f(paths):
        last = None
        for path in paths:
            use(last)
            # <
            last = read(path)
            show(last)
            # >
    """)
    assert found.outputs == ("last",)


def test_ways_out() -> None:
    found = flow("""
    def f(paths):
        for path in paths:
            # <
            for part in path:
                if part:
                    break
            if not path:
                continue
            return part
            # >
    """)
    assert found.exits == {"continue", "return"}
