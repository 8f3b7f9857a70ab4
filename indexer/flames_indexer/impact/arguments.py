"""The arguments of a call as text, and the same call written for another contract."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flames_indexer.model import Parameter, ParameterKind

_OPENING, _CLOSING = b"([{", b")]}"
_QUOTED = re.compile(
    rb'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    rb"|`(?:[^`\\]|\\.)*`|#[^\n]*|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)
_KEYWORD = re.compile(r"(\w+)\s*=(?!=)\s*(.*)", re.DOTALL)
_POSITIONS = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)


@dataclass(frozen=True, slots=True)
class Argument:
    text: str
    keyword: str = ""


def brackets(source: bytes, callee_end: int, end: int) -> tuple[int, int] | None:
    """What stands between the brackets of a call whose callee ends there."""
    if source[end - 1 : end] != b")":
        return None
    depth = 0
    for at, sign in _signs(source, callee_end, end):
        if sign == b"(" and depth == 0:
            return at + 1, end - 1
        depth += (sign == b"<") - (sign == b">")
    return None


def arguments(source: bytes, start: int, end: int, *, keywords: bool) -> list[Argument] | None:
    """The arguments that stand there; None where some are unpacked or hold a comment."""
    parts: list[bytes] = []
    depth, last = 0, start
    for at, sign in _signs(source, start, end):
        if sign == b"," and not depth:
            parts.append(source[last:at])
            last = at + 1
        depth += (sign in _OPENING) - (sign in _CLOSING) if sign not in b"<>," else 0
    parts.append(source[last:end])
    found = [_argument(part.decode().strip(), keywords) for part in parts if part.strip()]
    if any(a.text.startswith(("*", "...", "#", "//", "/*")) for a in found):
        return None
    return None if any("\n#" in a.text or "//" in a.text for a in found) else found


def _argument(text: str, keywords: bool) -> Argument:
    named = _KEYWORD.fullmatch(text) if keywords else None
    return Argument(named[2], named[1]) if named else Argument(text)


def _signs(source: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The brackets and commas outside of strings and comments."""
    at = start
    while at < end:
        quoted = _QUOTED.match(source, at, end)
        if quoted:
            at = quoted.end()
            continue
        sign = source[at : at + 1]
        if sign in b"()[]{}<>,":
            yield at, sign
        at += 1


def rewritten(
    given: Sequence[Argument],
    before: Sequence[Parameter],
    now: Sequence[Parameter],
    *,
    keywords: bool,
    nothing: str,
) -> str | None:
    """The arguments for `now` of a call that was written for `before`; None: it cannot be told.
    `nothing` stands for what a call has to pass and does not know."""
    values = _bound(given, before)
    if values is None:
        return None
    names = _renamed(before, now)
    values = {names.get(name, name): value for name, value in values.items()}
    written: list[str] = []
    by_name = False
    for parameter in now:
        if parameter.kind is ParameterKind.VARIADIC:
            written += [argument.text for argument in values.get(parameter.name, ())]
            continue
        if parameter.kind is ParameterKind.KEYWORDS:
            continue
        here = values.get(parameter.name, ())
        if not here and parameter.has_default:
            by_name = True
            continue
        text = here[0].text if here else nothing
        named = parameter.kind is ParameterKind.KEYWORD_ONLY or by_name
        was_named = bool(here and here[0].keyword)
        if keywords and parameter.kind is not ParameterKind.POSITIONAL_ONLY:
            named = named or was_named or (not here and any(a.keyword for a in given))
            by_name = by_name or named
        elif by_name:
            return None if keywords else _padded(written, parameter, now, text, nothing)
        written.append(f"{parameter.name}={text}" if named and keywords else text)
    extra = values.get("**", ())
    return ", ".join([*written, *(f"{argument.keyword}={argument.text}" for argument in extra)])


def _padded(
    written: list[str], parameter: Parameter, now: Sequence[Parameter], text: str, nothing: str
) -> str:
    return ", ".join([*written, *[nothing] * (list(now).index(parameter) - len(written)), text])


def _bound(
    given: Sequence[Argument], before: Sequence[Parameter]
) -> dict[str, tuple[Argument, ...]] | None:
    """The arguments by the parameter that takes them; `**` has those by unknown names."""
    positions = [p for p in before if p.kind in _POSITIONS]
    rest = next((p.name for p in before if p.kind is ParameterKind.VARIADIC), None)
    named = {p.name for p in before if p.kind is not ParameterKind.POSITIONAL_ONLY}
    values: dict[str, tuple[Argument, ...]] = {}
    for at, argument in enumerate(given):
        if argument.keyword:
            name = argument.keyword if argument.keyword in named else "**"
        elif at < len(positions):
            name = positions[at].name
        elif rest is not None:
            name = rest
        else:
            return None
        values[name] = (*values.get(name, ()), argument)
    return values


def _renamed(before: Sequence[Parameter], now: Sequence[Parameter]) -> Mapping[str, str]:
    """The parameter that took the place of another, where it is the only one that went and came."""
    went = [p for p in before if p.name not in {q.name for q in now}]
    came = [q for q in now if q.name not in {p.name for p in before}]
    alone = len(went) == len(came) == 1 and len(before) == len(now)
    if alone and list(before).index(went[0]) == list(now).index(came[0]):
        return {went[0].name: came[0].name}
    return {}
