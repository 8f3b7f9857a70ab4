"""The affected part of the graph as Mermaid: what changed on the left, who depends on it to the
right, a box for each file."""

from collections.abc import Iterator

from flames_indexer.cli.impacts import Told
from flames_indexer.impact import Level
from flames_indexer.report import Node, NodeKind, Picture, picture

_CLASSES = {
    NodeKind.ASKED: "fill:#ffffff,stroke:#1f2328,color:#1f2328,stroke-width:2px",
    NodeKind.CONTRACT: "fill:#ffd8b5,stroke:#bc4c00,color:#1f2328,stroke-width:2px",
    NodeKind.BODY: "fill:#ddf4ff,stroke:#0969da,color:#1f2328,stroke-width:2px",
    NodeKind.BROKEN: "fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-width:2px",
    NodeKind.USER: "fill:#f6f8fa,stroke:#8c959f,color:#1f2328",
    NodeKind.TEST: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
}
_MOST = 40  # in a pull request's width


def render(told: Told) -> Iterator[str]:
    return diagram(picture(told.report, _MOST))


def diagram(shown: Picture) -> Iterator[str]:
    """The lines of the flowchart. An arrow goes from what is used to who uses it, as a change
    does; red ones break."""
    yield "flowchart LR"
    number = {node.name: f"n{at}" for at, node in enumerate(shown.nodes)}
    by_file: dict[str, list[Node]] = {}
    for node in shown.nodes:
        by_file.setdefault(node.path, []).append(node)
    for at, (path, nodes) in enumerate(by_file.items()):
        alone = [node for node in nodes if node.label == node.name]
        yield from (f"  {_box(number[node.name], node)}" for node in alone)
        inside = [node for node in nodes if node not in alone]
        if inside:
            yield f'  subgraph f{at}["{_plain(path)}"]'
            yield from (f"    {_box(number[node.name], node)}" for node in inside)
            yield "  end"
    red: list[str] = []
    for at, use in enumerate(shown.uses):
        arrow = "-->" if use.sure else "-.->"
        yield f"  {number[use.target]} {arrow} {number[use.source]}"
        if use.level is Level.BREAKS:
            red.append(str(at))
    if shown.left_out:
        yield f'  more["and {shown.left_out:,} more"]'
    yield from (f"  classDef {kind.value} {look}" for kind, look in _CLASSES.items())
    if red:
        yield f"  linkStyle {','.join(red)} stroke:#cf222e,stroke-width:2px"


def _box(number: str, node: Node) -> str:
    more = f" ({node.members:,})" if node.members > 1 else ""
    return f'{number}["{_plain(node.label)}{more}"]:::{node.kind.value}'


def _plain(text: str) -> str:
    safe = " ".join(text.split()).replace("&", "&amp;").replace('"', "&quot;")
    return safe.replace("<", "&lt;").replace(">", "&gt;")
