"""Uses in groups: in which words each kind of edge is spoken of."""

from typing import NamedTuple

from flames_indexer.model import EdgeKind


class Group(NamedTuple):
    """`users` and `needs` are headings: of who uses a target so, and of what it uses so."""

    key: str
    users: str
    needs: str
    kinds: tuple[EdgeKind, ...]


TESTS = Group("tests", "Tests", "Tests", (EdgeKind.TEST,))
_OTHER = Group("other", "Other uses", "Other uses", ())
GROUPS = (  # what says most of a use comes first
    Group("callers", "Callers", "Calls", (EdgeKind.CALL, EdgeKind.OPERATOR, EdgeKind.PROTOCOL)),
    Group("readers", "Read or set by", "Reads or sets", (EdgeKind.PROPERTY,)),
    Group("subclasses", "Subclasses", "Bases", (EdgeKind.INHERIT,)),
    Group("overrides", "Overridden by", "Overrides", (EdgeKind.OVERRIDE,)),
    Group("decorated", "Decorates", "Decorated with", (EdgeKind.DECORATE,)),
    Group("registered", "Registered in", "Registers", (EdgeKind.REGISTER,)),
    Group("fixtures", "Given as a fixture to", "Fixtures", (EdgeKind.FIXTURE,)),
    Group("references", "Handed on or looked at by", "Refers to", (EdgeKind.REFERENCE,)),
    Group("importers", "Importers", "Imports", (EdgeKind.IMPORT,)),
    Group("text", "Named in text by", "Named in text", (EdgeKind.TEXT,)),
    TESTS,
    _OTHER,
)
KEYS = tuple(group.key for group in GROUPS)
_BY_KIND = {kind: group for group in GROUPS for kind in group.kinds}


_RANK = {kind: rank for rank, group in enumerate(GROUPS) for kind in group.kinds}


def rank_of(kind: EdgeKind) -> int:
    """Less is more telling: that something is imported says little where it is also called."""
    return _RANK.get(kind, len(GROUPS))


def group_of(kind: EdgeKind) -> Group:
    """The group of one use outside of tests."""
    return _BY_KIND.get(kind, _OTHER)
