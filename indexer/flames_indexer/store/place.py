"""Where an index is kept: a private folder of the user's, never inside the repository."""

import hashlib
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flames_indexer import git
from flames_indexer.errors import StoreError

STORE_VERSION = 3  # of schema.sql, the records and blocks; another version uses another file

_NETWORK_FILE_SYSTEM = re.compile(
    r"9p|afs|ceph|cifs|fuse\.sshfs|gluster(fs)?|lustre|ncpfs|nfs4?|smb3|smbfs"
)


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one worktree's index. `temporary`: the cache folder cannot be written."""

    folder: Path
    root: str  # the worktree's name in the database
    temporary: bool = False

    @property
    def database(self) -> Path:
        return self.folder / f"v{STORE_VERSION}.sqlite"

    @property
    def lock(self) -> Path:
        return self.folder / f"{_digest(self.root)}.lock"

    @property
    def history(self) -> Path:
        """Where `history` keeps the worktree's commits."""
        return self.folder / f"{_digest(self.root)}.history"


def place_of(root: Path, cache_dir: Path) -> Place:
    """Where the index of `root` is or will be; makes the folders.

    Raises StoreError when the cache folder is not ours alone, or inside the repository.
    """
    root = root.resolve()
    if cache_dir.resolve().is_relative_to(root):
        raise StoreError(
            f"The cache folder {cache_dir} is inside the repository {root}:"
            " set FLAMES_CACHE_DIR to a folder outside."
        )
    checkout = git.worktree(root)
    shared = checkout.common_dir if checkout and checkout.top == root else root
    name = shared.parent.name if shared.name == ".git" else shared.name
    folder = f"{name[:40]}-{_digest(os.path.normcase(shared))}"
    if private_folder(cache_dir) and private_folder(cache_dir / folder):
        return Place(cache_dir / folder, os.path.normcase(root))
    spare = Path(tempfile.gettempdir()) / f"flames-{_user()}"
    if not spare.is_symlink() and private_folder(spare) and private_folder(spare / folder):
        return Place(spare / folder, os.path.normcase(root), temporary=True)
    raise StoreError(f"Neither {cache_dir} nor {spare} can be written: set FLAMES_CACHE_DIR.")


def private_folder(folder: Path) -> bool:
    """Whether `folder` can be written, after making it; raises StoreError when it is not ours."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return False
    if sys.platform != "win32":
        if status.st_uid != os.geteuid():
            raise StoreError(f"{folder} belongs to another user: set FLAMES_CACHE_DIR.")
        if stat.S_IMODE(status.st_mode) & 0o022:
            raise StoreError(
                f"Others can write to {folder}: chmod go-w it, or set FLAMES_CACHE_DIR."
            )
    return os.access(folder, os.W_OK | os.X_OK)


def on_network(folder: Path) -> bool:
    """Whether `folder` is where hosts cannot share memory, which SQLite's WAL needs."""
    if sys.platform == "win32":
        return str(folder.resolve()).startswith("\\\\")
    try:
        mounts = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return False
    return is_network(str(folder.resolve()), mounts)


def is_network(folder: str, mounts: list[str]) -> bool:
    """Whether the mount that holds `folder` is a network's; `mounts` as in /proc/self/mounts."""
    rows = [
        (fields[1].replace("\\040", " "), fields[2])
        for row in mounts
        if len(fields := row.split()) > 2
    ]
    above = [(len(point), kind) for point, kind in rows if _holds(point, folder)]
    return bool(above) and bool(_NETWORK_FILE_SYSTEM.fullmatch(max(above)[1]))


def _holds(point: str, folder: str) -> bool:
    return folder == point or folder.startswith(point.rstrip("/") + "/")


def _user() -> str:
    return str(os.geteuid()) if sys.platform != "win32" else _digest(str(Path.home()))


def _digest(name: str) -> str:
    return hashlib.blake2b(os.fsencode(name), digest_size=8).hexdigest()
