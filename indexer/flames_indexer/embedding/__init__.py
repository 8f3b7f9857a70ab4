"""Text -> unit vectors. Knows no repository: what a function's text is, and who encodes it.

The encoders are interchangeable behind `Embedder`; stored vectors are keyed by the encoder's
fingerprint, so changing the model never mixes spaces. Heavy libraries load in `transformer` only,
and only in the process that indexes.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flames_indexer import formats
from flames_indexer.config import Config
from flames_indexer.embedding.static import StaticModel


class Embedder(Protocol):
    """Encodes texts. Equal fingerprints mean equal vectors for equal texts."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dim(self) -> int: ...
    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """`float32[n, dim]`, unit rows; a text without any word is a row of zeros."""
        ...


class NoEmbedder:
    """`embedding.model = "none"`: vectors of no dimensions."""

    name = "none"
    fingerprint = "none"
    dim = 0

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """`float32[n, 0]`."""
        return np.zeros((len(texts), 0), np.float32)


def load(config: Config) -> Embedder:
    """The encoder the machine's configuration names; EmbeddingError says why there is none."""
    match config.embedding.model:
        case "none":
            return NoEmbedder()
        case "static":
            return StaticModel()
        case model:
            from flames_indexer.embedding.transformer import Transformer

            return Transformer.load(model, config.embedding.device)


def vectors_version(embedder: Embedder) -> str:
    """What vectors and terms are stored under."""
    return f"{formats.TEXTS_VERSION}/{embedder.fingerprint}"
