"""What decides, besides the files, what a build writes."""

import hashlib
from typing import TYPE_CHECKING

import flames_indexer
from flames_indexer import formats
from flames_indexer.config import Config
from flames_indexer.languages import LANGUAGES
from flames_indexer.store import Versions

if TYPE_CHECKING:
    from flames_indexer.embedding import Embedder


def versions_of(embedder: "Embedder") -> Versions:
    """The versions of everything that derives or resolves."""
    from flames_indexer.embedding import vectors_version

    return Versions(
        {language.name: f"{formats.FACTS_VERSION}.{language.version}" for language in LANGUAGES},
        str(formats.SKETCH_VERSION),
        vectors_version(embedder),
        str(formats.EDGES_VERSION),
    )


def settings_of(config: Config) -> str:
    """A digest of what may change what is written, without loading what writes it."""
    languages = [(language.name, language.version) for language in LANGUAGES]
    stored = (
        formats.FACTS_VERSION,
        formats.EDGES_VERSION,
        formats.SKETCH_VERSION,
        formats.TEXTS_VERSION,
        formats.MODEL_DIGEST,
    )
    told = (flames_indexer.__version__, stored, languages, config.paths, config.embedding)
    return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()
