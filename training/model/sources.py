"""What the model is trained on: archives named by registry, name, version and hash.

`sources.tsv` holds them, one a line; the archives are fetched once by the registries' ordinary
clients into a cache and are never part of the repository.
"""

import csv
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

MANIFEST = Path(__file__).with_name("sources.tsv")
HELD_OUT = Path(__file__).with_name("held_out.tsv")
_BATCH = 12  # packages one call of a client is asked for
_WHEELS = (
    *("--no-deps", "--only-binary", ":all:", "--python-version", "3.11", "--implementation", "cp"),
    *("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64"),
    *("--platform", "any"),
)


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One archive, or one commit of a repository (`registry` "git", `digest` its commit)."""

    registry: str  # "pypi", "npm" or "git"
    name: str
    version: str
    file: str
    digest: str  # sha256 of the archive
    licence: str

    def path(self, cache: Path) -> Path:
        """Where the archive is once it is fetched; of a repository, `<repository>/<commit>.git`."""
        if self.registry == "git":
            clones = Path(os.environ.get("FLAMES_REPOS", cache / "git"))
            return clones / self.name.replace("/", "+") / "repo" / f"{self.version}.git"
        return cache / self.registry / self.file


def read(manifest: Path) -> list[Source]:
    """The sources of a manifest, in its order."""
    with manifest.open(newline="") as lines:
        return [Source(**row) for row in csv.DictReader(lines, delimiter="\t")]


def write(manifest: Path, sources: Iterable[Source]) -> None:
    """The manifest of these sources, sorted."""
    with manifest.open("w", newline="") as lines:
        out = csv.writer(lines, delimiter="\t", lineterminator="\n")
        out.writerow(field.name for field in fields(Source))
        out.writerows(astuple(source) for source in sorted(sources))


def digest_of(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_digest(manifest: Path) -> str:
    """What the model's header names its sources by."""
    return digest_of(manifest)


def fetch(sources: Sequence[Source], cache: Path) -> None:
    """Every archive in the cache, its hash verified; SystemExit names those that differ."""
    missing = [source for source in sources if not _is_there(source, cache)]
    for registry, client in (("pypi", _wheels), ("npm", _tarballs), ("git", _clones)):
        wanted = [source for source in missing if source.registry == registry]
        folder = cache / registry
        folder.mkdir(parents=True, exist_ok=True)
        for at in range(0, len(wanted), _BATCH):
            client(wanted[at : at + _BATCH], folder)
    wrong = [source.file for source in sources if not _is_pinned(source, cache)]
    if wrong:
        sys.exit(f"missing, or not the pinned bytes: {', '.join(wrong)}")


def _clones(sources: Sequence[Source], folder: Path) -> None:
    """Only the pinned commit of each."""
    for source in sources:
        bare = folder / source.name.replace("/", "+") / "repo"
        subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
        url = f"https://github.com/{source.name}.git"
        git = ["git", f"--git-dir={bare}", "fetch", "-q", "--depth", "1", url, source.version]
        subprocess.run(git, check=True)


def _is_there(source: Source, cache: Path) -> bool:
    return _is_pinned(source, cache) if source.registry == "git" else source.path(cache).is_file()


def _is_pinned(source: Source, cache: Path) -> bool:
    path = source.path(cache)
    if source.registry == "git":
        git = ["git", f"--git-dir={path.parent}", "cat-file", "-e", f"{source.version}^{{tree}}"]
        return subprocess.run(git, stderr=subprocess.DEVNULL).returncode == 0
    return path.is_file() and digest_of(path) == source.digest


def _wheels(sources: Sequence[Source], folder: Path) -> None:
    wanted = [f"{source.name}=={source.version}" for source in sources]
    pip = [sys.executable, "-m", "pip", "download", "-q", *_WHEELS, "-d", str(folder)]
    subprocess.run([*pip, *wanted], check=True)


def _tarballs(sources: Sequence[Source], folder: Path) -> None:
    wanted = [f"{source.name}@{source.version}" for source in sources]
    subprocess.run(["npm", "pack", "--silent", "--ignore-scripts", *wanted], cwd=folder, check=True)
