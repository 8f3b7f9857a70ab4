"""*Extract a shared function*: two siblings call a new one, or nothing is offered."""

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from flames_indexer.fixes import extract_shared

Repository = Callable[..., Any]


def extracted(repository: Repository, text: str, suffix: str = "py") -> tuple[str, str]:
    path = f"m.{suffix}"
    made = repository({path: text})
    first, second = (s for s in made.snapshot.symbols_in(path) if s.name in ("load_a", "load_b"))
    starts = (s.name_span.start for s in (first, second))
    fix = extract_shared(made.snapshot, second, list(starts)[1], first, first.name_span.start)
    found = made.snapshot.source(path)
    for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True) if fix else ():
        found = found[: edit.span.start] + edit.text.encode() + found[edit.span.end :]
    return (fix.title if fix else "", found.decode())


FUNCTIONS = '''
def load_a(path, least=1):
    """All of A."""
    rows = read(path, kind="a")
    if len(rows) < least:
        raise ValueError(path)
    return sorted(rows)


def load_b(file, n):
    found = read(file, kind="b")
    if len(found) < n:
        raise ValueError(file)
    return sorted(found)
'''


def test_what_differs_becomes_a_parameter(repository: Repository) -> None:
    title, text = extracted(repository, FUNCTIONS)
    assert title == "Extract what `load_a` and `load_b` share into `_load_shared`"
    assert text == (
        "\ndef _load_shared(path, least, kind):\n"
        "    rows = read(path, kind=kind)\n    if len(rows) < least:\n"
        "        raise ValueError(path)\n    return sorted(rows)\n\n\n"
        'def load_a(path, least=1):\n    """All of A."""\n'
        '    return _load_shared(path, least, kind="a")\n\n\n'
        'def load_b(file, n):\n    return _load_shared(file, n, kind="b")\n'
    )


def test_of_one_class(repository: Repository) -> None:
    text = "class K:\n" + "\n".join(
        f"    {line}" if line else line for line in dedent(FUNCTIONS).strip().splitlines()
    ).replace("(path,", "(self, path,").replace("(file, n):", "(self, file, n):").replace(
        "\n\n\n", "\n\n"
    )
    text = text.replace("read(self, ", "read(").replace("read(", "self.read(") + "\n"
    found = extracted(repository, text)[1]
    assert found.startswith(
        "class K:\n    def _load_shared(self, path, least, kind):\n        rows"
    )
    assert '        return self._load_shared(path, least, kind="a")\n\n    def load_b(' in found
    assert found.endswith('        return self._load_shared(file, n, kind="b")\n')


def test_no_method_of_another_class_is_overridden(repository: Repository) -> None:
    members = "".join(f"    {line}\n" if line else "\n" for line in FUNCTIONS.splitlines())
    members = members.replace("(path,", "(self, path,").replace("(file, n):", "(self, file, n):")
    text = f"class Base:\n    def _load_shared(self): ...\n\n\nclass K(Base):\n{members}"
    text = text.replace("read(self, ", "read(")
    assert "`_load_common`" in extracted(repository, text)[0]


@pytest.mark.parametrize(
    ("this", "that"),
    [
        ('kind="b"', "kind=n + 1"),  # not the same before the body as in it
        ("sorted(found)", "found"),
        ("def load_b", "async def load_b"),
        ('kind="b"', 'kind="a"'),  # nothing differs: one can call the other
    ],
)
def test_near_misses(repository: Repository, this: str, that: str) -> None:
    assert extracted(repository, FUNCTIONS.replace(this, that))[0] == ""


SCRIPT = "\n".join(
    f"function load_{kind}(path) {{\n  const rows = read(path, '{kind}');\n  return rows.sort();\n}}\n"
    for kind in "ab"
)


def test_javascript(repository: Repository) -> None:
    assert extracted(repository, SCRIPT, "js")[1] == (
        "function loadShared(path, text) {\n  const rows = read(path, text);\n"
        "  return rows.sort();\n}\n\nfunction load_a(path) {\n  return loadShared(path, 'a');\n}\n"
        "\nfunction load_b(path) {\n  return loadShared(path, 'b');\n}\n"
    )


def test_where_a_parameter_needs_a_type_nothing_is_extracted(repository: Repository) -> None:
    assert extracted(repository, SCRIPT, "ts")[0] == ""


