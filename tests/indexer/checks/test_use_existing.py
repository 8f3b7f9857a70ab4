"""*Use the existing function*: what becomes of a copy's file, and when nothing is offered."""

from collections.abc import Callable
from textwrap import dedent, indent
from typing import Any

import pytest
from flames_indexer.fixes import use_existing

Repository = Callable[..., Any]


def used(repository: Repository, model: str, copy: str, suffix: str = "py") -> tuple[str, str]:
    """Title and the copy's file after the fix, ("", file) when none is offered. The function to
    call is `exists` (or has it in its name), the one to be replaced `again`."""
    there, here = f"pkg/text.{suffix}", f"pkg/page.{suffix}"
    files = {there: model, here: copy} | ({"pkg/__init__.py": ""} if suffix == "py" else {})
    return result(repository(files), here)


def result(made: Any, path: str) -> tuple[str, str]:
    symbols = [s for p in made.snapshot.paths() for s in made.snapshot.symbols_in(p)]
    (model,) = [s for s in symbols if "exists" in s.name]
    (copy,) = [s for s in symbols if s.name == "again"]
    fix = use_existing(made.snapshot, copy, copy.name_span.start, model)
    text = made.snapshot.source(path)
    for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True) if fix else ():
        assert edit.span.path == path
        text = text[: edit.span.start] + edit.text.encode() + text[edit.span.end :]
    return (fix.title if fix else "", text.decode())


MODEL = """
    def exists(words, limit=10, *, sep="-"):
        out = []
        for word in words:
            if len(word) < limit:
                out.append(word.strip(sep))
        return sep.join(out)
"""


def copy_of(head: str, loop: str, limit: str, sep: str) -> str:
    return f'''
    {head}
        """What it does."""
        # a remark
        lines = []
        for line in {loop}:
            if len(line) < {limit}:
                lines.append(line.strip({sep}))
        return {sep}.join(lines)
    '''


@pytest.mark.parametrize(
    ("head", "loop", "limit", "sep", "call"),
    [
        ("def again(xs, n, s):", "xs", "n", "s", "exists(xs, n, sep=s)"),
        ("def again(xs, s):", "xs", "10", "s", "exists(xs, sep=s)"),
        ("def again(xs):", "xs", "10", "'-'", "exists(xs)"),
        (
            "def again(page):",
            "page.lines",
            "page.limit",
            "SEP",
            "exists(page.lines, page.limit, sep=SEP)",
        ),
        ("def again(page):", "page['lines']", "-1", "'+'", "exists(page['lines'], -1, sep='+')"),
        ("def again(page):", "page.lines()", "10", "'-'", "exists(page.lines())"),
        ("def again(xs):", "sorted(xs)", "10", "'-'", "exists(sorted(xs))"),
        ("def again(xs):", "sorted(xs)", "page.limit", "'-'", None),  # which one is first?
        ("def again(xs):", "xs", "limit()", "'-'", None),  # asked once a line
        ("def again(xs):", "xs", "xs.limit", "'-'", None),  # perhaps never asked
        ("def again(xs):", "xs.all", "xs.limit", "'-'", "exists(xs.all, xs.limit)"),
        ("def again(page, xs=()):", "lines", "10", "'-'", None),
    ],
)
def test_arguments_are_what_is_used_in_the_same_places(
    repository: Repository, head: str, loop: str, limit: str, sep: str, call: str | None
) -> None:
    source = copy_of(head, loop, limit, sep)
    title, text = used(repository, MODEL, source)
    if call is None:
        assert (title, text) == ("", dedent(source))
        return
    assert title == "Use `exists` of pkg/text.py in `again`"
    assert f"    # a remark\n    return {call}\n" in text


@pytest.mark.parametrize(
    ("this", "that", "offered"),
    [
        ("<", "<", True),
        ("<", "<=", False),
        ("strip", "lstrip", False),
        ("lines = []", "lines = [1]", False),
    ],
)
def test_what_differs_is_no_copy(
    repository: Repository, this: str, that: str, offered: bool
) -> None:
    copy = copy_of("def again(xs):", "xs", "10", "'-'").replace(this, that)
    assert (used(repository, MODEL, copy)[0] != "") == offered


def one(body: str, suffix: str = "", head: str = "def {name}(a)") -> str:
    """A function of that body, whose name is to be filled in."""
    lines = "".join(f"    {line}\n" for line in dedent(body).strip().splitlines())
    return f"{suffix}{head}:\n{lines}"


