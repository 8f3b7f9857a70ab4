"""Variables of a module that are gone or renamed: who is told, and when nobody is."""

from collections.abc import Callable
from typing import Any

import pytest

Repository = Callable[..., Any]
RULE = "broken-callers"

USERS = {
    "pkg/__init__.py": "from .limits import MOST\nfrom .names import *\n",
    "pkg/names.py": 'KNOWN = {"a": 1}\n',
    "direct.py": "from pkg.limits import LEAST, MOST as MUCH\n\nprint(MUCH)\n",
    "member.py": """\
        import pkg.limits
        from pkg import limits as l

        print(pkg.limits.MOST, l.LEAST)
        """,
    "passed.py": "from pkg import MOST\nfrom pkg import KNOWN\n\nprint(MOST, KNOWN)\n",
    "other.py": "MOST = 3\n\n\ndef f(l):\n    return l.LEAST + MOST\n",
}
LIMITS = """\
    MOST = 10
    LEAST: int = 1


    def bounded(n):
        return min(n, MOST)
    """


def told(made: Any, before: dict[str, str]) -> dict[str, list[tuple[str, int, str]]]:
    """By message, (path, line, reason) of each place named."""
    result = made.check(list(before), before=before, rule=RULE)
    assert result.failed == ()
    found: dict[str, list[tuple[str, int, str]]] = {}
    for finding in result.findings:
        for place in finding.related:
            text = made.snapshot.source(place.span.path)[: place.span.start]
            where = (place.span.path, text.count(b"\n") + 1, place.message)
            found.setdefault(finding.message, []).append(where)
    return {message: sorted(places) for message, places in found.items()}


def python(repository: Repository, limits: str, names: str = USERS["pkg/names.py"]) -> Any:
    made = repository({**USERS, "pkg/limits.py": limits, "pkg/names.py": names})
    return told(made, {"pkg/limits.py": LIMITS, "pkg/names.py": USERS["pkg/names.py"]})


def test_a_renamed_variable_names_whoever_asks_for_it(repository: Repository) -> None:
    assert python(repository, LIMITS.replace("MOST", "LARGEST")) == {
        "`MOST` was renamed to `LARGEST`: 5 uses break and 1 may break, in 4 files.": [
            ("direct.py", 1, "imports the old name"),
            ("direct.py", 3, "uses the old name"),
            ("member.py", 4, "uses the old name"),
            ("passed.py", 1, "may break: imports the old name"),
            ("passed.py", 4, "uses the old name"),
            ("pkg/__init__.py", 1, "imports the old name"),
        ]
    }


def test_an_annotated_one_too(repository: Repository) -> None:
    found = python(repository, LIMITS.replace("LEAST: int = 1\n", ""))
    ((message, places),) = found.items()
    assert message.startswith("`LEAST` was removed")
    assert [place[:2] for place in places] == [("direct.py", 1), ("member.py", 4)]


def test_through_an_import_of_everything(repository: Repository) -> None:
    ((message, places),) = python(repository, LIMITS, "SEEN = {}\n").items()
    assert message.startswith("`KNOWN` was removed")
    assert [place[:2] for place in places] == [("passed.py", 2), ("passed.py", 4)]


@pytest.mark.parametrize(
    "now",
    [
        LIMITS.replace("MOST = 10", "MOST = 11"),
        LIMITS.replace("MOST = 10", "def MOST(): ..."),
        LIMITS.replace("MOST = 10", "from elsewhere import MOST"),
        LIMITS.replace("MOST = 10", "from elsewhere import *"),
        LIMITS.replace("MOST = 10", "if 1:\n        MOST = 1\n    else:\n        MOST = 2"),
        LIMITS.replace("MOST = 10", "MOST, more = 1, 2"),
        LIMITS.replace("MOST = 10", "def set():\n        global MOST\n        MOST = 1"),
        LIMITS.replace("MOST = 10", "globals()['MOST'] = 1"),
        LIMITS.replace("MOST = 10", "globals().update(read())"),
        LIMITS.replace("MOST = 10", "MOS = (10"),
    ],
)
def test_one_that_is_still_there_in_some_way_is_not_gone(repository: Repository, now: str) -> None:
    assert python(repository, now) == {}


def test_what_a_variable_holds_is_still_known_when_another_one_goes(
    repository: Repository,
) -> None:
    old = "class Pool:\n    def take(self): ...\n\n\npool = Pool()\nSIZE = 1\n"
    new = "class Pool:\n    def get(self, wait): ...\n\n\npool = Pool()\n"
    use = "from lib import SIZE, pool\n\npool.take()\n"
    made = repository({"lib.py": new, "app.py": use})
    assert sorted(told(made, {"lib.py": old})) == [
        "`Pool.take` was renamed to `Pool.get`: 1 use in 1 file may break.",
        "`SIZE` was removed: 1 use in 1 file breaks.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "use", "expected"),
    [
        ("export const A = 1", "export const B = 1", "import { A } from './lib'\n", [1]),
        ("export const A = 1", "const A = 1\nexport { A }", "import { A } from './lib'\n", []),
        ("export const A = 1", "const x = 1\nexport { x as A }", "import { A } from './lib'\n", []),
        ("export let A = 1", "", "import * as lib from './lib'\n\nlib.A\n", [3]),
        ("const A = 1", "export const B = 1", "const A = 2\nA\n", []),
        ("exports.A = 1", "exports.B = 1", "const { A } = require('./lib')\n", []),
    ],
)
def test_javascript(
    repository: Repository, old: str, new: str, use: str, expected: list[int]
) -> None:
    made = repository({"lib.js": new + "\n", "app.js": use})
    found = told(made, {"lib.js": old + "\n"})
    assert [place[1] for places in found.values() for place in places] == expected


def test_a_method_of_the_same_name_that_goes_too(repository: Repository) -> None:
    old = "class K:\n    def size(self): ...\n    def f(self):\n        self.size()\nsize = 1\n"
    new = "class K:\n    def f(self):\n        self.size()\n"
    use = "from lib import K, size\n\nK().size()\n"
    made = repository({"lib.py": new, "app.py": use})
    found = told(made, {"lib.py": old})
    assert {message.partition(" was")[0]: places for message, places in found.items()} == {
        "`K.size`": [("app.py", 3, "uses the old name"), ("lib.py", 3, "uses the old name")],
        "`size`": [("app.py", 1, "imports the old name")],
    }
