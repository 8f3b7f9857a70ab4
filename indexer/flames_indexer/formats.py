"""The version of everything that is derived and stored: what is of another one is made again.

Whoever changes what such bytes mean, or how they are laid out, makes its number larger.
"""

FACTS_VERSION = 2  # facts.py and its encoding in parse.py
EDGES_VERSION = 36
SKETCH_VERSION = 1  # similarity/sketch.py
TEXTS_VERSION = 4  # the texts that are embedded, in embedding
MODEL_DIGEST = "34109b0b61003af55bed4ec29e8b14912ba6a37762a70f211307763e396a0850"
"""sha256 of embedding/model.safetensors, by which its vectors are stored."""
