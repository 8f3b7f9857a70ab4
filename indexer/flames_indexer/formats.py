"""The version of everything that is derived and stored: what is of another one is made again.

Whoever changes what such bytes mean, or how they are laid out, makes its number larger.
"""

FACTS_VERSION = 2  # facts.py and its encoding in parse.py
EDGES_VERSION = 7  # what edges mean, and their encoding in resolve/edges.py
SKETCH_VERSION = 1  # similarity/sketch.py
TEXTS_VERSION = 1  # the texts that are embedded, in embedding
