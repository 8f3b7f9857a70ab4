"""Which files belong to an index, and their bytes.

In a git checkout: what git tracks or would track. Elsewhere: a walk that honours `.gitignore`.
Both minus `.flamesignore` (gitignore syntax, root only) and `paths.exclude`. Symbolic links are
never followed, so nothing outside the root is read and no loop is possible; their targets inside
the root are indexed under their own names. What belongs and yet cannot be used is a Skip.

Paths are POSIX, NFC, relative to the root. `disk` is the same name as the file system spells it.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from flames_indexer import git
from flames_indexer.languages import LANGUAGES

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

StatKey = tuple[int, int, int, int]  # size, mtime_ns, ctime_ns, inode
UNTRUSTED: StatKey = (-1, 0, 0, 0)
# git's racy-clean rule: a file this young at the scan may change again without a new stat key.
# File systems keep times in steps of up to 2 s (FAT).
_RACY_NS = 2_000_000_000
# Folders that hold nobody's source here. Tracked files inside them are indexed all the same.
_NEVER_OURS = re.compile(
    r"\.git|\.hg|\.svn|\.tox|\.nox|\.venv|__pycache__|node_modules|bower_components|site-packages"
)
_PYTHON = (".py", ".pyi", ".pyw")
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_COOKIE_BYTES = 400  # two lines of comment; longer ones are read as UTF-8
_UNPARSED = (
    *(
        ".go",
        ".java",
        ".kt",
        ".kts",
        ".rs",
        ".rb",
        ".php",
        ".cs",
        ".c",
        ".h",
        ".cc",
        ".cpp",
        ".hpp",
    ),
    *(".cxx", ".swift", ".scala", ".lua", ".dart", ".zig", ".ex", ".exs", ".erl", ".hs", ".ml"),
    *(".clj", ".jl", ".r", ".pl", ".pm", ".sh", ".bash", ".ps1", ".sql", ".vue", ".svelte"),
    *(".groovy", ".m", ".mm"),
)
_MANIFEST_NAMES = frozenset(["package.json", "pyproject.toml", "setup.cfg", "jsconfig.json"])


class FileEntry(NamedTuple):
    """A regular file as the scan saw it."""

    path: str
    disk: str
    stat: StatKey


class Skip(NamedTuple):
    """A file that belongs but is not indexed; `reason` finishes the sentence `skipped: …`."""

    path: str
    reason: str


@dataclass(slots=True)
class Found:
    """A scan. `manifests` are read by resolving (package.json …) and by roles (.gitattributes)."""

    sources: list[FileEntry] = field(default_factory=list[FileEntry])
    manifests: list[FileEntry] = field(default_factory=list[FileEntry])
    skips: list[Skip] = field(default_factory=list[Skip])


def root_of(folder: Path) -> Path:
    """The index root for an opened folder: its checkout's top, else the folder itself.

    A folder that the checkout around it ignores is its own root. Symbolic links are resolved.
    """
    real = folder.resolve()
    checkout = git.worktree(real)
    if checkout is None or (checkout.top != real and git.ignores(checkout.top, real)):
        return real
    return checkout.top


def find(root: Path, exclude: Sequence[str], max_bytes: int) -> Found:
    """Every file of the index under `root`, sorted by path. Reads names and stats, not contents."""
    suffixes = tuple(s for language in LANGUAGES for s in language.suffixes)
    names = (p for p in _names(root) if p.endswith(suffixes) or is_manifest(p))
    return _taken(root, names, exclude, max_bytes)


def unparsed(root: Path, exclude: Sequence[str], max_bytes: int) -> list[FileEntry]:
    """Source files of languages that Flames does not parse, by the same rules."""
    names = (p for p in _names(root) if p.endswith(_UNPARSED))
    return _taken(root, names, exclude, max_bytes).sources


def _taken(root: Path, names: Iterable[str], exclude: Sequence[str], max_bytes: int) -> Found:
    found, taken = Found(), dict[str, str]()
    real_folder = _real_folders(root)
    excluded = _excluded(root, exclude)
    for disk in names:
        path = normalised(disk)
        if excluded(path) or not real_folder(disk.rpartition("/")[0]):
            continue
        if path not in taken:
            taken[path] = disk
            take(found, root, disk, path, max_bytes)
        elif taken[path] != disk:  # git lists a file in conflict once for each side
            other_form = f"{path} in another Unicode form is beside it"
            found.skips.append(Skip(_escaped(disk), other_form))
    for rows in (found.sources, found.manifests, found.skips):
        rows.sort()
    return found


def read(root: Path, entry: FileEntry) -> tuple[bytes, StatKey] | Skip:
    """A file's bytes and the stat key of what was read; a link put in its place is not followed.

    Python source that names another encoding comes in UTF-8, as editors hold it.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(f"{root}/{entry.disk}", flags), "rb") as file:
            key = stat_key(os.fstat(file.fileno()))
            source = file.read()
            return (in_utf8(source) if entry.path.endswith(_PYTHON) else source), key
    except OSError as error:
        return Skip(entry.path, f"cannot be read: {error.strerror}")


