"""A sentence-transformers model as `Embedder`: the `transformers` extra, indexer process only.

The only importer of sentence_transformers and torch, at the first text to encode, because the
import alone takes seconds. Nothing is downloaded and no code of the model's author runs: a model is
a folder on this machine whose weights are safetensors.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flames_indexer.errors import EmbeddingError

_INSTALL = 'install the extra with `pip install "flames-lsp[transformers]"`'
_ELSE = 'or set embedding.model to "static" or "none"'
_WEIGHTS = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
_SAMPLE_BYTES = 65_536  # of each end of a file: its header and its size tell models apart
_BATCH = 64


class _Model(Protocol):
    """What is used of SentenceTransformer."""

    def encode(self, sentences: list[str], **options: object) -> NDArray[np.float32]: ...


class Transformer:
    """Loads its model at the first `encode` or `dim`; until then it is a folder and its digest."""

    def __init__(self, name: str, folder: Path, device: str) -> None:
        self.name = name
        self.fingerprint = _fingerprint(folder)
        self._folder = folder
        self._device = device

    @classmethod
    def load(cls, model: str, device: str) -> "Transformer":
        """`model`: a folder, an installed package that carries one, or a name in the local cache.

        `device` as torch names it; "" or "auto" lets the library choose. EmbeddingError when there
        is no such model on this machine, or its weights are not safetensors.
        """
        if find_spec("sentence_transformers") is None:
            raise EmbeddingError(
                f'embedding.model = "{model}" needs sentence-transformers, which is not installed: '
                f"{_INSTALL}, {_ELSE}."
            )
        folder = _folder(model) or _packaged(model) or _cached(model)
        _refuse_unsafe(model, folder)
        return cls(model, folder, device)

    @property
    def dim(self) -> int:
        """Loads the model."""
        return self.encode(["dimensions"]).shape[1]

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """`float32[n, dim]`, unit rows. Some 20-30 functions per CPU second for a small model."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        rows = self._model.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(rows, np.float32)

    @cached_property
    def _model(self) -> _Model:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        try:
            from sentence_transformers import (  # pyright: ignore[reportMissingImports]: an extra
                SentenceTransformer,
            )

            return SentenceTransformer(
                str(self._folder),
                device=None if self._device in ("", "auto") else self._device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (ImportError, OSError, ValueError, RuntimeError, KeyError) as error:
            raise EmbeddingError(
                f'embedding.model = "{self.name}" could not be loaded from {self._folder}: '
                f"{error}. Check the folder, {_INSTALL}, {_ELSE}."
            ) from error


def _fingerprint(folder: Path) -> str:
    """Of the files' names, sizes and both ends: any other model has another one."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder)}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE_BYTES))
            file.seek(max(0, size - _SAMPLE_BYTES))
            digest.update(file.read(_SAMPLE_BYTES))
    return f"transformer-{digest.hexdigest()}"


def _folder(model: str) -> Path | None:
    path = Path(model).expanduser()
    return path.resolve() if path.is_absolute() and path.is_dir() else None


def _packaged(model: str) -> Path | None:
    """The model folder of an installed package, found without importing the package."""
    module = model.replace("-", "_")
    if not module.isidentifier():
        return None
    spec = find_spec(module)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for folder in (Path(place), Path(place) / "model"):
            if (folder / "modules.json").is_file() or (folder / "config.json").is_file():
                return folder
    return None


def _cached(model: str) -> Path:
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        from huggingface_hub import (  # pyright: ignore[reportMissingImports]: an extra
            snapshot_download,
        )

        return Path(snapshot_download(model, local_files_only=True))
    except (ImportError, OSError, ValueError) as error:
        raise EmbeddingError(
            f'embedding.model = "{model}" is not a folder (absolute path), not an installed '
            f"package that carries a model, and not in this machine's model cache. Nothing is "
            f"downloaded: put the model there, {_ELSE}."
        ) from error


def _refuse_unsafe(model: str, folder: Path) -> None:
    weights = [p for p in folder.rglob("*") if p.suffix in (*_WEIGHTS, ".safetensors")]
    safe = {p.parent for p in weights if p.suffix == ".safetensors"}
    if not safe or any(p.parent not in safe for p in weights):
        raise EmbeddingError(
            f'embedding.model = "{model}": {folder} holds weights that are not safetensors, which '
            f"Flames does not load because they can run code. Convert them, {_ELSE}."
        )