def between(repository: Repository, files: dict[str, str]) -> dict[str, str]:
    """Every file after the fix of `load_a` and `load_b`; nothing where none is offered."""
    made = repository({path: dedent(text) for path, text in files.items()})
    found = [s for p in made.snapshot.paths() for s in made.snapshot.symbols_in(p)]
    first, second = (s for s in found if s.name in ("load_a", "load_b"))
    starts = [s.name_span.start for s in (first, second)]
    fix = extract_shared(made.snapshot, second, starts[1], first, starts[0])
    texts: dict[str, bytes] = {}
    for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True) if fix else ():
        path, start, end = edit.span.path, edit.span.start, edit.span.end
        text = texts.get(path) or made.snapshot.source(path) or b""
        texts[path] = text[:start] + edit.text.encode() + text[end:]
    return {path: text.decode() for path, text in texts.items()}


OF_A = """
def load_a(path, *rest):
    rows = read(path, rest)
    for row in rows:
        row.strip()
    return rows, PARTS
"""


def of_b(head: str = "") -> str:
    return head + OF_A.replace("load_a", "load_b").replace("read(", "scan(")


def test_of_two_files_by_an_import(repository: Repository) -> None:
    head = "PARTS = 1\n\n"
    found = between(
        repository, {"pkg/__init__.py": "", "pkg/a.py": head + OF_A, "pkg/b.py": of_b()}
    )
    assert found["pkg/a.py"] == (
        "PARTS = 1\n\n\ndef load_shared(path, rest, function, parts):\n    rows = function(path, rest)\n"
        "    for row in rows:\n        row.strip()\n    return rows, parts\n\n\n"
        "def load_a(path, *rest):\n    return load_shared(path, rest, read, PARTS)\n"
    )
    assert found["pkg/b.py"] == (
        "\nfrom pkg.a import load_shared\n\n\ndef load_b(path, *rest):\n"
        "    return load_shared(path, rest, scan, PARTS)\n"
    )


def test_where_only_one_may_import_the_other(repository: Repository) -> None:
    files = {"pkg/__init__.py": "", "pkg/a.py": "import pkg.b\n" + OF_A, "pkg/b.py": of_b()}
    found = between(repository, files)
    assert "def load_shared(" in found["pkg/b.py"]
    assert "    return pkg.b.load_shared(path, rest, read)\n" in found["pkg/a.py"]


def test_where_neither_may_import_the_other(repository: Repository) -> None:
    a, b = "import pkg.b\n" + OF_A, of_b("import pkg.a\n")
    assert between(repository, {"pkg/__init__.py": "", "pkg/a.py": a, "pkg/b.py": b}) == {}


@pytest.mark.parametrize("head", ["", "@cached\n", "# about it\n@cached\n"])
def test_what_decorates_them_stays_where_it_is(repository: Repository, head: str) -> None:
    (text,) = between(
        repository, {"m.py": f"{head}{OF_A.strip()}\n\n\n{of_b().strip()}\n"}
    ).values()
    assert text.startswith("def _load_shared(path, rest, function):\n")
    assert (
        f"\n\n\n{head}def load_a(path, *rest):\n    return _load_shared(path, rest, read)" in text
    )


CLASSES = """
class First:
    def load_a(self, path):
        rows = read(path, self.kind, "{first}")
        # sorted
        for row in rows:
            row.strip()
        return rows

class Second:
    def load_b(me, path):
        rows = read(path, me.kind, "b")
        for row in rows:
            row.strip()
        return rows
"""


def test_methods_of_two_classes_give_a_function_what_they_read(repository: Repository) -> None:
    (text,) = between(repository, {"m.py": CLASSES.format(first="a")}).values()
    assert text.startswith(
        "\ndef _load_shared(path, kind, text):\n    rows = read(path, kind, text)\n"
        "    # sorted\n    for row in rows:\n"
    )
    assert (
        '    def load_a(self, path):\n        return _load_shared(path, self.kind, text="a")\n'
        in (text)
    )
    assert (
        '    def load_b(me, path):\n        return _load_shared(path, me.kind, text="b")\n' in text
    )


@pytest.mark.parametrize("used", ["self.read(path)", "path.keep(self)", "self.kind = 1"])
def test_what_does_more_with_its_object_stays_in_its_class(
    repository: Repository, used: str
) -> None:
    text = CLASSES.format(first="a").replace("        # sorted\n", "")
    for name in ("self", "me"):
        line = used.replace("self", name)
        text = text.replace(f"{name}, path):\n", f"{name}, path):\n        {line}\n")
    assert between(repository, {"m.py": text}) == {}