def in_utf8(source: bytes) -> bytes:
    """Python source in UTF-8, whatever encoding its first two lines name (PEP 263).

    Unchanged where they name none, one that nobody knows, or one that it is not in.
    """
    if b"coding" not in source[:_COOKIE_BYTES]:
        return source
    lines = source[:_COOKIE_BYTES].split(b"\n")[:2]
    cookie = next((found for line in lines if (found := _COOKIE.match(line))), None)
    if cookie is None or cookie[1].lower().replace(b"_", b"-") in (b"utf-8", b"utf8"):
        return source
    try:
        return source.decode(cookie[1].decode("ascii")).encode("utf-8")
    except (LookupError, UnicodeError):
        return source


def stat_key(status: os.stat_result) -> StatKey:
    """What must differ when a file's content does, except for very young files."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def trusted(key: StatKey, scanned_ns: int) -> StatKey:
    """`key` if an equal one later proves equal content, else UNTRUSTED: hash the file again."""
    return UNTRUSTED if max(key[1], key[2]) > scanned_ns - _RACY_NS else key


def is_binary(source: bytes) -> bool:
    """git's rule: a NUL byte near the start."""
    return b"\0" in source[:8000]


def is_manifest(path: str) -> bool:
    """Whether a file's content decides how others resolve, or what roles they have."""
    name = path.rpartition("/")[2]
    config = name.startswith(("tsconfig", "jsconfig")) and name.endswith(".json")
    return config or name in _MANIFEST_NAMES or name == ".gitattributes"


def normalised(name: str, flavour: ModuleType = os.path) -> str:
    """A relative name in the form that symbol ids use. `flavour` is posixpath or ntpath."""
    return unicodedata.normalize("NFC", name.replace(flavour.sep, "/"))


def relative(root: str, name: str, flavour: ModuleType = os.path) -> str | None:
    """An absolute `name` as an index path; None outside `root`. Follows the platform's case rules.

    Drive letters and UNC shares compare as Windows compares them; the case of what is below the
    root is kept as given.
    """
    base, whole = flavour.normpath(root), flavour.normpath(name)
    prefix = base if base.endswith(flavour.sep) else base + flavour.sep
    if flavour.normcase(whole[: len(prefix)]) != flavour.normcase(prefix):
        return None
    return normalised(whole[len(prefix) :], flavour)


