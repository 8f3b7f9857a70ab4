"""Vectors -> the file that Flames ships: int8 rows and float16 scales in one safetensors file.

Its header is the model's passport: the pieces, the recipe, the hash of the list of sources, their
licences, and what was measured.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 6_000_000


def export(
    path: Path, vectors: NDArray[np.float32], pieces: Sequence[str], about: Mapping[str, object]
) -> None:
    """The same bytes for the same arguments. Each row is scaled by its own largest value."""
    scales = np.abs(vectors).max(axis=1) / 127 + 1e-12
    rows = np.rint(vectors / scales[:, None]).astype(np.int8).tobytes()
    scaled = scales.astype("<f2").tobytes()
    header = {
        "__metadata__": {
            "pieces": "\n".join(pieces),
            **{key: json.dumps(value, sort_keys=True) for key, value in about.items()},
        },
        "rows": {"dtype": "I8", "shape": list(vectors.shape), "data_offsets": [0, len(rows)]},
        "scales": {
            "dtype": "F16",
            "shape": [len(scales)],
            "data_offsets": [len(rows), len(rows) + len(scaled)],
        },
    }
    told = json.dumps(header, separators=(",", ":")).encode()
    told += b" " * (-len(told) % 8)
    path.write_bytes(struct.pack("<Q", len(told)) + told + rows + scaled)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes, more than {MOST_BYTES:,}")
