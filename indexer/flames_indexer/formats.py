"""The version of everything that is derived and stored: what is of another one is made again.

Whoever changes what such bytes mean, or how they are laid out, makes its number larger.
"""

FACTS_VERSION = 2  # facts.py and its encoding in parse.py
EDGES_VERSION = 16
SKETCH_VERSION = 1  # similarity/sketch.py
TEXTS_VERSION = 3  # the texts that are embedded, in embedding
MODEL_DIGEST = "43a8d1a01aebacf04e03cfa0a4a3d4b6271559abbd73963785f8b8b1dbde5d01"
"""sha256 of embedding/model.safetensors, by which its vectors are stored."""
