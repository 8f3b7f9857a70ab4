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
        "\ndef _load_shared(kind, path, least=1):\n"
        "    rows = read(path, kind=kind)\n    if len(rows) < least:\n"
        "        raise ValueError(path)\n    return sorted(rows)\n\n\n"
        'def load_a(path, least=1):\n    """All of A."""\n'
        '    return _load_shared("a", path, least)\n\n\n'
        'def load_b(file, n):\n    return _load_shared("b", file, n)\n'
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
        "class K:\n    def _load_shared(self, kind, path, least=1):\n        rows"
    )
    assert '        return self._load_shared("a", path, least)\n\n    def load_b(' in found
    assert found.endswith('        return self._load_shared("b", file, n)\n')


@pytest.mark.parametrize(
    ("this", "that"),
    [
        ('kind="b"', "kind=n + 1"),  # not the same before the body as in it
        ("sorted(found)", "found"),
        ("def load_b(file, n)", "def load_b(file, *n)"),
        ("def load_b", "@cached\ndef load_b"),
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
        "function loadShared(value, path) {\n  const rows = read(path, value);\n"
        "  return rows.sort();\n}\n\nfunction load_a(path) {\n  return loadShared('a', path);\n}\n"
        "\nfunction load_b(path) {\n  return loadShared('b', path);\n}\n"
    )


def test_where_a_parameter_needs_a_type_nothing_is_extracted(repository: Repository) -> None:
    assert extracted(repository, SCRIPT, "ts")[0] == ""
