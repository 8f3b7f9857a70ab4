"""Nearest rows by cosine, restricted to a set of rows. The only importer of faiss.

Below `NUMPY_LIMIT` rows one matrix product answers in about a millisecond and faiss is never
loaded; above, faiss holds the rows as 8-bit scalars (recall .99, a quarter of the memory).
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

NUMPY_LIMIT = 20_000
"""Rows: 20 MB of float32 at 256 dimensions, 1-2 ms a query. Faiss costs 0.1 s to import."""

Ids = NDArray[np.int64]
Rows = NDArray[np.float32]
Found = tuple[Ids, Rows]


def pack(rows: Rows) -> NDArray[np.int8]:
    """Unit rows as `int8[n, dim]`, each scaled by its own largest value; cosines keep 2 digits."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    return np.rint(rows * (127 / np.where(largest == 0, 1, largest))).astype(np.int8)


def no_rows(count: int) -> NDArray[np.int8]:
    """As many packed rows, of no dimensions."""
    return np.zeros((count, 0), np.int8)


def unpack(packed: NDArray[np.int8]) -> Rows:
    """What `pack` was given, near enough: unit rows (the scale is what makes them unit)."""
    rows = packed.astype(np.float32)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(length, np.float32(1))


class Vectors:
    """A mutable set of rows under caller's ids. One thread changes it at a time."""

    def __init__(self, dim: int, *, numpy_limit: int = NUMPY_LIMIT) -> None:
        self._dim = dim
        self._limit = numpy_limit
        self._rows: _Rows = _Dense(dim)

    def __len__(self) -> int:
        return len(self._rows)

    def replace(self, ids: Ids, rows: Rows) -> None:
        """Adds the rows; those of the same ids go. `float32[n, dim]`, unit."""
        self.remove(ids)
        if isinstance(self._rows, _Dense) and len(self) + len(ids) > self._limit:
            dense = self._rows
            self._rows = _Faiss(self._dim, np.concatenate([dense.rows, rows]))
            self._rows.add(dense.ids, dense.rows)
        self._rows.add(ids, rows)

    def remove(self, ids: Ids) -> None:
        """Unknown ids are no error."""
        if len(ids) and len(self):
            self._rows.remove(ids)

    def cosines(self, query: Rows, ids: Ids) -> Rows:
        """Those of known ids, `float32[len(ids)]`; 0 for all of them where there are no rows."""
        if not len(self) or not len(ids):
            return np.zeros(len(ids), np.float32)
        return self._rows.cosines(query, ids)

    def nearest(self, queries: Rows, limit: int, among: Ids | None = None) -> Found:
        """(`int64[q, limit]` ids, `float32[q, limit]` cosines), best first; -1 where there is none.

        `among`: answer only from these ids. Ties are in id order.
        """
        if not len(self) or not limit or (among is not None and not len(among)):
            nothing = np.full((len(queries), limit), -1, np.int64)
            return nothing, np.full(nothing.shape, -1, np.float32)
        return self._rows.nearest(np.ascontiguousarray(queries, np.float32), limit, among)


class _Rows(Protocol):
    def __len__(self) -> int: ...
    def cosines(self, query: Rows, ids: Ids) -> Rows: ...
    def add(self, ids: Ids, rows: Rows) -> None: ...
    def remove(self, ids: Ids) -> None: ...
    def nearest(self, queries: Rows, limit: int, among: Ids | None) -> Found: ...


class _Dense:
    """Sorted by id, so that ties break by id."""

    def __init__(self, dim: int) -> None:
        self.ids: Ids = np.zeros(0, np.int64)
        self.rows: Rows = np.zeros((0, dim), np.float32)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, ids: Ids, rows: Rows) -> None:
        all_ids = np.concatenate([self.ids, ids])
        order = np.argsort(all_ids, kind="stable")
        self.ids = all_ids[order]
        self.rows = np.concatenate([self.rows, rows])[order]

    def remove(self, ids: Ids) -> None:
        keep = ~np.isin(self.ids, ids)
        self.ids, self.rows = self.ids[keep], self.rows[keep]

    def cosines(self, query: Rows, ids: Ids) -> Rows:
        return self.rows[np.searchsorted(self.ids, ids)] @ query

    def nearest(self, queries: Rows, limit: int, among: Ids | None) -> Found:
        ids, rows = self.ids, self.rows
        if among is not None:
            keep = np.isin(ids, among)
            ids, rows = ids[keep], rows[keep]
        return nearest_of(queries @ rows.T, ids, limit)


class _Faiss:
    """`sample` is what the 8-bit scalars are fitted to: the rows there are when numpy gives up."""

    def __init__(self, dim: int, sample: Rows) -> None:
        import faiss

        self._faiss: Any = faiss
        faiss.omp_set_num_threads(1)
        quantizer = faiss.ScalarQuantizer.QT_8bit
        flat: Any = faiss.IndexScalarQuantizer(dim, quantizer, faiss.METRIC_INNER_PRODUCT)
        flat.train(sample)
        self._flat = flat  # the map below does not own it
        self._index: Any = faiss.IndexIDMap2(flat)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: Ids, rows: Rows) -> None:
        self._index.add_with_ids(np.ascontiguousarray(rows, np.float32), ids)

    def remove(self, ids: Ids) -> None:
        self._index.remove_ids(self._faiss.IDSelectorBatch(np.ascontiguousarray(ids)))

    def cosines(self, query: Rows, ids: Ids) -> Rows:
        wanted = np.ascontiguousarray(ids, np.int64)
        return np.stack([self._index.reconstruct(int(number)) for number in wanted]) @ query

    def nearest(self, queries: Rows, limit: int, among: Ids | None) -> Found:
        chosen = None
        if among is not None:
            selector = self._faiss.IDSelectorBatch(np.ascontiguousarray(among))
            chosen = self._faiss.SearchParameters(sel=selector)
        cosines, ids = self._index.search(queries, min(limit, len(self)), params=chosen)
        cosines = np.where(ids < 0, -1, cosines).astype(np.float32)
        order = np.lexsort((ids, -cosines), axis=1)
        return _padded(
            np.take_along_axis(ids, order, axis=1),
            np.take_along_axis(cosines, order, axis=1),
            limit,
        )


def nearest_of(cosines: Rows, ids: Ids, limit: int) -> Found:
    """`Vectors.nearest` of ids whose cosines with each query are known."""
    most = min(limit, len(ids))
    best = np.stack([_best(row, most) for row in cosines])
    return _padded(ids[best], np.take_along_axis(cosines, best, axis=1), limit)


def _best(cosines: Rows, most: int) -> Ids:
    """Places of the largest, ties in order, without sorting the rest."""
    if not most:
        return np.zeros(0, np.int64)
    least = np.partition(cosines, len(cosines) - most)[len(cosines) - most]
    near = np.flatnonzero(cosines >= least)
    return near[np.argsort(-cosines[near], kind="stable")[:most]]


def _padded(ids: Ids, cosines: Rows, limit: int) -> Found:
    missing = ((0, 0), (0, limit - ids.shape[1]))
    return np.pad(ids, missing, constant_values=-1), np.pad(cosines, missing, constant_values=-1)
