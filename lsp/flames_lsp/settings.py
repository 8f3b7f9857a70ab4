"""What the user set in the editor, from wherever the client tells it, as overrides for Config.

Three sources, later ones win: `initializationOptions`, the pushed or pulled `flames` section, and
the same section asked for one folder. A folder's section may come from the repository's own
editor settings, so the machine's choices are not taken from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from flames_indexer.config import KEYS

SECTION = "flames"
_SECTIONS = {key.name.partition(".")[0] for key in KEYS}
_MACHINE = {key.name for key in KEYS if key.scope == "machine"}
_CLIENT_ONLY = {"trace.server"}  # where the client itself logs; the client reads it

Overrides = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Settings:
    """All the client has said so far."""

    initial: Overrides = field(default_factory=dict[str, object])
    shared: Overrides = field(default_factory=dict[str, object])
    folders: Mapping[str, Overrides] = field(default_factory=dict[str, Overrides])

    def with_initial(self, said: object) -> "Settings":
        return replace(self, initial=overrides(said))

    def with_shared(self, said: object) -> "Settings":
        return replace(self, shared=overrides(said))

    def with_folder(self, folder_uri: str, said: object) -> "Settings":
        found = {k: v for k, v in overrides(said).items() if k not in _MACHINE}
        return replace(self, folders={**self.folders, folder_uri: found})

    def of(self, folder_uri: str) -> Overrides:
        """Dotted keys in force for a folder, to be laid over machine and repository files."""
        return {**self.initial, **self.shared, **self.folders.get(folder_uri, {})}


def overrides(said: object) -> dict[str, object]:
    """Dotted snake_case keys out of whatever JSON the client sent; nothing in it is refused.

    Keys of the client's own (`server.path`) are dropped; a wrong key or value of ours stays in,
    for Config to warn about.
    """
    if isinstance(said, Mapping) and isinstance(inner := said.get(SECTION), Mapping):
        said = cast("object", inner)
    if not isinstance(said, Mapping):
        return {}
    flat = _flat(cast("Mapping[object, object]", said), "")
    return {
        key: value
        for key, value in flat.items()
        if value is not None and key.partition(".")[0] in _SECTIONS and key not in _CLIENT_ONLY
    }


def _flat(table: Mapping[object, object], prefix: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in table.items():
        key = prefix + _snake(str(name)).removeprefix(f"{SECTION}.")
        if isinstance(value, Mapping):
            found |= _flat(cast("Mapping[object, object]", value), f"{key}.")
        else:
            found[key] = value
    return found


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
