"""Config: the values in force, as frozen attributes. Made from KEYS by `config_of`.

Plain values all the way down, so that it can be sent to another process.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flames_indexer.config.keys import KEYS, RULES, Value


@dataclass(frozen=True, slots=True)
class Paths:
    """Gitignore patterns, and the size limit of one file."""

    exclude: tuple[str, ...]
    max_file_kb: int
    test: tuple[str, ...]
    generated: tuple[str, ...]
    vendored: tuple[str, ...]
    example: tuple[str, ...]

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_kb * 1024


@dataclass(frozen=True, slots=True)
class RuleConfig:
    """`stage` is off, observe, hint or warning. Thresholds as in KEYS."""

    stage: str
    exclude: tuple[str, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Checks:
    baseline: str  # relative to the root


@dataclass(frozen=True, slots=True)
class Lens:
    callers: bool
    files: bool
    tests: bool
    min_callers: int
    private: bool


@dataclass(frozen=True, slots=True)
class Hover:
    similar: bool
    last_change: bool
    max_callers: int


@dataclass(frozen=True, slots=True)
class Completion:
    existing: bool


@dataclass(frozen=True, slots=True)
class Diagnostics:
    debounce_ms: int
    scope: str  # changed | all
    max_per_file: int


@dataclass(frozen=True, slots=True)
class Cache:
    dir: str  # "": the user's cache folder
    max_mb: int

    @property
    def max_bytes(self) -> int:
        return self.max_mb * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Embedding:
    model: str
    device: str


@dataclass(frozen=True, slots=True)
class Cluster:
    scheduler: str  # "": none


@dataclass(frozen=True, slots=True)
class Tracing:
    enabled: bool
    max_kb: int

    @property
    def max_bytes(self) -> int:
        return self.max_kb * 1024


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. Attributes are named as the keys are."""

    paths: Paths
    rules: Mapping[str, RuleConfig]
    checks: Checks
    lens: Lens
    hover: Hover
    completion: Completion
    diagnostics: Diagnostics
    cache: Cache
    embedding: Embedding
    workers: int
    cluster: Cluster
    trace: Tracing

    @property
    def cache_dir(self) -> Path:
        """Where indexes are kept; may not exist yet."""
        return Path(self.cache.dir).expanduser() if self.cache.dir else default_cache_dir()

    @property
    def trace_path(self) -> Path:
        """The file `trace.Trace` writes."""
        return self.cache_dir / "trace.jsonl"

    @property
    def debounce_s(self) -> float:
        return self.diagnostics.debounce_ms / 1000

    def rule(self, rule: str) -> RuleConfig:
        """The settings of a rule; of one that KEYS does not know: observe, no thresholds."""
        return self.rules.get(rule) or RuleConfig("observe")


def default_cache_dir() -> Path:
    """FLAMES_CACHE_DIR, else the user's cache folder for Flames."""
    named = os.environ.get("FLAMES_CACHE_DIR")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_cache_path("flames", appauthor=False)


SECTIONS: Mapping[str, type] = {
    "paths": Paths,
    "checks": Checks,
    "lens": Lens,
    "hover": Hover,
    "completion": Completion,
    "diagnostics": Diagnostics,
    "cache": Cache,
    "embedding": Embedding,
    "cluster": Cluster,
    "trace": Tracing,
}


def config_of(set_values: Mapping[str, Value]) -> Config:
    """A Config from checked values by dotted name; what is not named keeps its default."""
    values = {key.name: set_values.get(key.name, key.default) for key in KEYS}
    sections = {name: cls(**_under(values, f"{name}.")) for name, cls in SECTIONS.items()}
    rules = {rule.id: _rule_config(_under(values, f"rules.{rule.id}.")) for rule in RULES}
    return Config(workers=values["workers"], rules=rules, **sections)  # pyright: ignore[reportArgumentType] - KEYS and the tree agree: tested


def _under(values: Mapping[str, Value], prefix: str) -> dict[str, Value]:
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }


def _rule_config(values: dict[str, Value]) -> RuleConfig:
    stage, exclude = values.pop("stage"), values.pop("exclude")
    thresholds = {n: v for n, v in values.items() if isinstance(v, int | float)}
    assert isinstance(stage, str)
    assert isinstance(exclude, tuple)
    return RuleConfig(stage, exclude, thresholds)
