"""`flames doctor`: whether this machine has what Flames needs, and what to do where it has not."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

from flames_indexer.cli.invocation import Invocation, common

State = Literal["ok", "note", "problem"]
_LIBRARIES = ("tree-sitter", "pygls", "numpy", "faiss-cpu", "watchfiles", "click", "rich")
_EDITORS = ("code", "codium", "nvim", "hx", "emacs", "subl")
_EXTRAS = {"transformers": "sentence-transformers", "cluster": "distributed"}
_WATCHES_WANTED = 8192  # folders of a large repository; below it a sweep on focus replaces watching
_INOTIFY = Path("/proc/sys/fs/inotify/max_user_watches")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. A *note* costs something; a *problem* stops Flames from working."""

    name: str
    state: State
    detail: str
    advice: str = ""


@click.command("doctor")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@common
def command(invocation: Invocation, form: str) -> int:
    """Check that Flames can work here. Exits 2 when it cannot."""
    from flames_indexer.cli.opened import place_of
    from flames_indexer.cli.output import write_json, write_lines

    place = place_of(invocation)
    found = [*machine(), *cache(place.config.cache_dir), *editors(), *extras()]
    if form == "json":
        write_json({"checks": [asdict(one) for one in found]})
    else:
        write_lines(line for one in found for line in _text(one))
    return 2 if any(one.state == "problem" for one in found) else 0


def machine() -> Iterator[Finding]:
    """Python, Flames itself, the libraries, the grammars, git and the watch limit."""
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < (3, 11)
    yield Finding(
        "python",
        "problem" if old else "ok",
        f"{version} ({sys.executable})",
        "Flames needs 3.11 or newer." if old else "",
    )
    yield _ourselves()
    for library in _LIBRARIES:
        yield _library(library)
    yield from _grammars()
    git = shutil.which("git")
    advice = "Without it the whole folder is walked, and `--changed-since` does not work."
    yield Finding("git", "ok" if git else "note", git or "not found", "" if git else advice)
    yield _watches()


def cache(folder: Path) -> Iterator[Finding]:
    """Whether indexes can be kept, and how large they have become."""
    from tempfile import TemporaryFile

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "Point FLAMES_CACHE_DIR, or cache.dir in the machine's config, elsewhere."
        yield Finding("cache", "problem", f"{folder}: {error.strerror}", advice)
        return
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    free = shutil.disk_usage(folder).free
    low = free < 1 << 30
    detail = f"{folder} ({size / 1e6:,.0f} MB used, {free / 1e9:,.0f} GB free)"
    yield Finding("cache", "note" if low else "ok", detail, "The disk is almost full." * low)


def editors() -> Iterator[Finding]:
    """The editors and the server they start, as found in PATH."""
    found = [path for editor in _EDITORS if (path := shutil.which(editor))]
    yield Finding("editors", "ok", ", ".join(found) or "none in PATH")
    beside = shutil.which("flames-lsp", path=str(Path(sys.executable).parent))
    server = shutil.which("flames-lsp") or beside
    advice = "" if server else "Editors can start `python -I -m flames_lsp` instead."
    yield Finding("server", "ok" if server else "note", server or "flames-lsp not found", advice)


def extras() -> Iterator[Finding]:
    """The optional parts, none of which is needed."""
    for extra, library in _EXTRAS.items():
        version = _version(library)
        advice = "" if version else f"Optional: pip install 'flames-lsp[{extra}]'."
        yield Finding(extra, "ok", f"{library} {version}" if version else "not installed", advice)


def _ourselves() -> Finding:
    from flames_indexer import __version__, facts

    if not facts.__file__.endswith(".py"):
        return Finding("flames", "ok", f"{__version__}, compiled")
    advice = "Installed where there is a C compiler, Flames is compiled and indexes faster."
    return Finding("flames", "ok", f"{__version__}, plain Python", advice)


def _library(name: str) -> Finding:
    version = _version(name)
    if version is None:
        return Finding(name, "problem", "not installed", "Install flames-lsp again.")
    return Finding(name, "ok", version)


def _version(library: str) -> str | None:
    """What is installed, told from its metadata: nothing is imported to find out."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _grammars() -> Iterator[Finding]:
    """Parses one line with each grammar: a wheel for another machine fails here, not in a build."""
    from flames_indexer.languages import LANGUAGES

    for language in LANGUAGES:
        try:
            facts = language.extract(b"\n")
        except (ImportError, OSError, ValueError) as error:
            yield Finding(language.name, "problem", str(error), "Install flames-lsp again.")
        else:
            works = len(facts.definitions) == 1
            state: State = "ok" if works else "problem"
            yield Finding(f"{language.name} grammar", state, "parses" if works else "broken")


def _watches() -> Finding:
    if not _INOTIFY.is_file():
        return Finding("watches", "ok", f"no limit known on {sys.platform}")
    limit = int(_INOTIFY.read_text() or 0)
    low = limit < _WATCHES_WANTED
    advice = "Large repositories are swept when the editor gets focus instead of being watched."
    return Finding("watches", "note" if low else "ok", f"{limit:,} folders", advice if low else "")


def _text(one: Finding) -> Iterator[str]:
    from flames_indexer.cli.output import styled

    mark, colour = {
        "ok": ("ok", "green"),
        "note": ("note", "yellow"),
        "problem": ("PROBLEM", "red"),
    }[one.state]
    yield f"{styled(f'{mark:>8}', fg=colour)}  {one.name:<18} {one.detail}"
    if one.advice:
        yield f"{'':>8}  {'':<18} {one.advice}"