BODY = """
    total = 0
    for part in a.parts:
        total += part.size
    return total
"""


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("def {name}(a)", BODY, "    return exists(a)\n"),
        ("def {name}(a)", BODY.replace("return total", "print(total)"), "    exists(a)\n"),
        (
            "def {name}(a)",
            BODY.replace("return total", "yield total"),
            "    yield from exists(a)\n",
        ),
        ("async def {name}(a)", BODY, "    return await exists(a)\n"),
        (
            "async def {name}(a)",
            BODY.replace("return", "yield"),
            "    async for item in exists(a):\n        yield item\n",
        ),
    ],
)
def test_the_result_is_given_as_before(
    repository: Repository, head: str, body: str, expected: str
) -> None:
    source = one(body, head=head)
    copied = source.format(name="again").replace("total", "found").replace("(a)", "(b)")
    copied = copied.replace("in a.", "in b.").replace("print(found)", "print(found)")
    _, text = used(repository, source.format(name="exists"), copied)
    assert text.endswith(expected.replace("(a)", "(b)"))


@pytest.mark.parametrize(
    ("model", "copy"),
    [
        ("def {name}(a)", "async def {name}(a)"),
        ("@cached\ndef {name}(a)", "def {name}(a)"),
        ("@contextmanager\ndef {name}(a)", "@contextmanager\ndef {name}(a)"),
    ],
)
def test_one_that_is_called_otherwise_is_not_offered(
    repository: Repository, model: str, copy: str
) -> None:
    files = (one(BODY, head=m).format(name=n) for m, n in ((model, "exists"), (copy, "again")))
    assert used(repository, *files)[0] == ""


def test_nothing_is_lost_that_the_existing_one_does_not_give(repository: Repository) -> None:
    model = one(BODY.replace("return total", "print(total)")).format(name="exists")
    assert used(repository, model, one(BODY).format(name="again"))[0] == ""


@pytest.mark.parametrize(
    ("model", "copy", "differs"),
    [
        ("LIMIT = 3\n", "LIMIT = 3\n", False),
        ("LIMIT = 3\n", "LIMIT = 4\n", True),
        ("from os import LIMIT\n", "from os import LIMIT\n", False),
        ("from os import LIMIT\n", "from sys import LIMIT\n", True),
        ("def LIMIT(): ...\n", "def LIMIT(): ...\n", True),
        ("def LIMIT(): ...\n", "from pkg.text import LIMIT\n", False),
        ("LIMIT = 3\n", "from pkg.text import LIMIT\n", False),
    ],
)
def test_a_name_of_the_file_has_to_mean_the_same(
    repository: Repository, model: str, copy: str, differs: bool
) -> None:
    body = BODY.replace("total = 0", "total = LIMIT")
    files = (one(body, s + "\n\n").format(name=n) for s, n in ((model, "exists"), (copy, "again")))
    title, _ = used(repository, *files)
    assert (title == "") == differs


METHODS = """
    class Base:
        def exists(self, a):
            total = self.start
            for part in a.parts:
                total += part.size
            return total
"""


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("from pkg.text import Base\n\n\nclass Page(Base):", "        return self.exists(b)\n"),
        ("class Page:", None),
    ],
)
def test_a_method_is_called_on_the_same_object_only(
    repository: Repository, head: str, expected: str | None
) -> None:
    body = dedent(METHODS).replace("class Base:", head).replace("exists", "again")
    body = body.replace("(self, a)", "(self, b)").replace("in a.", "in b.")
    title, text = used(repository, METHODS, body)
    assert text.endswith(expected) if expected else title == ""


def test_a_method_of_the_same_class(repository: Repository) -> None:
    again = dedent(METHODS).partition(":\n")[2].replace("exists", "again")
    made = repository({"m.py": dedent(METHODS) + "\n" + again})
    assert result(made, "m.py")[1].endswith(
        "    def again(self, a):\n        return self.exists(a)\n"
    )


def test_a_function_may_be_given_the_object(repository: Repository) -> None:
    model = one(BODY).format(name="exists")
    copy = "class Page:\n    @property\n" + one(BODY, "    ", "def {name}(self)").replace(
        "\n    ", "\n        "
    ).format(name="again").replace("a.parts", "self.parts")
    assert used(repository, model, copy)[1].endswith(
        "    @property\n    def again(self):\n        return exists(self)\n"
    )


