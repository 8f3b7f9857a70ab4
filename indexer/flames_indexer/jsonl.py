"""Files of JSON lines, as the trace and what the user said are kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast


def objects(file: Path) -> Iterator[dict[str, object]]:
    """The objects of its lines; none of a file that cannot be read. Other lines are passed over:
    the last one may be half written, and another version may have written something else."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            found: object = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield cast("dict[str, object]", found)
