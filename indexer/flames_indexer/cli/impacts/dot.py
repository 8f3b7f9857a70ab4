"""The affected part of the graph for Graphviz: `flames impact --format dot | dot -Tsvg`."""

from collections.abc import Iterator

from flames_indexer.cli.impacts import Told
from flames_indexer.impact import Level
from flames_indexer.report import Node, NodeKind, picture

_FILLS = {
    NodeKind.ASKED: ("#ffffff", "#1f2328"),
    NodeKind.CONTRACT: ("#ffd8b5", "#bc4c00"),
    NodeKind.BODY: ("#ddf4ff", "#0969da"),
    NodeKind.BROKEN: ("#ffebe9", "#cf222e"),
    NodeKind.USER: ("#f6f8fa", "#8c959f"),
    NodeKind.TEST: ("#dafbe1", "#1a7f37"),
}
_HEAD = """digraph impact {
  graph [rankdir=LR, ranksep=0.9, nodesep=0.18, fontname="Helvetica", fontsize=11, labeljust=l];
  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11,
        margin="0.12,0.06", height=0.3];
  edge [color="#667585", arrowsize=0.6];"""


def render(told: Told) -> Iterator[str]:
    shown = picture(told.report)
    yield _HEAD
    yield f"  label={_quoted(told.title)}; labelloc=t;"
    by_file: dict[str, list[Node]] = {}
    for node in shown.nodes:
        by_file.setdefault(node.path, []).append(node)
    for at, (path, nodes) in enumerate(by_file.items()):
        yield f"  subgraph cluster_{at} {{ label={_quoted(path)}; color={_quoted('#d0d7de')};"
        yield from (f"    {_box(node)}" for node in nodes)
        yield "  }"
    for use in shown.uses:
        look = [] if use.sure else ["style=dashed"]
        look += ['color="#cf222e"', "penwidth=2"] if use.level is Level.BREAKS else []
        yield f"  {_quoted(use.target)} -> {_quoted(use.source)} [{', '.join(look)}];"
    if shown.left_out:
        yield f"  more [label={_quoted(f'and {shown.left_out:,} more')}, style=dashed];"
    yield "}"


def _box(node: Node) -> str:
    fill, line = _FILLS[node.kind]
    more = f" ({node.members:,})" if node.members > 1 else ""
    look = [
        f"label={_quoted(node.label + more)}",
        f"tooltip={_quoted(node.said or node.name)}",
        f"fillcolor={_quoted(fill)}",
        f"color={_quoted(line)}",
    ]
    return f"{_quoted(node.name)} [{', '.join(look)}];"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