@pytest.mark.parametrize("owned", ["super().kind", "self.__kind"])
def test_what_only_its_class_may_ask_stays_in_it(repository: Repository, owned: str) -> None:
    text = CLASSES.format(first="a").replace("self.kind", owned)
    assert between(repository, {"m.py": text.replace("me.kind", owned.replace("self", "me"))}) == {}


@pytest.mark.parametrize(
    ("this", "that", "argument"),
    [
        ("return f'{rows} of A!'", "return f'{found} of B!'", " of A!"),
        ("use(rows, A.x)", "use(found, A.y)", "A.x"),
        ("use(rows, 'a' 'b')", "use(found, 'a' 'c')", "'a' 'b'"),
        ("use(rows, kind='a', type='a')", "use(found, kind='b', type='c')", "kind='a', type='a'"),
    ],
)
def test_values_that_may_differ(
    repository: Repository, this: str, that: str, argument: str
) -> None:
    assert argument in differing(repository, this, that).partition("def load_a")[2]


@pytest.mark.parametrize(
    ("this", "that"),
    [
        ("rows.a()", "found.b()"),  # a part of something that is made on the way
        ("path.a = rows", "path.b = found"),  # stored to
        ("use(a=rows)", "use(b=found)"),
        ("rows: A = []", "found: B = []"),
        ("if rows: use(path.a)", "if found: use(path.b)"),  # perhaps never looked at
        ("use(lambda n: n.a)", "use(lambda n: n.b)"),
        ("path.move(); use(path.a)", "path.move(); use(path.b)"),  # may be another one by then
        ("use('a', 'b', 'c', 'd', 'e')", "use('b', 'c', 'd', 'e', 'f')"),
    ],
)
def test_values_that_may_not(repository: Repository, this: str, that: str) -> None:
    assert differing(repository, this, that) == ""


def differing(repository: Repository, this: str, that: str) -> str:
    """The file where two functions end with one of these."""
    a = f"def load_a(path):\n    rows = read(path)\n    {this}\n"
    b = f"def load_b(path):\n    found = read(path)\n    {that}\n"
    return between(repository, {"m.py": f"{a}\n\n{b}"}).get("m.py", "")


def test_a_name_that_both_files_give_another_meaning_is_passed(repository: Repository) -> None:
    head = "log = get(__name__)\n"
    a = "def load_a(path):\n    rows = read(path)\n    log.warn(rows)\n    return rows\n"
    found = between(
        repository,
        {"a.py": f"{head}\n\n{a}", "b.py": f"{head}\n\n{a.replace('load_a', 'load_b')}"},
    )
    assert "def load_shared(path, log):" in found["a.py"]
    assert "return load_shared(path, log)" in found["b.py"]


TYPED = "\n".join(
    f"export function load_{kind}(path: string): string[] {{\n"
    f"  const rows = read(path, '{kind}');\n  return rows.sort();\n}}\n"
    for kind in "ab"
)


def test_in_typescript_a_literal_is_its_own_type(repository: Repository) -> None:
    (text,) = between(repository, {"m.ts": TYPED}).values()
    assert text.startswith(
        "function loadShared(path: string, text: 'a' | 'b'): string[] {\n"
        "  const rows = read(path, text);\n"
    )
    assert "  return loadShared(path, 'b');\n" in text


def test_of_two_modules_of_a_script(repository: Repository) -> None:
    first, second = TYPED.split("\n\n")
    found = between(repository, {"a.ts": first + "\n", "b.ts": second + "\n"})
    assert found["a.ts"].startswith("export function loadShared(path: string, text: 'a' | 'b')")
    assert found["b.ts"].startswith('import { loadShared } from "./a";\n') or found[
        "b.ts"
    ].startswith("import { loadShared } from './a';\n")


def test_a_type_that_comes_later_is_quoted(repository: Repository) -> None:
    def method(name: str) -> str:
        lines = [
            f"    def load_{name}(self, path: str, other: Page) -> Page:",
            f"        rows = read(path, other, '{name}')",
            "        return rows",
        ]
        return "\n".join(lines)

    text = f"class Page:\n{method('a')}\n\nclass Book:\n{method('b')}\n"
    (text,) = between(repository, {"m.py": text}).values()
    assert text.startswith(
        'def _load_shared(path: str, other: "Page", text: str) -> "Page":\n    rows = read('
    )


