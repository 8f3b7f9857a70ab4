"""*Ignore here*: where the comment goes, and that it silences."""

from collections.abc import Callable
from typing import Any

import pytest
from flames_indexer.checks.suppression import suppressed
from flames_indexer.fixes import ignore_here
from flames_indexer.model import Certainty, Finding, Severity, Span

Repository = Callable[..., Any]
MARK = "flames: ignore[broken-callers] reason"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "x = 1\n$0y = 2\n", f"x = 1\n# {MARK}\ny = 2\n"),
        ("a.py", "$0x = 1\n", f"# {MARK}\nx = 1\n"),
        (
            "a.py",
            "class K:\n    def $0f(self): ...\n",
            f"class K:\n    # {MARK}\n    def f(self): ...\n",
        ),
        ("a.py", "@d\ndef $0f(): ...\n", f"# {MARK}\n@d\ndef f(): ...\n"),
        (
            "a.py",
            "def g():\n    f(\n        1, $0h())\n",
            f"def g():\n    f(\n        # {MARK}\n        1, h())\n",
        ),
        (
            "a.py",
            "def g():\n    return f'''\n  {$0h()}'''\n",
            f"# {MARK}\ndef g():\n    return f'''\n  {{h()}}'''\n",
        ),
        ("a.py", "#!/usr/bin/python$0\n", f"#!/usr/bin/python  # {MARK}\n"),
        (
            "a.py",
            "# flames: ignore[twin-edit] so\n$0x = 1\n",
            "# flames: ignore[twin-edit, broken-callers] so\nx = 1\n",
        ),
        ("a.ts", "export function $0f() {}\n", f"// {MARK}\nexport function f() {{}}\n"),
        (
            "a.ts",
            "class K {\r\n  $0m() {}\r\n}\r\n",
            f"class K {{\r\n  // {MARK}\r\n  m() {{}}\r\n}}\r\n",
        ),
        (
            "a.tsx",
            "const K = () => {\n  return <p>\n    {$0f()}\n  </p>\n}\n",
            f"// {MARK}\nconst K = () => {{\n  return <p>\n    {{f()}}\n  </p>\n}}\n",
        ),
    ],
)
def test_the_comment_stands_where_it_is_read(
    repository: Repository, path: str, text: str, expected: str
) -> None:
    at = text.index("$0")
    source = text.replace("$0", "").encode()
    made = repository({path: ""})
    made.snapshot = made.snapshot.with_edit(path, source, 1)
    found = finding(path, at)
    fix = ignore_here(made.snapshot, found)
    assert fix is not None
    (edit,) = fix.edits
    silenced = source[: edit.span.start] + edit.text.encode() + source[edit.span.end :]
    assert silenced.decode() == expected
    moved = at + len(edit.text) if edit.span.start <= at else at
    after = made.snapshot.with_edit(path, silenced, 2)
    place = finding(path, moved)
    assert suppressed(place.rule, place.span, silenced, after.facts(path))


def finding(path: str, at: int) -> Finding:
    return Finding(
        "broken-callers", Span(path, at, at), Severity.ERROR, Certainty.RESOLVED, "", 1, (), (), ""
    )
