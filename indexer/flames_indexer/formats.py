"""The version of everything that is derived and stored: what is of another one is made again.

Whoever changes what such bytes mean, or how they are laid out, makes its number larger.
"""

FACTS_VERSION = 2  # facts.py and its encoding in parse.py
EDGES_VERSION = 27
SKETCH_VERSION = 1  # similarity/sketch.py
TEXTS_VERSION = 3  # the texts that are embedded, in embedding
MODEL_DIGEST = "1a8e699eed4b4d2ec4849ee659700eaa4848413c88b69c0904fdf3955512955a"
"""sha256 of embedding/model.safetensors, by which its vectors are stored."""
