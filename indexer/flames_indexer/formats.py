"""The version of everything that is derived and stored: what is of another one is made again.

Whoever changes what such bytes mean, or how they are laid out, makes its number larger.
"""

FACTS_VERSION = 2  # facts.py and its encoding in parse.py
EDGES_VERSION = 9
SKETCH_VERSION = 1  # similarity/sketch.py
TEXTS_VERSION = 2  # the texts that are embedded, in embedding
MODEL_DIGEST = "07f81c1327047890aea1f43080ef050830e67d98b638f2b1d6ebd8e6d32cc80b"
"""sha256 of embedding/model.safetensors, by which its vectors are stored."""