def test_what_calls_itself_is_passed(repository: Repository) -> None:
    a = "def load_a(path):\n    for part in path:\n        load_a(part)\n    return path\n"
    (text,) = between(repository, {"m.py": f"{a}\n\n{a.replace('load_a', 'load_b')}"}).values()
    assert text.startswith(
        "def _load_shared(path, load):\n    for part in path:\n        load(part)\n"
    )
    assert "def load_b(path):\n    return _load_shared(path, load_b)\n" in text


@pytest.mark.parametrize("said", ["web.Path", '"Path"', "list[web.Path]"])
def test_types_are_written_as_they_were(repository: Repository, said: str) -> None:
    a = f"def load_a(path: {said}) -> {said}:\n    rows = read(path, 'a')\n    return rows\n"
    b = a.replace("load_a", "load_b").replace("'a'", "b'b'")
    (text,) = between(repository, {"m.py": f"{a}\n\n{b}"}).values()
    assert text.startswith(f"def _load_shared(path: {said}, text) -> {said}:\n")


def test_no_type_is_quoted_where_none_is_looked_at(repository: Repository) -> None:
    head = "from __future__ import annotations\n"
    a = "def load_a(path: Path) -> Path:\n    rows = read(path, 1)\n    return rows\n"
    b = a.replace("load_a", "load_b").replace("1", "2")
    found = between(repository, {"m.py": f"{head}\n\n{a}\n\n{b}\n\nclass Path: ...\n"})
    assert "def _load_shared(path: Path, number: int) -> Path:\n" in found["m.py"]


AT_TIMES = """
if MAIN:
    import json

    def load_a(path):
        rows = json.load(path)
        return rows
"""


@pytest.mark.parametrize(
    "files",
    [
        {"m.py": AT_TIMES + AT_TIMES.replace("load_a", "load_b").replace("json.load(", "json(")},
        {"a.py": AT_TIMES, "b.py": AT_TIMES.replace("load_a", "load_b")},
    ],
)
def test_what_is_defined_at_times_only_is_not_moved(
    repository: Repository, files: dict[str, str]
) -> None:
    assert between(repository, files) == {}


def test_long_lines_are_broken_as_the_file_is_wide(repository: Repository) -> None:
    names = ", ".join(f"number_{n}_of_the_parameters_too" for n in range(2))
    rows = f"rows = read(\n        {names},\n        kind='a',\n    )"
    a = f"def load_a(\n    {names}\n):\n    {rows}\n    return rows\n"
    b = a.replace("load_a", "load_b").replace("'a'", "'b'")
    (text,) = between(repository, {"m.py": f"{a}\n\n{b}"}).values()
    assert text.startswith(f"def _load_shared(\n    {names}, kind\n):\n    rows = read(\n")
    each = "".join(f"        {name},\n" for name in (*names.split(", "), "kind='b'"))
    assert f"    return _load_shared(\n{each}    )\n" in text


@pytest.mark.parametrize(
    ("this", "that", "name"),
    [
        ("use({'kind of it': 'a'})", "use({'kind of it': 'b'})", "kind_of_it"),
        ("use(path)\n    path.kind = 1", "use(path)\n    path.kind = 2", "kind"),
        ("use(('kind of it', 'a'))", "use(('kind of it', 'b'))", "kind_of_it"),
        ("use(path)\n    path['kind'] = 1", "use(path)\n    path['kind'] = 2", "kind"),
        ("use(path)\n    path[1, rows] = 1", "use(path)\n    path[1, found] = 2", "number"),
        ("use(path.kind == 'a')", "use(path.kind == 'b')", "kind"),
        ("use(row_first, path)", "use(row_last, path)", "row"),
        ("known(path, 1)", "known(path, 2)", "least"),
        ("known(path, 1); use('a')", "known(path, 2); use('b')", "text"),
        ("use(1); use('a')", "use(2); use('b')", None),  # two that nothing gives a name to
    ],
)
def test_a_value_is_called_by_what_it_is_for(
    repository: Repository, this: str, that: str, name: str | None
) -> None:
    known = "def known(path, least): ...\n\n\n"
    a = f"def load_a(path):\n    rows = read(path)\n    {this}\n    return rows\n"
    b = f"def load_b(path):\n    found = read(path)\n    {that}\n    return found\n"
    text = between(repository, {"m.py": f"{known}{a}\n\n{b}"}).get("m.py", "")
    head = text.partition("def _load_shared(")[2].partition(")")[0]
    assert (name in head.split(", ") if name else head == "") is True