def take(found: Found, root: Path, disk: str, path: str, max_bytes: int) -> None:
    """Adds the file as it is on disk now, whether or not it belongs; nothing if it is gone."""
    try:
        status = os.lstat(f"{root}/{disk}")
    except OSError:
        return  # tracked but deleted, or gone since it was listed
    if stat.S_ISLNK(status.st_mode):
        if not _stays_inside(root, disk):
            found.skips.append(Skip(path, "a symbolic link out of the repository"))
    elif not stat.S_ISREG(status.st_mode):
        found.skips.append(Skip(path, "not a regular file"))
    elif not _is_text(path):
        found.skips.append(Skip(_escaped(path), "its name is not UTF-8"))
    elif "\n" in path or "\r" in path:
        found.skips.append(Skip(_escaped(path), "its name holds a line break"))
    elif status.st_size > max_bytes:
        size = f"{status.st_size >> 10} KiB, the limit is {max_bytes >> 10}"
        found.skips.append(Skip(path, f"too large ({size} KiB: paths.max_file_kb)"))
    else:
        rows = found.manifests if is_manifest(path) else found.sources
        rows.append(FileEntry(path, disk, stat_key(status)))


def _names(root: Path) -> Iterable[str]:
    checkout = git.worktree(root)
    if checkout is not None and checkout.top == root.resolve():
        tracked, new = git.tracked(checkout.top), git.untracked(checkout.top)
        if tracked is not None and new is not None:
            return [*tracked, *_without_environments(new)]
    return _walk(root, "", ())


def _without_environments(names: Sequence[str]) -> Iterator[str]:
    """Untracked names outside virtual environments and package folders."""
    configs = [n for n in names if n.endswith("pyvenv.cfg")]
    environments = tuple(n.removesuffix("pyvenv.cfg") for n in configs)
    for name in names:
        folders = name.split("/")[:-1]
        if not name.startswith(environments) and not any(map(_NEVER_OURS.fullmatch, folders)):
            yield name


_Rules = tuple[tuple[str, "GitIgnoreSpec"], ...]  # outermost first: folder with slash, patterns


def _walk(root: Path, folder: str, rules: _Rules) -> Iterator[str]:
    """Names under `folder` ("" or with a trailing slash) that no `.gitignore` above them covers."""
    try:
        with os.scandir(f"{root}/{folder}") as entries:
            rows = sorted((e.name, e.is_dir(follow_symlinks=False)) for e in entries)
    except OSError:
        return
    if folder and ("pyvenv.cfg", False) in rows:
        return
    if (".gitignore", False) in rows and (own := _patterns(root, folder + ".gitignore")):
        rules = (*rules, (folder, own))
    for name, is_folder in rows:
        path = folder + name
        if is_folder and not _NEVER_OURS.fullmatch(name) and not _ignored(rules, path + "/"):
            yield from _walk(root, path + "/", rules)
        elif not is_folder and not _ignored(rules, path):
            yield path


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path matches gitignore `patterns`; the last that does decides."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file


def _ignored(rules: _Rules, path: str) -> bool:
    for folder, patterns in reversed(rules):
        verdict = patterns.check_file(path[len(folder) :]).include
        if verdict is not None:
            return verdict
    return False


def _excluded(root: Path, exclude: Sequence[str]) -> Callable[[str], bool]:
    own = _patterns(root, ".flamesignore", exclude)
    return own.match_file if own else lambda path: False


def _patterns(root: Path, name: str, more: Sequence[str] = ()) -> "GitIgnoreSpec | None":
    text = read(root, FileEntry(name, name, UNTRUSTED))
    lines = [] if isinstance(text, Skip) else text[0].decode("utf-8", "replace").splitlines()
    lines += more
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _real_folders(root: Path) -> Callable[[str], bool]:
    """Whether every component of a folder is a real folder, not a symbolic link; memoised."""
    known = {"": True}

    def is_real(folder: str) -> bool:
        if folder not in known:
            try:
                real = stat.S_ISDIR(os.lstat(f"{root}/{folder}").st_mode)
            except OSError:
                real = False
            known[folder] = real and is_real(folder.rpartition("/")[0])
        return known[folder]

    return is_real


def _stays_inside(root: Path, disk: str) -> bool:
    return Path(root, disk).resolve().is_relative_to(root.resolve())


def _escaped(name: str) -> str:
    return ascii(name)[1:-1]


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
