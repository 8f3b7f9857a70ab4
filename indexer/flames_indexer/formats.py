"""The version of everything that is derived and stored: what is of another one is made again.

Whoever changes what such bytes mean, or how they are laid out, makes its number larger.
"""

FACTS_VERSION = 2  # facts.py and its encoding in parse.py
EDGES_VERSION = 28
SKETCH_VERSION = 1  # similarity/sketch.py
TEXTS_VERSION = 3  # the texts that are embedded, in embedding
MODEL_DIGEST = "871dae0436a619d33a827358ed928dc7f043026484ded8010dc50270a36c670a"
"""sha256 of embedding/model.safetensors, by which its vectors are stored."""
