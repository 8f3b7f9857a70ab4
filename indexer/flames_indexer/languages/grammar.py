"""A tree-sitter grammar: bytes to trees, node kinds by name, problems of a tree.

The only module that imports tree_sitter; nothing outside the languages and `parse` holds a tree.

Trees are read by recursing over `Node.named_children` and dispatching on `Node.kind_id`. Measured
on django (18 MB, CPU seconds over the 1.3 s of parsing): that visits every node that matters in
.6 s and gives the structure; `QueryCursor.captures()` needs 1.1 s for the same nodes, as a flat
list whose structure is still to be rebuilt; a TreeCursor walk needs .6 s and steps on every comma.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

import tree_sitter

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

# More problems than this say nothing that the first ones did not.
MAX_PROBLEMS: Final = 20


class Grammar:
    """One compiled grammar with its parser.

    Sharing the parser between threads is safe because tree-sitter's binding keeps the GIL while
    it parses bytes.
    """

    def __init__(self, pointer: object, respell: Callable[[bytes], bytes] | None = None) -> None:
        """`pointer` is what a grammar package's `language()` returns; `respell` writes what the
        grammar does not know of its language in another way, without moving anything."""
        self._respell = respell
        self._language = tree_sitter.Language(pointer)
        self._parser = tree_sitter.Parser(self._language)
        self._range_parser = tree_sitter.Parser(self._language)

    def parse(self, source: bytes, old_tree: Tree | None = None) -> Tree:
        """The tree of any bytes at all; `old_tree` must have had its edits applied."""
        tree = self._parser.parse(source, old_tree) if old_tree else self._parser.parse(source)
        if self._respell is not None and tree.root_node.has_error:
            respelt = self._respell(source)
            if respelt != source:
                return self._parser.parse(respelt)
        return tree

    def parse_range(self, source: bytes, start: int, end: int) -> Tree:
        """The tree of one line's part of the source, with the offsets of the whole."""
        self._range_parser.included_ranges = [
            tree_sitter.Range((0, start), (0, end), start, end),
        ]
        return self._range_parser.parse(source)

    def kind(self, name: str) -> int:
        """The `kind_id` that nodes of the named kind have; a KeyError if there is none."""
        kind = self._language.id_for_node_kind(name, True)
        if kind is None:
            raise KeyError(name)
        return kind

    def field(self, name: str) -> int:
        """The id that `Node.child_by_field_id` takes; a KeyError if there is no such field."""
        field = self._language.field_id_for_name(name)
        if field is None:
            raise KeyError(name)
        return field

    @cache  # noqa: B019 - a grammar lives as long as the process
    def _problem_query(self) -> tree_sitter.Query:
        return tree_sitter.Query(self._language, "(ERROR) @error (MISSING) @missing")

    def problems(self, root: Node) -> list[tuple[str, int, int]]:
        """(message, start, end) of what the grammar could not read, in source order, at most
        MAX_PROBLEMS: errors, or syntax that is newer than the grammar."""
        if not root.has_error:
            return []
        captures = tree_sitter.QueryCursor(self._problem_query()).captures(root)
        found = [("not understood", *node.byte_range) for node in captures.get("error", ())]
        found += [
            (f"missing {node.type}", *node.byte_range) for node in captures.get("missing", ())
        ]
        found.sort(key=lambda problem: (problem[1], -problem[2]))
        return found[:MAX_PROBLEMS] or [("not understood", *_innermost_error(root).byte_range)]


def _innermost_error(node: Node) -> Node:
    """Where something is missing that has no node of its own, as the end of a line."""
    inner = next((child for child in node.children if child.has_error), None)
    return node if inner is None else _innermost_error(inner)