def test_a_name_that_is_taken_gets_another(repository: Repository) -> None:
    model = one(BODY).format(name="exists")
    copy = "def exists_not():\n    exists = 1\n\n\n" + one(BODY, head="def {name}(exists)").format(
        name="again"
    ).replace("a.parts", "exists.parts")
    made = repository(
        {
            "pkg/__init__.py": "",
            "pkg/text.py": model,
            "pkg/page.py": copy.replace("exists_not", "other"),
        }
    )
    assert "from pkg.text import exists as text_exists" in result(made, "pkg/page.py")[1]
    assert "return text_exists(exists)" in result(made, "pkg/page.py")[1]


def test_no_import_circle_is_made(repository: Repository) -> None:
    model = "from pkg.page import again\n\n\n" + one(BODY).format(name="exists")
    assert used(repository, model, one(BODY).format(name="again"))[0] == ""


SCRIPT = """
export function exists(parts: Part[], least = 1) {
  let total = 0;
  for (const part of parts) {
    if (part.size > least) total += part.size;
  }
  return total;
}
"""


@pytest.mark.parametrize(
    ("head", "parts", "least", "call"),
    [
        ("export function again(rows: Part[], n: number)", "rows", "n", "exists(rows, n)"),
        ("export const again = (rows: Part[]) =>", "rows", "1", "exists(rows)"),
        (
            "function again(page: Page)",
            "page.parts",
            "page.least",
            "exists(page.parts, page.least)",
        ),
    ],
)
def test_typescript(repository: Repository, head: str, parts: str, least: str, call: str) -> None:
    copy = (
        f"{head} {{\n  let sum = 0;\n  for (const row of {parts}) {{\n"
        f"    if (row.size > {least}) sum += row.size\n  }}\n  return sum;\n}}\n"
    )
    title, text = used(repository, SCRIPT, copy, "ts")
    assert title == "Use `exists` of pkg/text.ts in `again`"
    assert text == f'import {{ exists }} from "./text";\n\n{head} {{\n  return {call};\n}}\n'


def test_what_is_imported_in_it_is_compared_by_name(repository: Repository) -> None:
    def body(name: str) -> str:
        return one(f"from os import {name}\nrows = {name}(a)\nreturn rows").format(name=name)

    text = f"class K:\n{indent(body('exists'), '    ')}\n{indent(body('again'), '    ')}"
    text = text.replace("(a):", "(self, a):")
    assert result(repository({"m.py": text}), "m.py")[0] == ""


def test_a_name_of_an_outer_function_is_not_one_of_the_file(repository: Repository) -> None:
    model = "LIMIT = 3\n\n\n" + one(BODY.replace("0", "LIMIT")).format(name="exists")
    nested = indent(one(BODY.replace("0", "LIMIT")).format(name="again"), "    ")
    text = f"{model}\n\ndef outer(LIMIT):\n{nested}"
    assert result(repository({"m.py": text}), "m.py")[0] == ""


@pytest.mark.parametrize(
    ("model", "copy", "is_offered"),
    [
        ("rows: list[int]", "rows: list[int]", True),
        ("rows: list[int] | None", "rows: list[int]", True),
        ('rows: "Optional[list[int]]" = None', "rows: list[int] | None", True),
        ("rows: object", "rows: list[int]", True),
        ("rows", "rows: list[int]", True),
        ("rows: list[int]", "rows: Iterable[int]", False),
        ("rows: list[int]", "rows: list[int] | None", False),
    ],
)
def test_what_is_given_has_to_be_of_the_type_that_is_asked_for(
    repository: Repository, model: str, copy: str, is_offered: bool
) -> None:
    body = BODY.replace("a.parts", "rows")
    files = (
        one(body, head=f"def {{name}}({said})").format(name=name)
        for name, said in (("exists", model), ("again", copy))
    )
    assert (used(repository, *files)[0] != "") == is_offered


@pytest.mark.parametrize(
    ("model", "copy", "is_offered"),
    [(" -> int", " -> int", True), (" -> Any", " -> int", False), (" -> int", " -> Any", True)],
)
def test_what_is_given_back_has_to_be_of_its_type(
    repository: Repository, model: str, copy: str, is_offered: bool
) -> None:
    files = (
        one(BODY, head=f"def {{name}}(a){said}").format(name=name)
        for name, said in (("exists", model), ("again", copy))
    )
    assert (used(repository, *files)[0] != "") == is_offered


