"""An edit of one of several near-copies, and edits that leave no copy behind."""

from collections.abc import Callable
from typing import Any

from flames_indexer.model import Finding, Severity

Repository = Callable[..., Any]

HOST = """
def host_of(url, strict):
    '''The host.'''
    if strict and "//" not in url:
        raise ValueError("no address")
    rest = url.split("//")[1]
    host, _, port = rest.partition(":")
    check_port(port)
    log.debug("read %s", host)
    return normalised(host)
"""

PORT = """
def port_of(address, exact):
    if exact and "//" not in address:
        raise ValueError("no address")
    tail = address.split("//")[1]
    name, _, number = tail.partition(":")
    check_port(number)
    log.debug("read %s", name)
    return normalised(number)
"""

OTHER = """
def load_settings(path, defaults):
    settings = dict(defaults)
    with open(path) as stream:
        for number, text in enumerate(stream):
            key, _, value = text.partition("=")
            if not key.strip():
                raise ValueError(f"line {number} has no key")
            settings[key.strip()] = value.strip()
    return settings
"""

OLD = {"host.py": HOST, "pkg/port.py": PORT, "settings.py": OTHER}
FIXED = ('url.split("//")[1]', 'url.partition("//")[2]')


def findings(made: Any, paths: Any = None, **options: Any) -> list[Finding]:
    result = made.check(paths, rule="twin-edit", **options)
    assert result.failed == ()
    return list(result.findings)


def after(repository: Repository, *changes: tuple[str, str], **others: str) -> list[Finding]:
    """What is said when the texts are replaced in `host.py`, the others being what they say."""
    text = HOST
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    files = {**OLD, "host.py": text, **{f"pkg/{name}.py": body for name, body in others.items()}}
    old = {**OLD, **{path: body for path, body in files.items() if path not in OLD}}
    return findings(repository(files), before=old)


def test_the_copy_that_has_the_old_line_is_named(repository: Repository) -> None:
    (found,) = after(repository, FIXED)
    assert found.severity is Severity.HINT
    assert found.span.path == "host.py"
    assert found.message == (
        "`host_of` was changed; its near-copy `port_of` in pkg/port.py still has the old lines."
        " Same change there?"
    )
    assert found.evidence[0] == 'was: `rest = url.split("//")[1]`'
    (place,) = found.related
    assert place.symbol == "pkg/port.py::port_of"
    assert place.message == 'still has `tail = address.split("//")[1]`'
    line = PORT[place.span.start : place.span.end]
    assert line == 'tail = address.split("//")[1]'


def test_a_removed_line_is_a_change(repository: Repository) -> None:
    (found,) = after(repository, ("    check_port(port)\n", ""))
    assert found.evidence[0] == "was: `check_port(port)`"


def test_several_copies_are_counted(repository: Repository) -> None:
    third = PORT.replace("port_of", "name_of")
    (found,) = after(repository, FIXED, third=third)
    assert "2 near-copies still have the old lines: `port_of`, `name_of`" in found.message


def test_a_copy_that_was_changed_too_is_not_named(repository: Repository) -> None:
    files = {
        **OLD,
        "host.py": HOST.replace(*FIXED),
        "pkg/port.py": PORT.replace('address.split("//")[1]', 'address.partition("//")[2]'),
    }
    assert findings(repository(files), before=OLD) == []


def test_a_copy_that_somebody_works_on_is_not_named(repository: Repository) -> None:
    files = {
        **OLD,
        "host.py": HOST.replace(*FIXED),
        "pkg/port.py": PORT.replace("    check_port(number)\n", ""),
    }
    paths = ["host.py"]
    assert findings(repository(files), paths, before=OLD) == []


def test_a_copy_without_that_line_is_not_named(repository: Repository) -> None:
    assert after(repository, ("    return normalised(host)", "    return host.lower()")) == []


def test_comments_and_layout_are_no_change(repository: Repository) -> None:
    split = 'rest = url.split("//")[1]'
    spread = '# The scheme goes.\n    rest = url.split(\n        "//"\n    )[1]'
    assert after(repository, (split, spread)) == []


def test_a_renamed_local_name_is_no_change(repository: Repository) -> None:
    assert after(repository, ("rest", "tail"), ("host, _", "name, _"), ("host)", "name)")) == []


def test_a_local_name_for_another_is_a_change(repository: Repository) -> None:
    (found,) = after(repository, ("check_port(port)", "check_port(rest)"))
    assert found.evidence[0] == "was: `check_port(port)`"


def test_a_rewritten_function_has_no_twin(repository: Repository) -> None:
    text = """
    def host_of(url, strict):
        parts = urlsplit(url)
        return parts.hostname
    """
    files = {**OLD, "host.py": text}
    assert findings(repository(files), before=OLD) == []


def test_a_function_of_another_kind_is_no_twin(repository: Repository) -> None:
    far = PORT.replace('log.debug("read %s", name)', "for part in tail:\n        store(part, name)")
    far = far.replace("check_port(number)", "with lock(tail):\n        number += offset(name)")
    files = {**OLD, "host.py": HOST.replace(*FIXED), "pkg/port.py": far}
    assert findings(repository(files), before={**OLD, "pkg/port.py": far}) == []


def test_nothing_is_said_of_what_was_not_edited(repository: Repository) -> None:
    assert findings(repository(OLD), before=OLD) == []


def test_said_while_it_is_typed_and_gone_when_undone(repository: Repository) -> None:
    made = repository(OLD)
    made.edit("host.py", HOST.replace(*FIXED))
    assert len(findings(made, ["host.py"], before=OLD)) == 1
    made.edit("host.py", HOST)
    assert findings(made, ["host.py"], before=OLD) == []


def test_javascript(repository: Repository) -> None:
    one = """
    export function hostOf(url) {
      const rest = url.split("//")[1];
      const host = rest.split(":")[0];
      checkHost(host);
      log.debug("read", host);
      return normalised(host);
    }
    """
    other = one.replace("hostOf", "portOf").replace("url", "address")
    old = {"a.ts": one, "b.ts": other}
    made = repository({**old, "a.ts": one.replace("checkHost(host)", "checkHost(host, rest)")})
    (found,) = findings(made, before=old)
    assert found.related[0].symbol == "b.ts::portOf"
