"""Every setting: its name, type, default, unit and who may set it; and how they are read."""

from flames_indexer.config.keys import KEYS, RULES, STAGES, Key
from flames_indexer.config.load import ConfigWarning, load, machine_file
from flames_indexer.config.tree import Config, RuleConfig, config_of, default_cache_dir

__all__ = [
    "KEYS",
    "RULES",
    "STAGES",
    "Config",
    "ConfigWarning",
    "Key",
    "RuleConfig",
    "config_of",
    "default_cache_dir",
    "load",
    "machine_file",
]