def test_what_is_defined_at_times_only_is_not_asked_for(repository: Repository) -> None:
    model = "if MAIN:\n" + indent(one(BODY).format(name="exists"), "    ")
    assert used(repository, model, one(BODY).format(name="again"))[0] == ""


def test_what_is_defined_at_times_may_call_what_is_there_then(repository: Repository) -> None:
    both = "".join(indent(one(BODY).format(name=n), "    ") + "\n" for n in ("exists", "again"))
    assert result(repository({"m.py": f"if MAIN:\n{both}"}), "m.py")[0] != ""


@pytest.mark.parametrize(("name", "is_offered"), [("other", True), ("exists", False)])
def test_what_another_class_does_in_its_own_way_is_not_called(
    repository: Repository, name: str, is_offered: bool
) -> None:
    again = dedent(METHODS).partition(":\n")[2].replace("exists", "again")
    page = (
        f"from m import Base\n\n\nclass Page(Base):\n    def {name}(self, a):\n        return 0\n"
    )
    made = repository({"m.py": dedent(METHODS) + "\n" + again, "n.py": page})
    symbols = {s.id: s for s in made.snapshot.symbols_in("m.py")}
    copy, model = symbols["m.py::Base.again"], symbols["m.py::Base.exists"]
    fix = use_existing(made.snapshot, copy, copy.name_span.start, model)
    assert (fix is not None) == is_offered


@pytest.mark.parametrize(
    ("name", "call"),
    [("__call__", "return self(a)"), ("__getitem__", None), ("other", "return self.other(a)")],
)
def test_what_an_operator_runs_is_not_called_by_name(
    repository: Repository, name: str, call: str | None
) -> None:
    again = dedent(METHODS).partition(":\n")[2].replace("exists", "again")
    made = repository({"m.py": dedent(METHODS).replace("exists", name) + "\n" + again})
    symbols = {s.name: s for s in made.snapshot.symbols_in("m.py")}
    copy = symbols["again"]
    fix = use_existing(made.snapshot, copy, copy.name_span.start, symbols[name])
    assert (fix.edits[0].text if fix else None) == call


@pytest.mark.parametrize(("head", "is_offered"), [("exists", True), ("get exists", False)])
def test_a_getter_is_not_called(repository: Repository, head: str, is_offered: bool) -> None:
    member = "  {head}() {{\n    const all = this.a;\n    all.sort();\n    return all;\n  }}\n"
    text = "".join(member.format(head=h) for h in (head, "again"))
    made = repository({"m.ts": f"class K {{\n  a = [1];\n{text}}}\n"})
    assert (result(made, "m.ts")[0] != "") == is_offered


@pytest.mark.parametrize(
    ("head", "rest", "left"),
    [
        ("import os\n\nimport re\n", "", "import os\n\n"),
        ("from re import match, sub\nimport os\n", "\nsub()\n", "from re import sub\nimport os\n"),
        ("import os\nfrom re import match\n", "# see match\n", None),
        ("import os\nfrom re import match  # noqa: it runs\n", "", None),
        ("import os\nimport os.path\n", "", None),
    ],
)
def test_an_import_that_nothing_needs_any_more_goes_too(
    repository: Repository, head: str, rest: str, left: str | None
) -> None:
    word = "match" if "match" in head else "os" if "path" in head else "re"
    body = BODY.replace("part.size", f"{word}.x(part)")
    model = f"{head}\n\n" + one(body).format(name="exists")
    copy = f"{head}\n\ndef other():\n    return os\n\n\n" + one(body).format(name="again") + rest
    copy = copy.replace("return os", "return 1") if "path" in head else copy
    title, text = used(repository, model, copy)
    assert title
    assert text.startswith(left if left is not None else head)


@pytest.mark.parametrize(
    ("other", "stays"),
    [
        ("import pkg.page\n", False),
        ("from pkg.page import re\n", True),
        ("import pkg.page\npkg.page.re\n", True),
    ],
)
def test_an_import_that_another_file_has_from_here_stays(
    repository: Repository, other: str, stays: bool
) -> None:
    body = BODY.replace("part.size", "re.x(part)")
    files = {
        "pkg/__init__.py": "",
        "pkg/text.py": "import re\n\n\n" + one(body).format(name="exists"),
        "pkg/page.py": "import re\n\n\n" + one(body).format(name="again"),
        "pkg/other.py": other,
    }
    text = result(repository(files), "pkg/page.py")[1]
    assert text.startswith("import re\n\nfrom pkg.text" if stays else "from pkg.text import")
