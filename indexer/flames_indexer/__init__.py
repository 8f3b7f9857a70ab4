"""Flames' knowledge of a repository: facts, graph, similarity and checks. Knows nothing of LSP."""

# pathlib imports a dozen modules, from wherever the path says:
# ruff: noqa: PTH100, PTH109, PTH112, PTH118, PTH120

import os
import sys

__version__ = "0.1.0"


def compute_in_one_thread() -> None:
    """Keeps numpy, not yet imported, from starting threads: on matrices as small as ours they spin,
    for ten times the CPU of the work. What the user says in the environment stays."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def trust_installed_code_only() -> None:
    """Takes the working directory and PYTHONPATH off the import path, as `-I` does.

    Flames is run inside repositories, and many have a `json.py` or a `click.py` somewhere that is
    on PYTHONPATH. Unlike `-I` this keeps the user's site-packages, where `pip install --user` puts
    us, and any folder that our own packages come from, which moves to the end.
    """
    if sys.flags.isolated:
        return
    named = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    doubtful = {os.path.abspath(folder) for folder in named}
    if sys.path and os.path.abspath(sys.path[0]) == os.getcwd():
        doubtful.add(os.getcwd())
    trusted = [p for p in sys.path if p and os.path.abspath(p) not in doubtful]
    ours = [p for p in sorted(doubtful) if os.path.isdir(os.path.join(p, "flames_indexer"))]
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if not ours:
        os.environ.pop("PYTHONPATH", None)  # for the processes we start
    sys.path[:] = list(dict.fromkeys([*trusted, *ours, here]))
