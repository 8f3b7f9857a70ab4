"""Operands: which of them reaches which parameter of what is called."""

from typing import Final

from flames_indexer.facts import OperandKind
from flames_indexer.model import ParameterKind
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.world import Call

_POSITIONAL: Final = int(ParameterKind.POSITIONAL)  # or only so: kinds up to this one
_VARIADIC: Final = int(ParameterKind.VARIADIC)
_PLAIN: Final = int(OperandKind.POSITIONAL)
_KEYWORD: Final = int(OperandKind.KEYWORD)
_SPREAD: Final = int(OperandKind.SPREAD)


def bound_parameters(file: File, row: int, receiver: object) -> int:
    """How many parameters of a function the receiver takes: one where methods declare it."""
    first = file.parameters.get(row)
    return 1 if receiver and first and file.receiver(first[0]) is not None else 0


def place_of(file: File, row: int, position: int) -> int:
    """The parameter row of a function that takes its operand in that place; -1: none."""
    kinds = file.facts.parameters.kind
    places = [at for at in file.parameters.get(row, ()) if kinds[at] <= _POSITIONAL]
    return places[position] if position < len(places) else -1


def bound_operands(file: File, row: int, site: Call, skip: int) -> list[tuple[int, int]]:
    """(parameter row, operand row) pairs of a call; `skip` parameters are already bound."""
    parameters, operands = file.facts.parameters, site.file.facts.operands
    rows = file.parameters.get(row, ())
    positions = [at for at in rows if parameters.kind[at] <= _POSITIONAL][skip:]
    rest = next((at for at in rows if parameters.kind[at] == _VARIADIC), -1)
    by_name = {file.strings[parameters.name[at]]: at for at in rows}
    pairs: list[tuple[int, int]] = []
    position = 0
    for at in range(site.first, site.first + site.count):
        kind = operands.kind[at]
        if kind == _PLAIN:
            parameter = positions[position] if position < len(positions) else rest
            position += 1
        elif kind == _KEYWORD:
            parameter = by_name.get(site.file.strings[operands.name[at]], -1)
        else:
            position = len(positions) if kind == _SPREAD else position
            continue
        if parameter >= 0 and operands.value[at] >= 0:
            pairs.append((parameter, at))
    return pairs
