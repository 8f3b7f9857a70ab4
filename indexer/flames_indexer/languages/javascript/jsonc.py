"""JSON with comments and trailing commas, as tsconfig.json is written."""

import json
import re
from typing import Final, TypeAlias, cast

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"

# A string, or what is to go: a comment, a comma before a closing bracket.
_PARTS: Final = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=(?:\s|//[^\n]*\n|/\*.*?\*/)*[}\]])', re.DOTALL
)


def parse_object(data: bytes | None) -> dict[str, Json]:
    """The object that the bytes hold; {} for anything else."""
    if not data:
        return {}
    text = data.decode("utf-8-sig", "replace")
    try:
        value = cast("Json", json.loads(_PARTS.sub(_kept, text), strict=False))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _kept(part: re.Match[str]) -> str:
    return part[0] if part[0].startswith('"') else " "
