"""Every exception Flames raises on purpose.

    FlamesError                 what was expected, what came, what to do
    ├── ConfigError             a key or value in a configuration file or option
    ├── TargetError             a TARGET that names no symbol, or several
    ├── StoreError              the cache cannot be used
    │   ├── StoreBusy           another process is building this worktree
    │   └── StoreDamaged        a stored file is damaged, foreign or from another version
    ├── EmptyIndexError         parseable files, yet no symbols
    ├── EmbeddingError          the configured model cannot be loaded
    └── Cancelled               the user asked the work to stop

Bad source, missing files and half-written caches are values, not exceptions.
"""


class FlamesError(Exception):
    """Base of all of them; `str()` is a sentence for the user that says what to do."""


class ConfigError(FlamesError):
    """A key or a value that cannot be used."""


class TargetError(FlamesError):
    """A TARGET that names no symbol, or more than one."""


class StoreError(FlamesError):
    """The cache cannot be used."""


class StoreBusy(StoreError):
    """Another living process is building this worktree."""


class StoreDamaged(StoreError):
    """A stored file is damaged, foreign or written by another version."""


class EmptyIndexError(FlamesError):
    """The repository has parseable files and the index has no symbols."""


class EmbeddingError(FlamesError):
    """The configured embedding model cannot be loaded."""


class Cancelled(FlamesError):
    """The user asked the work to stop; nothing was lost."""
