"""One HTML page of what a change reaches: columns by distance, a card for each file in them.

Like the page of the module graph it is one file that may load and send nothing, and names from
the repository enter it as JSON only.
"""

import json
from collections.abc import Callable, Sequence

from flames_indexer.impact import Level
from flames_indexer.model import Span
from flames_indexer.pictures.parts import filled, part
from flames_indexer.report import Node, Picture

_LEVELS = {Level.BREAKS: "breaks", Level.MAY_BREAK: "perhaps", Level.UNKNOWN: "", None: ""}


def affected_page(
    title: str,
    summary: str,
    picture: Picture,
    line_of: Callable[[Span], int],
    not_covered: Sequence[str],
) -> str:
    """The page as a document of its own. `line_of` gives the 1-based line of a place, or 0."""
    number = {node.name: at for at, node in enumerate(picture.nodes)}
    content = {
        "summary": summary,
        "nodes": [_node(node, line_of) for node in picture.nodes],
        "uses": [
            [number[use.source], number[use.target], _LEVELS[use.level], use.sure]
            for use in picture.uses
        ],
        "leftOut": picture.left_out,
        "notCovered": list(not_covered),
    }
    css = part("page.css") + part("affected.css")
    return filled("affected.html", title, css, part("affected.js"), json.dumps(content))


def _node(node: Node, line_of: Callable[[Span], int]) -> dict[str, object]:
    place = ""
    if node.place is not None:
        line = line_of(node.place)
        place = f"{node.place.path}:{line}" if line else node.place.path
    return {
        "name": node.name,
        "path": node.path,
        "label": node.label,
        "kind": node.kind.value,
        "depth": node.depth,
        "members": node.members,
        "said": node.said,
        "place": place,
    }
