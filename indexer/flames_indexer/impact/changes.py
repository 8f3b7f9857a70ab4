"""Two states of a file: which contracts differ, which names are gone, which were renamed."""

from collections.abc import Mapping
from dataclasses import dataclass

from flames_indexer.facts import FileFacts
from flames_indexer.impact.contract import Contract, Written, contracts_of
from flames_indexer.model import Parameter, ParameterKind

_ASK_AT_RUN_TIME = ("__getattr__", "__getattribute__")
_STARS = {ParameterKind.VARIADIC: "*", ParameterKind.KEYWORDS: "**"}


@dataclass(frozen=True, slots=True)
class Change:
    """`now` is None for a name that is gone; `renamed` is its new qualified name, if it has one."""

    qualname: str
    before: Contract
    now: Contract | None
    row: int  # definition row in the file now: the changed, the renamed, or what enclosed it; 0
    renamed: str = ""

    def describe(self) -> str:
        """How it was called and how it is called now."""
        if self.renamed:
            return f"was renamed to `{self.renamed}`"
        if self.now is None:
            return "was removed"
        if self.before.is_property != self.now.is_property:
            return f"became a {'property' if self.now.is_property else 'method'}"
        if self.before.ways == self.now.ways and self.before.is_async != self.now.is_async:
            return f"became {'async' if self.now.is_async else 'synchronous'}"
        return f"was called as {_shown(self.before)} and is now {_shown(self.now)}"


def changes(before: tuple[bytes, FileFacts], now: tuple[bytes, FileFacts]) -> list[Change]:
    """What callers of the file may notice, in the order of the old definitions."""
    old, new = contracts_of(*before), contracts_of(*now)
    bound = _bound_names(now[1])
    found: list[Change] = []
    for name, was in old.items():
        if (there := new.get(name)) is not None:
            if _differs(was.contract, there.contract):
                found.append(Change(name, was.contract, there.contract, there.row))
            continue
        owner, _, last = name.rpartition(".")
        if owner and (owner not in new or not old[owner].contract.is_class):
            continue  # gone with its class, or known to one function only
        if (owner, last) in bound or _answers_any(owner, bound):
            continue
        renamed = _renamed(name, was, old, new)
        row = new[renamed].row if renamed else new[owner].row if owner in new else 0
        found.append(Change(name, was.contract, None, row, renamed))
    return _without_constructors(found)


def _differs(before: Contract, now: Contract) -> bool:
    if not before.ways or not now.ways:
        return False
    return (before.ways, before.receiver, before.is_async, before.is_property) != (
        now.ways,
        now.receiver,
        now.is_async,
        now.is_property,
    )


def _renamed(
    name: str, was: Written, old: Mapping[str, Written], new: Mapping[str, Written]
) -> str:
    """The one new name beside the old one whose definition is otherwise the same text."""
    owner = name.rpartition(".")[0]
    same = [
        other
        for other, there in new.items()
        if other not in old and other.rpartition(".")[0] == owner and there.text == was.text
    ]
    return same[0] if len(same) == 1 else ""


def _bound_names(facts: FileFacts) -> set[tuple[str, str]]:
    """(scope, name) of everything that is given a value, imported or defined."""
    table, bindings, strings = facts.definitions, facts.bindings, facts.strings
    names = {
        (strings[table.qualname[scope]], strings[name])
        for scope, name in zip(bindings.scope, bindings.name, strict=True)
    }
    stars = {("", "*") for name in facts.imports.name if strings[name] == "*"}
    return names | stars


def _answers_any(owner: str, bound: set[tuple[str, str]]) -> bool:
    """Whether the scope makes up names at run time, or takes all of another module's."""
    return ("", "*") in bound or any((owner, name) in bound for name in _ASK_AT_RUN_TIME)


def _without_constructors(found: list[Change]) -> list[Change]:
    """A class speaks for its constructors."""
    classes = {change.qualname for change in found if change.before.is_class}
    return [
        change
        for change in found
        if not (
            change.qualname.endswith((".__init__", ".__new__"))
            and change.qualname.rpartition(".")[0] in classes
        )
    ]


def _shown(contract: Contract) -> str:
    return " or ".join(f"`({', '.join(_parameters(way))})`" for way in contract.ways[:2])


def _parameters(way: tuple[Parameter, ...]) -> list[str]:
    shown: list[str] = []
    starred = False
    for at, p in enumerate(way):
        if p.kind is ParameterKind.KEYWORD_ONLY and not starred:
            shown.append("*")
        starred = starred or p.kind in (ParameterKind.VARIADIC, ParameterKind.KEYWORD_ONLY)
        shown.append(f"{_STARS.get(p.kind, '')}{p.name}{'=…' if p.has_default else ''}")
        following = way[at + 1].kind if at + 1 < len(way) else ParameterKind.POSITIONAL
        if p.kind is ParameterKind.POSITIONAL_ONLY and following != p.kind:
            shown.append("/")
    return shown
