"""What frameworks of Python do with functions: who is given things by name, who keeps what it gets.

Names, not mechanisms: what is done with them is the resolver's. A library that is not listed is not
known to keep anything, unless a decorator is a method of an object (`@app.route`), which says it.
"""

import re
from typing import Final

from flames_indexer.languages.semantics import Injection, Registrars

INJECTION: Final = Injection(
    makers=frozenset(
        (
            *("pytest.fixture", "pytest.yield_fixture", "_pytest.fixtures.fixture"),
            *("pytest_asyncio.fixture", "pytest_asyncio.plugin.fixture"),
        )
    ),
    shared="conftest.py",
    plugins="pytest_plugins",
    automatic="autouse",
    asking=re.compile(r"test"),
    test_class=re.compile(r"[Tt]est"),  # some repositories set `python_classes = test_*`
)

REGISTRARS: Final = Registrars(
    # functions that keep what they decorate, whoever has them
    functions=frozenset(
        (
            *("command", "group", "task", "shared_task", "periodic_task", "receiver", "register"),
            *("hookimpl", "listens_for", "subscriber", "event_handler", "route", "view_config"),
            *("flow", "asset", "job", "dag", "on_event", "callback", "register_check"),
        )
    ),
    # methods that give back another function and keep nothing
    wrappers=frozenset(
        (
            *("setter", "getter", "deleter", "cache", "cached", "cache_page", "memoize", "wraps"),
            *("memoized", "limit", "exempt", "retry", "time", "timed", "timer", "profile", "trace"),
            *("measure", "count", "count_exceptions", "login_required", "requires", "require"),
            *("parametrize", "skip", "skipif", "xfail", "patch", "object", "dict", "fixture"),
            *("overload", "deprecated", "contextmanager", "asynccontextmanager", "wrap"),
            *("decorate", "decorator", "option", "argument", "pass_context", "given", "example"),
        )
    ),
)
