"""ECMAScript imports and `require`, with the quotes, ends and suffixes that the file uses."""

import re
from posixpath import dirname, relpath

from flames_indexer.facts import ExportKind, ExpressionKind, ImportFlag
from flames_indexer.insertion.top import Statement, Top
from flames_indexer.languages.javascript.manifests import dependency, package_of
from flames_indexer.model import TextEdit

_HEAD = re.compile(
    rb"(?:#![^\n]*\n)?"
    rb"(?:\s*(?://[^\n]*\n|/\*.*?\*/[ \t]*\r?\n|[\"']use strict[\"'];?[ \t]*\r?\n))*",
    re.DOTALL,
)
_ALIAS = re.compile(rb"\s+as\s+[\w$]+|\s*:\s*[\w$]+")
_MODULE = re.compile(rb"^(?:import|export)\b", re.MULTILINE)
_DEFAULT = "default"
_WHOLE = ""  # what `module.exports = …` offers


class _JavaScript:
    def offered(self, name: str, target: Top, *, near: bool = False) -> str | None:
        """The name it is exported by; an own name wins over `default`."""
        found = set(_exported(target, name))
        return next((n for n in sorted(found) if n not in (_DEFAULT, _WHOLE)), None) or next(
            iter(sorted(found)), None
        )

    def new(self, name: str, target: Top) -> str | None:
        """Only a module does it where that is declared: no CommonJS, no script of a page."""
        return name if _MODULE.search(target.source) else None

    def added(self, top: Top, target: Top, name: str, offered: str) -> TextEdit | None:
        same = [s for s in top.statements if _brings_names_of(s, target.path)]
        if same and offered not in (_DEFAULT, _WHOLE):
            word = ": " if same[-1].rows[0].flags & ImportFlag.REQUIRE else " as "
            return top.with_last(same[-1], _renamed(name, offered, word), _ALIAS)
        module = _specifier(top, target.path)
        return None if module is None else _with_statement(top, module, name, offered)


WRITER = _JavaScript()


def _exported(target: Top, name: str) -> list[str]:
    facts = target.facts
    found: list[str] = []
    rows = zip(facts.exports.name, facts.exports.kind, facts.exports.value, strict=True)
    for exported, kind, value in rows:
        as_name = facts.strings[exported]
        is_local = kind == ExportKind.LOCAL and facts.strings[value] == name
        if is_local or (kind == ExportKind.EXPRESSION and _means(target, value, name)):
            found.append(as_name)
        elif kind == ExportKind.ASSIGNMENT:
            found += _assigned(target, value, name)
    return found


def _assigned(target: Top, row: int, name: str) -> list[str]:
    """`module.exports = name`, or an object that has it."""
    if _means(target, row, name):
        return [_WHOLE]
    table, operands, strings = target.facts.expressions, target.facts.operands, target.facts.strings
    if row < 0 or table.kind[row] != ExpressionKind.LITERAL:
        return []
    entries = range(table.b[row], table.b[row] + table.c[row])
    return [
        strings[operands.name[at]]
        for at in entries
        if operands.name[at] >= 0 and _means(target, operands.value[at], name)
    ]


def _means(target: Top, row: int, name: str) -> bool:
    table, strings = target.facts.expressions, target.facts.strings
    if row < 0:
        return False
    if table.kind[row] == ExpressionKind.NAME:
        return strings[table.a[row]] == name
    if table.kind[row] == ExpressionKind.FUNCTION:
        return strings[target.facts.definitions.name[table.a[row]]] == name
    return False


def _brings_names_of(statement: Statement, path: str) -> bool:
    return all(
        row.meant == path and not row.flags & (ImportFlag.TYPE_ONLY | ImportFlag.REEXPORT)
        for row in statement.rows
    ) and statement.rows[-1].name not in ("", _DEFAULT, "*")


def _with_statement(top: Top, module: str, name: str, offered: str) -> TextEdit:
    quote = "'" if top.source.count(b"'") > top.source.count(b'"') else '"'
    end = ";" if re.search(rb";[ \t]*\r?$", top.source, re.M) or not top.source.strip() else ""
    is_whole = offered in (_DEFAULT, _WHOLE)
    if _requires(top):
        asked = name if offered == _WHOLE else f"{{ {_renamed(name, offered, ': ')} }}"
        line = f"const {asked} = require({quote}{module}{quote}){end}"
    else:
        asked = name if is_whole else f"{{ {_renamed(name, offered, ' as ')} }}"
        line = f"import {asked} from {quote}{module}{quote}{end}"
    statements = [s for s in top.statements if not s.rows[0].flags & ImportFlag.REEXPORT]
    if statements:
        return top.edit(statements[-1].end, f"\n{line}")
    head = _HEAD.match(top.source, top.begin)
    at = head.end() if head is not None else top.begin
    return top.edit(at, f"{line}\n\n" if at < len(top.source) else f"{line}\n")


def _renamed(name: str, offered: str, word: str) -> str:
    return name if name == offered else f"{offered}{word}{name}"


def _requires(top: Top) -> bool:
    """Whether the file is CommonJS: as its imports are, else by its suffix and its exports."""
    flags = [row.flags for row in top.rows]
    if flags:
        return 2 * sum(bool(flag & ImportFlag.REQUIRE) for flag in flags) > len(flags)
    if top.path.endswith((".cjs", ".mjs", "ts", "tsx")):
        return top.path.endswith(".cjs")
    return b"module.exports" in top.source


def _specifier(top: Top, path: str) -> str | None:
    """As the file already calls it, else relative to it, shortest first; what another package has
    by the name of that, if this one depends on it."""
    known = next((row.module for row in top.rows if row.meant == path), None)
    if known is not None:
        return known
    package = package_of(top.names, path)
    if package != package_of(top.names, top.path) and not _reaches(top, package):
        name = dependency(top.names, top.path, package)
        return name if name and top.resolves(name, path) else None
    relative = relpath(path, dirname(top.path) or ".")
    relative = relative if relative.startswith(".") else f"./{relative}"
    bare = relative.rpartition(".")[0]
    compiled = f"{bare}.js"
    shorter = [bare.removesuffix("/index")] if bare.endswith("/index") else []
    ours = [row.module for row in top.rows if row.module.startswith(".")]
    suffixed = any(re.search(r"\.[cm]?[jt]sx?$", module) for module in ours)
    order = [compiled, relative, bare] if suffixed else [*shorter, bare, compiled, relative]
    return next((name for name in order if top.resolves(name, path)), None)


def _reaches(top: Top, package: str) -> bool:
    """Whether it looks into a package by the place where that lies."""
    return any(
        row.module.startswith(".")
        and row.meant is not None
        and package_of(top.names, row.meant) == package
        for row in top.rows
    )