@pytest.mark.parametrize(("said", "head"), [("<T>", "loadShared<T>("), ("<T extends B>", "")])
def test_type_parameters_come_along(repository: Repository, said: str, head: str) -> None:
    a = TYPED.partition("\n\n")[0].replace("load_a(", "load_a<T>(").replace("string[]", "T")
    b = a.replace("load_a<T>", f"load_b{said}").replace("'a'", "'b'")
    text = between(repository, {"m.ts": f"{a}\n\n{b}\n"}).get("m.ts", "")
    assert text.startswith(f"function {head}" if head else "") and bool(text) == bool(head)


OVERLOADED = {
    "m.py": "# about a\n@overload\ndef load_a(path: str) -> str: ...\n\n\n"
    f"{OF_A.strip()}\n\n\n{of_b().strip()}\n",
    "m.ts": "class K {\n  load_a(path: string): string[];\n"
    + TYPED.replace("export function ", "  ").replace("\n\n", "\n")
    + "}\n",
}


@pytest.mark.parametrize(("path", "at"), [("m.py", 0), ("m.ts", 12)])
def test_what_declares_it_too_stays_with_it(repository: Repository, path: str, at: int) -> None:
    made = repository({path: OVERLOADED[path]})
    names = {"load_a", "load_b"}
    first, second = (s for s in made.snapshot.symbols_in(path) if s.name in names)
    starts = first.definitions[-1].name_span.start, second.name_span.start
    fix = extract_shared(made.snapshot, second, starts[1], first, starts[0])
    assert fix is not None and fix.edits[0].span.start == at


def test_it_stands_as_far_away_as_others_do(repository: Repository) -> None:
    text = f"import os\n\n{OF_A.strip()}\n\n{of_b().strip()}\n"
    (text,) = between(repository, {"m.py": text}).values()
    assert "import os\n\ndef _load_shared(" in text
    assert "    return rows, PARTS\n\ndef load_a(" in text


SCANNING = """
const enum Sign {{ QUOTE, APOSTROPHE, END }}
class Scanner {{
  load_a({typed}) {{
    loop: for (;;) {{
      switch (this.next()) {{
        case Sign.QUOTE:
          break loop;
        case Sign.END:
          this.fail();
      }}
    }}
  }}

  load_b({typed}) {{
    loop: for (;;) {{
      switch (this.next()) {{
        case Sign.APOSTROPHE:
          break loop;
        case Sign.END:
          this.fail();
      }}
    }}
  }}
}}
"""


def test_of_a_typescript_class(repository: Repository) -> None:
    text = between(repository, {"m.ts": SCANNING.format(typed="")})["m.ts"]
    assert "  private loadShared(value: Sign) {\n" in text
    assert "  load_a() {\n    this.loadShared(Sign.QUOTE);\n  }\n" in text


@pytest.mark.parametrize(
    ("head", "tail", "offered"),
    [
        ("import { read } from './read';\n\n", "\nexport { %s };\n", True),
        ("const { read } = require('./read');\n\n", "\nmodule.exports = { %s };\n", False),
    ],
)
def test_common_js_offers_nothing_by_a_declaration(
    repository: Repository, head: str, tail: str, offered: bool
) -> None:
    first, second = SCRIPT.strip().split("\n\n")
    files = {
        "a.js": head + first + tail % "load_a",
        "b.js": head + second + tail % "load_b",
        "read.js": "export const read = 1;\n",
    }
    assert bool(between(repository, files)) == offered


PROTOTYPE = """
var Api = (function() {
    function Api(root) { this.root = root; }
    Api.prototype.load_a = function(done) {
        const rows = read(this.root, 'a');
        return done(rows);
    };
    Api.prototype.load_b = function(done) {
        const rows = read(this.root, 'b');
        return done(rows);
    };
    return Api;
})();
"""


def test_what_a_class_is_given_from_outside_stays(repository: Repository) -> None:
    assert between(repository, {"m.js": PROTOTYPE}) == {}
