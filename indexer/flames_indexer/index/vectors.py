"""Vectors of all functions of a worktree, as searched."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flames_indexer.embedding.terms import Terms, joined
from flames_indexer.store.blocks import decode_vectors


class VectorTable(NamedTuple):
    """Row i is definition `rows[i]` of file `paths[i]`, in order of path and definition."""

    paths: list[str]
    rows: NDArray[np.int32]
    matrix: NDArray[np.int8]  # [n, dim], as `vectors.pack` makes them
    terms: Terms  # of the same texts


def vector_table(stored: Iterable[tuple[str, bytes]]) -> VectorTable | None:
    """All vectors, from each path's; None when there are none."""
    paths: list[str] = []
    rows: list[NDArray[np.int32]] = []
    blocks: list[NDArray[np.int8]] = []
    terms: list[Terms] = []
    for path, one in stored:
        own_rows, matrix, own_terms = decode_vectors(one)
        if len(own_rows):
            paths += [path] * len(own_rows)
            rows.append(own_rows)
            blocks.append(matrix)
            terms.append(own_terms)
    if not rows:
        return None
    return VectorTable(paths, np.concatenate(rows), np.concatenate(blocks), joined(terms))
