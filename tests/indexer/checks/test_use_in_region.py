"""*Use the existing function* for some statements of a longer one."""

from collections.abc import Callable
from typing import Any

import pytest
from flames_indexer.fixes import use_in_region

Repository = Callable[..., Any]
MODEL = """
def exists(words, limit=10):
    out = []
    for word in words:
        if len(word) < limit:
            out.append(word.strip())
    return out
"""
REGION = """    kept = []
    for line in lines:
        if len(line) < page.most:
            kept.append(line.strip())
"""


def used(repository: Repository, copy: str, model: str = MODEL, mark: str = "    kept = []") -> str:
    made = repository({"pkg/__init__.py": "", "pkg/text.py": model, "pkg/page.py": copy})
    symbols = {s.name: s for p in made.snapshot.paths() for s in made.snapshot.symbols_in(p)}
    at = copy.index(mark) + 4
    fix = use_in_region(made.snapshot, symbols["again"], at, symbols["exists"])
    text = copy.encode()
    for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True) if fix else ():
        text = text[: edit.span.start] + edit.text.encode() + text[edit.span.end :]
    return text.decode() if fix else ""


def test_what_they_leave_is_what_is_returned(repository: Repository) -> None:
    copy = f"def again(page):\n    lines = page.read()\n{REGION}    return page.shown(kept)\n"
    assert used(repository, copy).endswith(
        "def again(page):\n    lines = page.read()\n    kept = exists(lines, page.most)\n"
        "    return page.shown(kept)\n"
    )


def test_they_may_end_as_it_ends(repository: Repository) -> None:
    copy = f"def again(page):\n    lines = page.read()\n{REGION}    return kept\n"
    assert used(repository, copy).endswith(
        "    lines = page.read()\n    return exists(lines, page.most)\n"
    )


def test_what_only_does_something_is_called(repository: Repository) -> None:
    model = MODEL.replace("return out", "print(out)")
    copy = f"def again(page):\n    lines = page.read()\n{REGION}    print(kept)\n    return 1\n"
    assert used(repository, copy, model).endswith("    exists(lines, page.most)\n    return 1\n")


@pytest.mark.parametrize(
    "rest",
    [
        "    return page.shown(kept, line)\n",  # more is used than what it returns
        "    kept = kept[1:]\n    del line\n",
    ],
)
def test_what_else_they_leave_may_not_be_used(repository: Repository, rest: str) -> None:
    assert used(repository, f"def again(page, lines):\n{REGION}{rest}") == ""


def test_what_differs_is_not_replaced(repository: Repository) -> None:
    copy = f"def again(page, lines):\n{REGION}    return page.shown(kept)\n"
    assert used(repository, copy.replace("strip", "lstrip")) == ""


def test_one_that_ends_early_is_none(repository: Repository) -> None:
    model = MODEL.replace("            out.append(word.strip())", "            return word")
    copy = f"def again(page, lines):\n{REGION}    return kept\n"
    assert used(repository, copy.replace("kept.append(line.strip())", "return line"), model) == ""


SCRIPT = """
export function exists(words) {
  let out = [];
  for (const word of words) {
    if (word.length) out.push(word.trim());
  }
  return out;
}
"""


@pytest.mark.parametrize(("declared", "offered"), [("", True), ("  let kept;\n", False)])
def test_a_name_is_declared_once(repository: Repository, declared: str, offered: bool) -> None:
    kept = "kept = []" if declared else "let kept = []"
    copy = (
        f"function again(lines) {{\n{declared}  {kept};\n  for (const line of lines) {{\n"
        "    if (line.length) kept.push(line.trim());\n  }\n  return kept.join();\n}\n"
    )
    made = repository({"text.js": SCRIPT, "page.js": copy})
    symbols = {s.name: s for p in made.snapshot.paths() for s in made.snapshot.symbols_in(p)}
    fix = use_in_region(made.snapshot, symbols["again"], copy.index(kept), symbols["exists"])
    assert (fix is not None) == offered
    assert fix is None or fix.edits[-1].text == "let kept = exists(lines);"


def test_of_two_that_are_alike_one_may_do_more(repository: Repository) -> None:
    copy = f"def again(page, lines):\n    lines = page.lines()\n{REGION}    return kept\n"
    text = used(repository, copy, mark="def again")
    assert text.endswith(
        "def again(page, lines):\n    lines = page.lines()\n    return exists(lines, page.most)\n"
    )


@pytest.mark.parametrize(
    ("returned", "rest", "call"),
    [
        ("out, word", "kept, line", "    kept, line = exists(lines, page.most)\n"),
        ("(out, word)", "line", "    kept, line = exists(lines, page.most)\n"),
        ("out, out", "kept", ""),
        ("out, limit", "kept", ""),
    ],
)
def test_they_may_leave_more_than_one(
    repository: Repository, returned: str, rest: str, call: str
) -> None:
    model = MODEL.replace("return out", f"return {returned}")
    copy = f"def again(page):\n    lines = page.read()\n{REGION}    return page.shown({rest})\n"
    text = used(repository, copy, model)
    assert call in text and bool(text) == bool(call)


TYPED = """
export function joined(words: {most}string[]): {result} {{
  const out = words.filter(known);
  return out.join();
}}
"""


@pytest.mark.parametrize(
    ("most", "result", "offered"),
    [("", "string", True), ("readonly ", "string", False), ("", "Text", False)],
)
def test_the_types_of_what_it_is_given_and_gives_fit(
    repository: Repository, most: str, result: str, offered: bool
) -> None:
    copy = TYPED.format(most=most, result=result).replace("joined", "again")
    made = repository({"text.ts": TYPED.format(most="", result="string"), "page.ts": copy})
    symbols = {s.name: s for p in made.snapshot.paths() for s in made.snapshot.symbols_in(p)}
    start = symbols["again"].name_span.start
    fix = use_in_region(made.snapshot, symbols["again"], start, symbols["joined"])
    assert (fix is not None) == offered
