"""Imports of what has moved to another file, written for where it is now, in their own way."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from flames_indexer.facts import FileFacts, ImportFlag
from flames_indexer.impact.asked import Asked
from flames_indexer.impact.conventions import Conventions, conventions_of
from flames_indexer.impact.sites import Site
from flames_indexer.model import EdgeKind, Span, TextEdit

_ALIAS = re.compile(rb"\s+as\s+\w+")
_COMMA = re.compile(rb"\s*,[ \t]*")
_COMMA_BEFORE = re.compile(rb",\s*$")
_FROM_ELSEWHERE = ImportFlag.DYNAMIC | ImportFlag.REQUIRE | ImportFlag.REEXPORT | ImportFlag.STAR


def updated_imports(
    asked: Asked, old: str, new: str, name: str, sites: Sequence[Site]
) -> Iterator[TextEdit]:
    """For `name` of file `old`, or for the file itself where that is "", which `new` has now. Those
    that are asked for in a way that is not understood stay as they are."""
    for site in sites:
        facts, source = asked.snapshot.facts(site.span.path), asked.text(site.span.path)
        conventions = conventions_of(facts.language) if facts else None
        if facts is None or source is None or conventions is None:
            continue
        if site.kind is EdgeKind.IMPORT and site.span.path != new:
            yield from _Statement(site, source, facts, conventions).moved(old, new, name)


class _Statement:
    """The import statement that a site stands in."""

    def __init__(
        self, site: Site, source: bytes, facts: FileFacts, conventions: Conventions
    ) -> None:
        imports = facts.imports
        self._path, self._source, self._facts = site.span.path, source, facts
        self._conventions = conventions
        self._rows = [
            at for at, start in enumerate(imports.module_start) if start == site.span.start
        ]
        self._row = next(
            (at for at, start in enumerate(imports.start) if start == site.span.start), -1
        )
        if not self._rows and self._row >= 0:
            start = imports.module_start[self._row]
            self._rows = [at for at, other in enumerate(imports.module_start) if other == start]

    def moved(self, old: str, new: str, name: str) -> Iterator[TextEdit]:
        imports = self._facts.imports
        if not self._rows or imports.module_start[self._rows[0]] < 0:
            return
        row = self._rows[0]
        start, end = imports.module_start[row], imports.module_end[row]
        written = self._facts.strings[imports.module[row]]
        at = self._source.find(written.encode(), start, end)
        module = respelled(written, self._path, old, new, self._conventions)
        if at < 0 or module is None:
            return
        if not name or len(self._rows) == 1:
            yield TextEdit(Span(self._path, at, at + len(written.encode())), module)
        elif self._row >= 0 and not imports.flags[self._row] & _FROM_ELSEWHERE:
            yield from self._parted(at, len(written.encode()), module)

    def _parted(self, at: int, size: int, module: str) -> Iterator[TextEdit]:
        """The name leaves the statement, and one of its own stands above."""
        imports, source = self._facts.imports, self._source
        start, end = imports.start[self._row], imports.end[self._row]
        alias = _ALIAS.match(source, end)
        end = alias.end() if alias else end
        asked = source[start:end].decode()
        line = source.rfind(b"\n", 0, min(imports.start[at] for at in self._rows)) + 1
        line = min(line, source.rfind(b"\n", 0, at) + 1)
        head = source[line:].split(b"import", 1)[0] if self._conventions.slashes else b""
        if head.strip():
            return
        behind, before = _COMMA.match(source, end), _COMMA_BEFORE.search(source[:start])
        if behind:
            end = behind.end()
        elif before:
            start = before.start()
        else:
            return
        start, end = self._line_or(start, end)
        statement = f"from {module} import {asked}"
        if self._conventions.slashes:
            quote = source[at - 1 : at].decode()
            stop = ";" if source[at + size + 1 : at + size + 2] == b";" else ""
            statement = f"import {{ {asked} }} from {quote}{module}{quote}{stop}"
        indent = source[line:at][: len(source[line:at]) - len(source[line:at].lstrip())].decode()
        yield TextEdit(Span(self._path, line, line), f"{indent}{statement}\n")
        yield TextEdit(Span(self._path, start, end), "")

    def _line_or(self, start: int, end: int) -> tuple[int, int]:
        """The whole line, where nothing else stands on it."""
        first = self._source.rfind(b"\n", 0, start) + 1
        last = self._source.find(b"\n", end) + 1
        alone = last and not self._source[first:start].strip() + self._source[end:last].strip()
        return (first, last) if alone else (start, end)


def respelled(
    written: str, importer: str, old: str, new: str, conventions: Conventions
) -> str | None:
    """How an import that says `written` and means `old` asks for `new`; None: it means another
    file, or there is no such way."""
    here = posixpath.dirname(importer)
    if conventions.slashes:
        return _as_path(written, here, old, new)
    was, now = _module(old), _module(new)
    package = here.split("/") if here else []
    if written.startswith("."):
        dots = len(written) - len(written.lstrip("."))
        below = written.lstrip(".")
        base = package[: len(package) - dots + 1]
        if [*base, *below.split(".")] != was:
            return None
        same = len(posixpath.commonprefix([package, now]))
        if same == len(now) or not same:
            return None
        return "." * (len(package) - same + 1) + ".".join(now[same:])
    parts = written.split(".")
    root = was[: len(was) - len(parts)]
    if [*root, *parts] != was or now[: len(root)] != root:
        return None
    return ".".join(now[len(root) :])


def _as_path(written: str, here: str, old: str, new: str) -> str | None:
    if not written.startswith("."):
        return None
    asked = posixpath.normpath(posixpath.join(here, written))
    stem, suffix = posixpath.splitext(asked)
    was, now = posixpath.splitext(old)[0], posixpath.splitext(new)[0]
    if asked == was:
        suffix = ""
    elif stem != was or posixpath.basename(was) == "index":
        return None
    path = posixpath.relpath(now, here or ".") + suffix
    return path if path.startswith(".") else f"./{path}"


def _module(path: str) -> list[str]:
    parts = posixpath.splitext(path)[0].split("/")
    return parts[:-1] if parts[-1] == "__init__" else parts
