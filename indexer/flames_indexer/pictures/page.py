"""One HTML page of the module graph: folders in layers, opened and closed in the browser.

Here the boxes get their layers, folder by folder; where they stand is left to the browser, which
knows the width of its window. The page is one file: it may load and send nothing (its
Content-Security-Policy says so), and names from the repository enter it as JSON only.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from flames_indexer.architecture import Folder, Step, circles, layers, tree
from flames_indexer.pictures.parts import filled, part

UseKind = Literal["import", "types", "use"]  # types: an import that only a type checker follows
_KINDS: tuple[UseKind, ...] = ("import", "types", "use")
_ALONE = -1
_OPEN_BOXES = 40  # shown at first: what is read at a glance and fits a screen


class File(NamedTuple):
    path: str
    lines: int
    role: str


class Use(NamedTuple):
    """One file needs another, at `places`, the first of them on `line`."""

    source: str
    target: str
    kind: UseKind
    places: int
    line: int


@dataclass(frozen=True, slots=True)
class _Box:
    """A folder or a file; `inside` is the number of the folder around it, -1 for the root."""

    path: str
    name: str
    inside: int
    file: File | None


def page(title: str, files: Sequence[File], uses: Sequence[Use]) -> str:
    """The page as a document of its own."""
    content = json.dumps(_content(files, uses), ensure_ascii=False, separators=(",", ":"))
    return filled("page.html", title, part("page.css"), part("page.js"), content)


def _content(files: Sequence[File], uses: Sequence[Use]) -> dict[str, object]:
    boxes: list[_Box] = []
    known = {file.path: file for file in files}
    _add_boxes(boxes, tree(known), -1, known)
    number = {box.path: at for at, box in enumerate(boxes)}
    imports = {(use.source, use.target): use.places for use in uses if use.kind == "import"}
    circle = {path: at for at, ring in enumerate(circles(known, imports)) for path in ring}
    layer = _layers(boxes, number, imports)
    opened = _opened(boxes)
    return {
        "boxes": [
            {
                "path": box.path,
                "name": box.name,
                "inside": box.inside,
                "layer": layer[at],
                **({"open": 1} if at in opened else {}),
                **({"circle": circle[box.path]} if box.path in circle else {}),
                **({"lines": box.file.lines, "role": box.file.role} if box.file else {}),
            }
            for at, box in enumerate(boxes)
        ],
        "uses": [
            [number[use.source], number[use.target], _KINDS.index(use.kind), use.places, use.line]
            for use in uses
        ],
    }


def _add_boxes(boxes: list[_Box], folder: Folder, inside: int, files: Mapping[str, File]) -> None:
    """A folder before what is in it; folders that are one with their only folder keep its name."""
    around = boxes[inside].path if inside >= 0 else ""
    own = len(boxes)
    boxes.append(_Box(folder.path, folder.path[len(around) :].lstrip("/"), inside, None))
    for path in folder.files:
        boxes.append(_Box(path, path.rpartition("/")[2], own, files[path]))
    for inner in folder.folders:
        _add_boxes(boxes, inner, own, files)


def _layers(
    boxes: Sequence[_Box], number: Mapping[str, int], imports: Mapping[Step, int]
) -> list[int]:
    """The layer of each box among those in the same folder; -1: has to do with none of them."""
    needs: dict[int, dict[Step, int]] = {}
    for (source, target), places in imports.items():
        one, other = _side_by_side(boxes, number[source], number[target])
        step = boxes[one].path, boxes[other].path
        steps = needs.setdefault(boxes[one].inside, {})
        steps[step] = steps.get(step, 0) + places
    found = [_ALONE] * len(boxes)
    for steps in needs.values():
        joined = {path for step in steps for path in step}
        for path, layer in layers(joined, steps).of.items():
            found[number[path]] = layer
    return found


def _side_by_side(boxes: Sequence[_Box], one: int, other: int) -> tuple[int, int]:
    """The boxes around two files that stand in the same folder."""
    around = {outer: inner for inner, outer in pairwise(_around(boxes, one))}
    return next(
        (around[outer], inner)
        for inner, outer in pairwise(_around(boxes, other))
        if outer in around
    )


def _around(boxes: Sequence[_Box], at: int) -> Iterator[int]:
    """A box, the folder around it, and so on to the root."""
    while at >= 0:
        yield at
        at = boxes[at].inside


def _opened(boxes: Sequence[_Box]) -> set[int]:
    """The folders that are open at first: the root, then the largest, while boxes are few."""
    size = [0] * len(boxes)
    inside: dict[int, list[int]] = {}
    for at, box in enumerate(boxes):
        inside.setdefault(box.inside, []).append(at)
        if box.file is not None and box.file.role == "source":
            for outer in _around(boxes, at):
                size[outer] += box.file.lines
    opened = {0}
    shown = len(inside.get(0, ()))
    waiting = {at for at in inside.get(0, ()) if boxes[at].file is None}
    while waiting:
        largest = max(waiting, key=lambda at: (size[at], -at))
        waiting.remove(largest)
        shown += len(inside[largest])
        if not size[largest] or (shown > _OPEN_BOXES and len(opened) > 1):
            break
        opened.add(largest)
        waiting |= {at for at in inside[largest] if boxes[at].file is None}
    return opened
