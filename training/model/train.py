"""Pairs -> vectors of pieces. Plain torch, one thread, a fixed number of steps.

Both sides of a pair are sums of their pieces' vectors, weighed as the encoder weighs them, made
unit length; a batch's other right sides are what a left side must not be near (symmetric InfoNCE:
van den Oord et al. 2018, Radford et al. 2021). Pairs of one package and kind stand together in a
batch, so that most of what must be told apart is of one project.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from flames_indexer.embedding.terms import WEIGHTS
from numpy.typing import NDArray
from torch.nn import functional

from model.pairs import Bags, Kind, Pairs

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Stands in the model's header. Measured: batch and epochs matter little, packages much."""

    dim: int = 256
    vocabulary: int = 20_000
    epochs: int = 2
    batch: int = 2_048
    group: int = 32  # pairs of one package and kind that stand together
    rate: float = 0.01  # Adam's, after 50 steps of warming up, falling to 0
    temperature: float = 0.05
    dropout: float = 0.1  # of pieces, the main regulariser of a bag
    scale: float = 0.1  # of the first vectors, times the root of idf
    seed: int = 0


class Side:
    """One side of all pairs as flat arrays."""

    def __init__(self, bags: Bags) -> None:
        self._ids = np.frombuffer(bags.ids, np.uint16)
        self._counts = np.frombuffer(bags.counts, np.uint8)
        ends = np.frombuffer(bags.ends, np.int64)
        self._starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        self._lengths = ends - self._starts

    def batch(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """(pieces, offset of each bag, weight of each piece)."""
        lengths = self._lengths[rows]
        offsets = np.cumsum(lengths) - lengths
        place = np.repeat(self._starts[rows] - offsets, lengths) + np.arange(lengths.sum())
        return self._ids[place].astype(np.int64), offsets, WEIGHTS[self._counts[place]]


def train(pairs: Pairs, frequencies: NDArray[np.int64], functions: int, recipe: Recipe) -> Floats:
    """`float32[pieces, dim]`; the same for the same input on the same kind of processor."""
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    torch.use_deterministic_algorithms(True)
    idf = np.log(1 + functions / (1 + frequencies)).astype(np.float32)
    bag = torch.nn.EmbeddingBag(len(frequencies), recipe.dim, mode="sum")
    with torch.no_grad():
        weight = torch.from_numpy((idf / idf.mean()) ** 0.5)[:, None] * recipe.scale
        bag.weight.copy_(torch.randn(len(frequencies), recipe.dim) * weight)
    optimizer = torch.optim.Adam(bag.parameters(), lr=recipe.rate, betas=(0.9, 0.99))
    left, right = Side(pairs.left), Side(pairs.right)
    chance = np.random.default_rng(recipe.seed)
    steps = recipe.epochs * (len(pairs.kinds) // recipe.batch)
    expected = torch.arange(recipe.batch)
    total = 0.0
    for step, rows in enumerate(_batches(pairs, recipe, chance)):
        rate = recipe.rate * min(1, (step + 1) / 50) * (1 - step / steps)
        for group in optimizer.param_groups:
            group["lr"] = rate + 1e-5
        a, b = (_encoded(bag, side, rows, recipe) for side in (left, right))
        likeness = a @ b.T / recipe.temperature
        loss = functional.cross_entropy(likeness, expected)
        loss = loss + functional.cross_entropy(likeness.T, expected)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total = 0.98 * total + 0.02 * float(loss.detach())
        if step % 100 == 99:
            print(
                f"step {step + 1} of {steps}, loss {total / (1 - 0.98 ** (step + 1)):.3f}",
                flush=True,
            )
    return bag.weight.detach().numpy()


def _encoded(
    bag: torch.nn.EmbeddingBag, side: Side, rows: NDArray[np.int64], recipe: Recipe
) -> torch.Tensor:
    pieces, offsets, weights = (torch.from_numpy(part) for part in side.batch(rows))
    kept = weights * (torch.rand_like(weights) > recipe.dropout)
    return functional.normalize(bag(pieces, offsets, per_sample_weights=kept), dim=1)


def _batches(
    pairs: Pairs, recipe: Recipe, chance: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    group_of = np.frombuffer(pairs.packages, np.uint16).astype(np.int64) * len(Kind)
    group_of = group_of + np.frombuffer(pairs.kinds, np.uint8)
    per_epoch = len(group_of) // recipe.batch
    for _ in range(recipe.epochs):
        order = chance.permutation(len(group_of))
        order = order[np.argsort(group_of[order], kind="stable")]
        starts = np.arange(math.ceil(len(order) / recipe.group)) * recipe.group
        chance.shuffle(starts)
        flat = np.concatenate([order[at : at + recipe.group] for at in starts])
        for at in range(per_epoch):
            yield flat[at * recipe.batch : (at + 1) * recipe.batch]
