"""What a call of one function is given in place of the body of another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flames_indexer.facts import ParameterFlag
from flames_indexer.fixes.alignment import Alignment, unquoted
from flames_indexer.fixes.annotations import accepts
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
    if any(p.flags & ParameterFlag.DESTRUCTURED for p in asked):
        return None
    given = {p.name: used(copy, model, alignment, p) for p in asked}
    if "" in given.values() or not is_in_order(alignment, given):
        return None
    if not all(_is_accepted(copy, p, given[p.name]) for p in asked):
        return None
    free = [p for p in copy.parameters[bound:] if p.name not in given.values()]
    for parameter in asked:
        if given[parameter.name] is None and not _may_be_left_out(parameter):
            fitting = _fitting(parameter, free)
            if fitting is None or not _is_accepted(copy, parameter, fitting.name):
                return None
            given[parameter.name] = fitting.name
            free.remove(fitting)
    return _written(model, asked, given)


def used(copy: Body, model: Body, alignment: Alignment, parameter: Parameter) -> str | None:
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
    return value if may_be_passed(copy, model, alignment, parameter.name) else ""


def _is_accepted(copy: Body, parameter: Parameter, value: str | None) -> bool:
    """Whether its type says nothing against what is given for it."""
    said = copy.annotations.get(value or "", "")
    return accepts(copy.conventions, parameter.annotation, said)


def may_be_passed(copy: Body, model: Body, alignment: Alignment, name: str) -> bool:
    """Whether what stands for a parameter is the same whenever the model looks at it."""
    value = alignment.stands_for[name]
    if any(p.name == value for p in copy.parameters):
        return True
    if name in alignment.running:
        return alignment.uses[name] == 1 and name not in model.rebound
    return name not in model.rebound and is_kept(copy, value)


def is_in_order(alignment: Alignment, given: Mapping[str, str | None]) -> bool:
    """Whether nothing is looked at beside an argument that does something."""
    running = alignment.running.intersection(given)
    others = [value for name, value in given.items() if value and name not in running]
    return not running or not any("." in value or "[" in value for value in others)


def is_kept(copy: Body, value: str) -> bool:
    """Whether nothing in the body stores to an expression, or to what it starts with, or calls a
    method of that before it is looked at for the last time."""
    root = value.replace("[", ".").partition(".")[0]
    if root in copy.rebound:
        return False
    last = max(
        (copy.source.rfind(value.encode(), s.start_byte, s.end_byte) for s in copy.statements),
        default=-1,
    )
    owner = max(value.rfind("."), value.rfind("["))
    before = value[:owner] + "." if owner > 0 else ""
    for statement in copy.statements:
        if any(copy.text(target).startswith(value) for target in stored(copy, statement)):
            return False
        if before and any(
            node.end_byte <= last
            and copy.text(node).startswith(before)
            and not copy.text(node).startswith(value)
            for node in _calls(copy, statement)
        ):
            return False
    return True


def _calls(body: Body, node: Node) -> Iterator[Node]:
    if node.type in body.conventions.doing:
        yield node
    for part in parts(node):
        yield from _calls(body, part)


def _is_default(value: str, parameter: Parameter) -> bool:
    return bool(parameter.default) and unquoted(value) == unquoted(parameter.default)


def stored(body: Body, node: Node) -> Iterator[Node]:
    name = body.conventions.storing.get(node.type)
    if name is not None:
        target = node.child_by_field_name(name) if name else None
        yield from parts(node) if target is None else (target,)
    for part in parts(node):
        yield from stored(body, part)


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
