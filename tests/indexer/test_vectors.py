"""Both ways of finding nearest rows answer alike."""

import numpy as np
import pytest
from flames_indexer.vectors import Vectors, pack, unpack


def unit_rows(n: int, dim: int = 32) -> np.ndarray:
    rows = np.random.default_rng(7).normal(size=(n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(params=[10_000, 50], ids=["numpy", "faiss"])
def vectors(request: pytest.FixtureRequest) -> Vectors:
    found = Vectors(32, numpy_limit=request.param)
    found.replace(np.arange(400, dtype=np.int64) * 3, unit_rows(400))
    return found


def test_a_row_is_its_own_nearest(vectors: Vectors) -> None:
    ids, cosines = vectors.nearest(unit_rows(400)[:9], 2)
    assert ids[:, 0].tolist() == [0, 3, 6, 9, 12, 15, 18, 21, 24]
    assert np.allclose(cosines[:, 0], 1, atol=0.01)
    assert (cosines[:, 1] < 0.9).all()


def test_only_rows_among_the_given_are_found(vectors: Vectors) -> None:
    ids, _ = vectors.nearest(unit_rows(400)[:1], 5, among=np.array([300, 600, 999], np.int64))
    assert set(ids[0].tolist()) == {300, 600, 999, -1}
    assert ids[0].tolist()[3:] == [-1, -1]


def test_a_removed_row_is_not_found(vectors: Vectors) -> None:
    vectors.remove(np.array([0, 12345], np.int64))
    ids, _ = vectors.nearest(unit_rows(400)[:1], 3)
    assert 0 not in ids[0]
    assert len(vectors) == 399


def test_a_replaced_row_is_found_at_its_new_place(vectors: Vectors) -> None:
    new = -unit_rows(400)[:1]
    vectors.replace(np.array([0], np.int64), new)
    ids, cosines = vectors.nearest(new, 1)
    assert ids[0, 0] == 0
    assert cosines[0, 0] == pytest.approx(1, abs=0.01)
    assert len(vectors) == 400


def test_no_rows_and_no_candidates_find_nothing() -> None:
    ids, cosines = Vectors(32).nearest(unit_rows(2), 3)
    assert ids.tolist() == [[-1] * 3] * 2
    assert (cosines == -1).all()


def test_packed_rows_keep_their_direction() -> None:
    rows = np.concatenate([unit_rows(50), np.zeros((1, 32), np.float32)])
    again = unpack(pack(rows))
    assert pack(rows).dtype == np.int8
    assert ((again * rows).sum(axis=1)[:50] > 0.999).all()
    assert (again[50] == 0).all()


def test_cosines_of_known_rows_are_given_in_their_order(vectors: Vectors) -> None:
    rows = unit_rows(400)
    found = vectors.cosines(rows[5], np.array([15, 0, 1197], np.int64))
    assert np.allclose(found, rows[[5, 0, 399]] @ rows[5], atol=0.02)
    assert Vectors(32).cosines(rows[5], np.array([3], np.int64)).tolist() == [0]
