"""What a call of one function is given in place of the body of another one."""

from __future__ import annotations

from collections.abc import Iterator

from flames_indexer.facts import ParameterFlag
from flames_indexer.fixes.alignment import Alignment, unquoted
from flames_indexer.fixes.bodies import Body, Node, Parameter, parts
from flames_indexer.model import ParameterKind

_POSITIONAL = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)
_MANY = {ParameterKind.VARIADIC: 1, ParameterKind.KEYWORDS: 2}


def arguments(
    copy: Body, model: Body, alignment: Alignment, *, bound: int
) -> tuple[str, ...] | None:
    """As written in a call of `model` that stands in `copy`; `bound`: how many of the first
    parameters the call gives by itself. None unless every parameter that needs one has one.

    How a parameter is used in both bodies says most; then its name, its type, and that nothing
    else is left.
    """
    asked = model.parameters[bound:]
    given = {p.name: _used(copy, model, alignment, p) for p in asked}
    if "" in given.values() or any(p.flags & ParameterFlag.DESTRUCTURED for p in asked):
        return None
    free = [p for p in copy.parameters[bound:] if p.name not in given.values()]
    for parameter in asked:
        if given[parameter.name] is None and not _may_be_left_out(parameter):
            fitting = _fitting(parameter, free)
            if fitting is None:
                return None
            given[parameter.name] = fitting.name
            free.remove(fitting)
    return _written(model, asked, given)


def _used(copy: Body, model: Body, alignment: Alignment, parameter: Parameter) -> str | None:
    """What stands where it does; None: it is not used; "": what may not be passed."""
    value = alignment.stands_for.get(parameter.name)
    if value is None and parameter.name in alignment.unfit:
        return ""
    if value is None:
        named = next((p for p in copy.parameters if p.name == parameter.name), None)
        return named.name if named is not None and named.kind == parameter.kind else None
    same = next((p for p in copy.parameters if p.name == value), None)
    if parameter.kind in _MANY:
        return value if same is not None and same.kind == parameter.kind else ""
    if same is None and (parameter.name in model.rebound or not _is_kept(copy, value)):
        return ""
    return value


def _is_kept(copy: Body, value: str) -> bool:
    """Whether nothing in the body stores to an expression, or to what it starts with."""
    root = value.replace("[", ".").partition(".")[0]
    if root in copy.rebound:
        return False
    return not any(
        copy.text(target).startswith(value)
        for statement in copy.statements
        for target in _stored(copy, statement)
    )


def _is_default(value: str, parameter: Parameter) -> bool:
    return bool(parameter.default) and unquoted(value) == unquoted(parameter.default)


def _stored(body: Body, node: Node) -> Iterator[Node]:
    name = body.conventions.storing.get(node.type)
    if name is not None:
        target = node.child_by_field_name(name) if name else None
        yield from parts(node) if target is None else (target,)
    for part in parts(node):
        yield from _stored(body, part)


def _may_be_left_out(parameter: Parameter) -> bool:
    flags = ParameterFlag.DEFAULT | ParameterFlag.OPTIONAL
    return bool(parameter.flags & flags) or parameter.kind in _MANY


def _fitting(parameter: Parameter, free: list[Parameter]) -> Parameter | None:
    typed = [p for p in free if p.annotation and p.annotation == parameter.annotation]
    for candidates in (typed, free):
        if len(candidates) == 1 and candidates[0].kind not in _MANY:
            return candidates[0]
    return None


def _written(
    model: Body, asked: list[Parameter], given: dict[str, str | None]
) -> tuple[str, ...] | None:
    kinds = model.conventions
    found: list[str] = []
    skipped: list[str] = []  # positional ones left out, each as it would have to be written
    for parameter in asked:
        value = given[parameter.name]
        if value is None or _is_default(value, parameter):
            if parameter.kind in _POSITIONAL:
                skipped.append(value or "")
        elif parameter.kind in _MANY:
            if skipped and parameter.kind is ParameterKind.VARIADIC:
                return None
            found.append(kinds.spread * _MANY[parameter.kind] + value)
        elif parameter.kind in _POSITIONAL and not skipped:
            found.append(value)
        elif kinds.keyword and parameter.kind is not ParameterKind.POSITIONAL_ONLY:
            found.append(kinds.keyword.format(name=parameter.name, value=value))
        elif not kinds.keyword and all(skipped):
            found += (*skipped, value)
            skipped.clear()
        else:
            return None
    return tuple(found)
