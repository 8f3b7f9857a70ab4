"""The standard library as a table of declarations, read a module at a time.

`declarations.zip` is made by training/stdlib/make_declarations.py: names, bases, parameters,
results; one entry a module, `name.__init__` for a package. `VERSION/module` holds the encoded facts
of that entry, for readers of just that version: ten times cheaper than reading the text.
"""

import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from flames_indexer.facts import FileFacts
from flames_indexer.languages.semantics import LIBRARY

PREFIX: Final[str] = f"{LIBRARY}python/"


def library_path(module: str) -> str | None:
    """The `lib:` name of a standard library module; None if there is no table of it."""
    return PREFIX + module if module in _entries() else None


def is_package(module: str) -> bool:
    """Whether a standard library module has modules below it."""
    return _entries().get(module, "").endswith(".__init__")


@cache
def declared(path: str) -> FileFacts | None:
    """The declarations of a `lib:` module."""
    from flames_indexer.languages import language_named

    entry = _entries().get(path.removeprefix(PREFIX))
    if entry is None:
        return None
    return language_named("python").extract(_archive().read(entry))


def encoded(path: str, version: str) -> bytes | None:
    """The encoded facts of a `lib:` module; None if there are none of that version."""
    entry = f"{version}/{path.removeprefix(PREFIX)}"
    return _archive().read(entry) if entry in _archive().NameToInfo else None


@cache
def _archive() -> zipfile.ZipFile:
    path = Path(__file__).with_name("declarations.zip")
    return zipfile.ZipFile(BytesIO(path.read_bytes()))


@cache
def _entries() -> dict[str, str]:
    names = _archive().namelist()
    return {name.removesuffix(".__init__"): name for name in names if "/" not in name}
