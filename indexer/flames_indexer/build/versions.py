"""What decides, besides the files, what a build writes."""

import hashlib
from typing import TYPE_CHECKING

import flames_indexer
from flames_indexer.config import Config
from flames_indexer.languages import LANGUAGES
from flames_indexer.store import Versions

if TYPE_CHECKING:
    from flames_indexer.embedding import Embedder


def versions_of(embedder: "Embedder") -> Versions:
    """The versions of everything that derives or resolves."""
    from flames_indexer.embedding import TEXTS_VERSION
    from flames_indexer.parse import FACTS_VERSION
    from flames_indexer.resolve import EDGES_VERSION
    from flames_indexer.similarity.sketch import SKETCH_VERSION

    vectors = f"{TEXTS_VERSION}/{embedder.fingerprint}" if embedder.dim else ""
    return Versions(
        {language.name: f"{FACTS_VERSION}.{language.version}" for language in LANGUAGES},
        str(SKETCH_VERSION),
        vectors,
        str(EDGES_VERSION),
    )


def settings_of(config: Config) -> str:
    """A digest of what may change what is written, without loading what writes it."""
    languages = [(language.name, language.version) for language in LANGUAGES]
    told = (flames_indexer.__version__, languages, config.paths, config.embedding)
    return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()
