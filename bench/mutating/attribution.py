"""Which uses the errors of a type checker are about."""

import re
from collections.abc import Iterator, Sequence

from flames_indexer.facts import ExpressionKind, FileFacts
from flames_indexer.languages import language_of
from flames_indexer.parse import parse

from mutating.checkers import Error
from mutating.definitions import Edit
from mutating.edits import CONSTRUCTORS
from mutating.package import Package, Site

_CALLS = (ExpressionKind.CALL, ExpressionKind.NEW)
_NAMES = (ExpressionKind.NAME, ExpressionKind.MEMBER)
_NAMED = {"rename", "delete", "move", "to static"}  # the error is at the name
# Errors of the edited function itself, of overrides and of overloads: no uses.
NOT_USES = re.compile(
    "Override|Overload|reportRedeclaration|reportInconsistent|reportSelfCls"
    "|^(2416|2420|2430|2415|2417|2394|1016|2322|2355|7030|6133)$"
)
Frame = tuple[int, int, Site]  # start and end of what belongs to a use
_LACKS = ("2515", "2420", "2654", "18052")  # a class has not what it should; at its name
_NO_MEMBER = ("2339", "2551", "reportAttributeAccessIssue")
_APPLIERS = ("partial", "partialmethod", "bind")  # what the checkers follow too


def names_of(package: Package, edit: Edit) -> set[str]:
    """The words that a use of the edited function may show."""
    names = {edit.word}
    text = b"\n".join(package.texts.values()).decode()
    if edit.word in CONSTRUCTORS or edit.kind == "add abstract":
        names |= {"cls", "super", "__init__", edit.name.split(".")[-2]}
        for _ in range(4):
            known = "|".join(names - {"cls", "super", "__init__", "constructor"})
            below = re.findall(
                rf"class (\w+)\s*(?:<.*>)?(?:\(|\s+extends )[^:{{]*\b(?:{known})\b", text
            )
            names |= set(below)
    known = "|".join(map(re.escape, names - {"cls", "super"}))
    imported = re.compile(rf"^(?!\s*(?:except|with)\b).*?\b(?:{known}) as (\w+)", re.MULTILINE)
    return names | set(imported.findall(text))


def _callee(facts: FileFacts, call: int) -> int:
    """The name that is called, behind type arguments."""
    row = facts.expressions.a[call]
    while facts.expressions.kind[row] == ExpressionKind.SUBSCRIPT:
        row = facts.expressions.a[row]
    return row


def _word(facts: FileFacts, row: int) -> str:
    table, strings = facts.expressions, facts.strings
    if table.kind[row] == ExpressionKind.NAME:
        return strings[table.a[row]]
    return strings[table.b[row]] if table.kind[row] == ExpressionKind.MEMBER else ""


def frames(path: str, facts: FileFacts, names: set[str], *, calls: bool) -> Iterator[Frame]:
    """(start, end, site) of every use of one of the names, with the call it is in if `calls`.
    Without names: of every call."""
    table, strings = facts.expressions, facts.strings
    callees = {_callee(facts, r): r for r in range(len(table)) if table.kind[r] in _CALLS}
    arguments = {
        facts.operands.value[at]: call
        for call in callees.values()
        for at in range(table.b[call], table.b[call] + table.c[call])
        if _word(facts, _callee(facts, call)) in _APPLIERS
    }
    for row in range(len(table)):
        if table.kind[row] not in _NAMES:
            continue
        if _word(facts, row) in names or (not names and row in callees):
            span = table.start[row], table.end[row]
            call = callees.get(row, arguments.get(row)) if calls else None
            around = (table.start[call], table.end[call]) if call is not None else span
            yield *around, (path, span[0])
    if not calls:
        for name, start, end in zip(
            facts.imports.name, facts.imports.start, facts.imports.end, strict=True
        ):
            if strings[name] in names:
                yield start, end, (path, start)


def attributed(
    package: Package, edit: Edit, errors: Sequence[Error], names: set[str], ours: set[Site]
) -> tuple[set[Site], list[Error]]:
    """The sites that the errors are about, and the errors that are about none."""
    texts = {**package.texts, **edit.texts}
    sites: set[Site] = set()
    rest: list[Error] = []
    known: dict[str, list[Frame]] = {}
    for error in errors:
        language = language_of(error.path)
        if error.path not in known and language is not None:
            facts = parse(texts[error.path], language)
            known[error.path] = list(
                frames(error.path, facts, names, calls=edit.kind not in _NAMED)
            )
        of_result = edit.kind.startswith("return")
        text = texts[error.path]
        around = [f for f in known[error.path] if _is_inside(f, error, text, whole_line=of_result)]
        if of_result:
            around = around or _last_before(known[error.path], error.end)
        if not around and language is not None:  # the function has another name there
            every = frames(error.path, parse(texts[error.path], language), set(), calls=True)
            inside = [f for f in every if f[0] <= error.start and error.end <= f[1]]
            built = edit.word in CONSTRUCTORS and error.rule not in _NO_MEMBER
            around = [f for f in inside if f[2] in ours or built]
        if edit.kind == "add abstract" and error.rule in _LACKS:
            sites.add((error.path, error.start))
            continue
        site = min(around, key=lambda f: f[1] - f[0])[2] if around else None
        own = site not in ours and _is_own(edit, error)
        if site is not None and not own and not NOT_USES.search(error.rule):
            sites.add(site)
        else:
            rest.append(error)
    return sites, rest


def _last_before(known: list[Frame], end: int) -> list[Frame]:
    """What an error behind a call is about: its result."""
    return sorted(f for f in known if f[0] < end)[-1:]


def _is_inside(frame: Frame, error: Error, text: bytes, *, whole_line: bool) -> bool:
    start = text.rfind(b"\n", 0, frame[0]) + 1 if whole_line else frame[0]
    return start <= error.start and error.end <= frame[1]


def follow_from_imports(
    package: Package, edit: Edit, ours: set[Site], theirs: set[Site]
) -> set[Site]:
    """Uses in files whose import of the name is an error already: checkers stay silent there."""
    broken: set[str] = set()
    for path, start in theirs - {(edit.path, 0)}:
        facts = package.index.facts(path)
        if path != edit.path and facts is not None and start in facts.imports.start:
            broken.add(path)
    return {site for site in ours - theirs if site[0] in broken}


def _is_own(edit: Edit, error: Error) -> bool:
    """Whether it tells what the edit did to the function itself or to types, not to a use."""
    if edit.kind.startswith("to static") and error.path == edit.path:
        return b"super" in edit.texts[error.path][max(0, error.start - 8) : error.start]
    unknown = error.rule in (
        "reportUndefinedVariable",
        "reportUnboundVariable",
        "2304",
        "2552",
        "18004",
    )
    if edit.kind == "make required":  # `?` allowed undefined as well
        return unknown or error.rule in ("2345", "2769", "2322")
    return unknown and edit.kind != "rename"
