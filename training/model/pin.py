"""Makes the manifest of what is in a cache: `PYTHONPATH=training python -m model.pin CACHE`.

What is not trained on goes to `refused.tsv` with the reason, for a reader to check.
"""

import json
import os
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from model.functions import functions_of
from model.licences import verdict_of
from model.sources import HELD_OUT, MANIFEST, Source, digest_of, read, write

FEWEST = 25
"""Functions: an archive with fewer teaches little and costs a download."""

# Repositories are named here: what they hold is in no registry that the pipeline reads.
REPOSITORIES = (
    *("prometheus/prometheus", "etcd-io/etcd", "helm/helm", "caddyserver/caddy", "traefik/traefik"),
    *("apache/commons-io", "apache/commons-collections", "apache/commons-text"),
    *("apache/commons-math", "ReactiveX/RxJava", "spring-projects/spring-framework"),
    *("clap-rs/clap", "hyperium/hyper", "actix/actix-web", "diesel-rs/diesel", "rust-lang/cargo"),
    *("grpc/grpc-go", "gohugoio/hugo", "netty/netty", "mockito/mockito", "google/guice"),
    *("apache/zookeeper", "rayon-rs/rayon", "bevyengine/bevy", "rust-lang/regex"),
    *("BurntSushi/ripgrep", "seanmonstar/reqwest", "typeorm/typeorm"),
    *("labstack/echo", "urfave/cli", "gofiber/fiber", "gorilla/mux"),
    *("rust-itertools/itertools", "tower-rs/tower", "crossbeam-rs/crossbeam"),
    *("image-rs/image", "async-rs/async-std", "rust-random/rand"),
    *("nushell/nushell", "FasterXML/jackson-databind", "jhy/jsoup"),
    *("apache/commons-codec", "exercism/python", "exercism/javascript"),
    *("exercism/typescript", "exercism/go", "exercism/java", "exercism/rust"),
)


def main() -> None:
    """Writes `sources.tsv` and `refused.tsv`; prints how many of each there are."""
    cache = Path(sys.argv[1])
    held = {(source.registry, source.name.lower()) for source in read(HELD_OUT)}
    kept: list[Source] = []
    refused: list[str] = []
    for source, path in [*_archives(cache), *_repositories(cache)]:
        verdict = verdict_of(path)
        why = verdict.refused
        if (source.registry, source.name.lower()) in held:
            why = "held out for evaluation"
        elif not why and sum(1 for _ in functions_of(path, source.name)) < FEWEST:
            why = f"fewer than {FEWEST} functions"
        if why:
            said = " ".join(verdict.licence.split())[:80]
            refused.append(f"{source.registry}\t{source.name}\t{source.version}\t{said}\t{why}")
        else:
            registry, name, version = source.registry, source.name, source.version
            kept.append(
                Source(registry, name, version, source.file, source.digest, verdict.licence)
            )
    write(MANIFEST, kept)
    told = "\n".join(["registry\tname\tversion\tlicence\treason", *refused])
    MANIFEST.with_name("refused.tsv").write_text(told + "\n")
    print(f"{len(kept)} kept, {len(refused)} refused")


def _archives(cache: Path) -> Iterator[tuple[Source, Path]]:
    for path in [*sorted(cache.glob("npm/*.tgz")), *sorted(cache.glob("pypi/*.whl"))]:
        name, version = _named(path)
        yield Source(path.parent.name, name, version, path.name, digest_of(path), ""), path


def _repositories(cache: Path) -> Iterator[tuple[Source, Path]]:
    clones = Path(os.environ.get("FLAMES_REPOS", cache / "git"))
    for name in REPOSITORIES:
        bare = clones / name.replace("/", "+") / "repo"
        commit = (bare / "HEAD").read_text().split()[-1]
        if not commit.isalnum():
            commit = _commit_of(bare, commit)
        yield (
            Source("git", name, commit, f"{name}.git", commit, ""),
            bare / f"{commit}.git",
        )


def _commit_of(bare: Path, reference: str) -> str:
    if (bare / reference).is_file():
        return (bare / reference).read_text().strip()
    packed = (bare / "packed-refs").read_text().splitlines()
    return next(line.split()[0] for line in packed if line.endswith(f" {reference}"))


def _named(archive: Path) -> tuple[str, str]:
    if archive.suffix == ".whl":
        name, version, *_ = archive.name.split("-")
        return name, version
    with tarfile.open(archive) as tarball:
        for member in tarball:
            file = tarball.extractfile(member) if member.name.count("/") == 1 else None
            if file is not None and member.name.endswith("/package.json"):
                package = json.load(file)
                return package["name"], package["version"]
    raise SystemExit(f"{archive} holds no package.json")


if __name__ == "__main__":
    main()
