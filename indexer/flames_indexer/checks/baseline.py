"""The file of accepted findings: committed with the repository, so that only new ones are reported.

JSON, one entry a line, sorted, so that it merges. Only `fingerprint` is compared; the other fields
are there for whoever reads the file.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from flames_indexer.errors import ConfigError
from flames_indexer.model import Finding

_VERSION = 1


def write_baseline(path: Path, findings: Iterable[Finding]) -> None:
    """Accepts `findings`: the file holds exactly these afterwards."""
    entries = sorted(
        {
            (f.rule, f.span.path, f.fingerprint): {
                "rule": f.rule,
                "path": f.span.path,
                "fingerprint": f.fingerprint,
                "message": f.message,
            }
            for f in findings
        }.items()
    )
    lines = ",\n".join(f"    {json.dumps(entry, ensure_ascii=False)}" for _, entry in entries)
    text = f'{{\n  "version": {_VERSION},\n  "findings": [\n{lines}\n  ]\n}}\n'
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def read_baseline(path: Path) -> frozenset[str]:
    """The accepted fingerprints; none when there is no file. ConfigError when it cannot be used."""
    try:
        found: object = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}. {_REPAIR}") from error
    if not isinstance(found, dict) or cast("dict[str, object]", found).get("version") != _VERSION:
        raise ConfigError(f"{path} is no baseline of version {_VERSION}. {_REPAIR}")
    entries = cast("dict[str, object]", found).get("findings")
    if not isinstance(entries, list):
        raise ConfigError(f"{path} has no list of findings. {_REPAIR}")
    marks = (
        cast("dict[str, object]", entry).get("fingerprint")
        for entry in cast("list[object]", entries)
        if isinstance(entry, dict)
    )
    return frozenset(mark for mark in marks if isinstance(mark, str))


_REPAIR = "Write it anew with `flames check --write-baseline`, or delete it."
