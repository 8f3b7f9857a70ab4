"""However a repository came to its state, the index is the one that a build from nothing gives.

Generated repositories of Python and TypeScript modules that import each other in circles, re-export,
inherit and call, changed in every way an editor or git changes them.
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from flames_indexer.build import Kept, build, turns
from flames_indexer.checks import run_checks
from flames_indexer.config import Config, config_of
from flames_indexer.errors import Cancelled
from flames_indexer.index import Index, Snapshot
from flames_indexer.search import search
from flames_indexer.store import Database, place_of
from flames_indexer.trace import Trace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FUNCTIONS = ("alpha", "beta", "gamma")
CLASSES = ("Ant", "Bee", "Cat")
METHODS = ("run", "stop", "load", "alpha")

names = st.sampled_from((*FUNCTIONS, *CLASSES))
functions = st.sampled_from(FUNCTIONS)
classes = st.sampled_from(CLASSES)
methods = st.sampled_from(METHODS)
modules = st.integers(0, 11)
numbers = st.integers(0, 3)


@dataclass(frozen=True)
class Language:
    """How statements of the generated modules are written."""

    suffix: str
    statements: tuple[Callable[..., str], ...]

    def name(self, number: int) -> str:
        folder = ("", "pkg/", "pkg/sub/")[number % 3]
        index = {".py": "__init__", ".ts": "index"}[self.suffix]
        return f"{folder}{index if 2 < number < 6 and folder else f'm{number}'}{self.suffix}"


def python_module(number: int) -> str:
    path = PYTHON.name(number).removesuffix(".py").removesuffix("/__init__")
    return path.replace("/", ".")


def script_module(number: int) -> str:
    return "@/" + SCRIPT.name(number).removesuffix(".ts").removesuffix("/index")


PYTHON = Language(
    ".py",
    (
        lambda d: f"from {python_module(d(modules))} import {d(names)}",
        lambda d: f"from {python_module(d(modules))} import {d(names)} as {d(names)}",
        lambda d: f"from {python_module(d(modules))} import *",
        lambda d: f"import {python_module(d(modules))} as {d(functions)}",
        lambda d: f"__all__ = ['{d(names)}', '{d(names)}']",
        lambda d: (
            f"def {d(functions)}(x, y={d(numbers)}):\n    return {d(names)}(x).{d(methods)}()"
        ),
        lambda d: f"def {d(functions)}(x: {d(classes)}) -> {d(classes)}:\n    x.{d(methods)}()",
        lambda d: (
            f"def {d(functions)}(x):\n    x.{d(methods)}()\n    return {d(names)}({d(names)}())"
        ),
        lambda d: f"{d(functions)} = {d(names)}({d(numbers)})",
        lambda d: f"{d(functions)}({d(names)}())",
        lambda d: (
            f"class {d(classes)}({d(classes)}):\n"
            f"    def {d(methods)}(self):\n        self.it = {d(names)}()\n"
            f"        return self.it.{d(methods)}()\n"
            f"    def {d(methods)}(self, a):\n        return self.{d(methods)}()"
        ),
        lambda d: f"class {d(classes)}:\n    def {d(methods)}(self):\n        return {d(names)}()",
        lambda d: f"@{d(names)}\ndef {d(functions)}():\n    yield {d(names)}.{d(methods)}",
    ),
)
SCRIPT = Language(
    ".ts",
    (
        lambda d: f"import {{ {d(names)} }} from '{script_module(d(modules))}';",
        lambda d: f"import * as {d(functions)} from '{script_module(d(modules))}';",
        lambda d: f"export * from '{script_module(d(modules))}';",
        lambda d: f"export {{ {d(names)} as {d(names)} }} from '{script_module(d(modules))}';",
        lambda d: f"export default {d(names)};",
        lambda d: f"import {d(names)} from '{script_module(d(modules))}';",
        lambda d: f"export function {d(functions)}(x: {d(classes)}) {{ return x.{d(methods)}(); }}",
        lambda d: f"export const {d(functions)} = (x) => {d(names)}(x).{d(methods)}();",
        lambda d: (
            f"export class {d(classes)} extends {d(classes)} {{\n"
            f"  it = new {d(classes)}();\n"
            f"  {d(methods)}() {{ return this.it.{d(methods)}(); }}\n}}"
        ),
        lambda d: f"{d(names)}({d(numbers)}).{d(methods)}();",
        lambda d: (
            f"export interface {d(classes)} extends Partial<{d(classes)}> {{\n"
            f"  {d(methods)}(x: {d(classes)}): {d(classes)};\n"
            f"  it: typeof {d(names)};\n  [name: string]: {d(classes)};\n}}"
        ),
        lambda d: (
            f"export type {d(classes)} = {{ {d(methods)}: {d(classes)}['{d(methods)}'] }}"
            f" & {d(classes)};"
        ),
        lambda d: f"export const {d(functions)}: typeof {d(names)} = {d(names)};",
        lambda d: f"export function {d(functions)}(x, y) {{ x.{d(methods)}(); return y; }}",
        lambda d: f"{d(names)}({d(names)}, new {d(classes)}()).it.{d(methods)}();",
        lambda d: f"Object.assign({d(names)}, {d(names)});",
        lambda d: f"const {d(functions)} = require('{script_module(d(modules))}');",
        lambda d: f"module.exports = {{ {d(names)}, {d(methods)}: {d(names)} }};",
    ),
)


@st.composite
def module(draw, language: Language) -> str:
    """The text of a module."""
    kinds = draw(st.lists(st.integers(0, len(language.statements) - 1), max_size=6))
    return "\n".join(language.statements[kind](draw) for kind in kinds) + "\n"


@st.composite
def a_file(draw) -> tuple[str, str]:
    """A path and its text."""
    language = draw(st.sampled_from((PYTHON, PYTHON, SCRIPT)))
    return language.name(draw(modules)), draw(module(language))


State = dict[str, str]
TSCONFIGS = (
    '{"compilerOptions": {"paths": {"@/*": ["./pkg/*", "./*"]}}}\n',
    '{"extends": "./base.json", "compilerOptions": {}}\n',
    "{}\n",
)
TSCONFIG = '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./*"]}}}\n'


@st.composite
def states(draw) -> list[State]:
    """The first state of a repository, and how it went on."""
    state: State = dict(draw(st.lists(a_file(), min_size=10, max_size=36)))
    state["tsconfig.json"] = TSCONFIG
    history = [state]
    for operation in draw(st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=5)):
        history.append(operation(draw, history))
    return history


def edited(draw, history: list[State]) -> State:
    path, text = draw(a_file())
    return {**history[-1], path: text}


def body_edited(draw, history: list[State]) -> State:
    """Something is called at the end: no other file should see a difference, or all must."""
    state = history[-1]
    path = draw(st.sampled_from(sorted(state)))
    return {**state, path: state[path].replace("{", "{ ", 1) + f"{draw(names)}({draw(names)});\n"}


def deleted(draw, history: list[State]) -> State:
    gone = draw(st.sampled_from(sorted(history[-1])))
    return {path: text for path, text in history[-1].items() if path != gone}


def renamed(draw, history: list[State]) -> State:
    """A file moves, perhaps over another one."""
    state = dict(history[-1])
    old = draw(st.sampled_from(sorted(state)))
    language = SCRIPT if old.endswith(".ts") else PYTHON
    return {
        **{p: t for p, t in state.items() if p != old},
        language.name(draw(modules)): state[old],
    }


def reverted(draw, history: list[State]) -> State:
    """Back to an earlier state, as a branch switch does."""
    return dict(draw(st.sampled_from(history)))


def configured(draw, history: list[State]) -> State:
    """What the modules' names mean is told anew."""
    return {
        **history[-1],
        "tsconfig.json": draw(st.sampled_from((TSCONFIG, *TSCONFIGS))),
        "base.json": TSCONFIG,
    }


def several(draw, history: list[State]) -> State:
    return {**history[-1], **dict(draw(st.lists(a_file(), min_size=2, max_size=6)))}


OPERATIONS = (edited, edited, body_edited, configured, deleted, renamed, reverted, several)


def put(root: Path, state: State) -> None:
    for path in [p for p in root.rglob("*") if p.is_file()]:
        if path.relative_to(root).as_posix() not in state:
            path.unlink()
    for name, text in state.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def answers(root: Path, cache: Path, first: State) -> dict[str, object]:
    """What a user sees: matches in order, and findings against the first state's contracts."""
    config = config_of({"workers": 1, "cache.dir": str(cache)})
    snapshot = Snapshot.of(Index.open(root, config))
    before = {path: text.encode() for path, text in first.items()}
    found = run_checks(
        snapshot, snapshot.paths(), config, trace=Trace(None, 0), before=before.get, baseline=False
    )
    return {
        "search": [search(snapshot, words, 20) for words in ("alpha", "run it", "Bee load")],
        "findings": found.findings,
        "failed": found.failed,
        "dependents": {
            name: snapshot.dependents(name, 3) for name in sorted(snapshot.graph.symbols())
        },
    }


def interrupted(root: Path, config: Config, kept: Kept) -> None:
    """A build in turns, stopped in its second after one file: the next goes on from there."""
    stop: list[bool] = []
    with patch.object(turns, "_AT_ONCE", 0), suppress(Cancelled):
        build(
            root,
            config,
            stored=lambda _: stop.extend([False, True]),
            cancelled=lambda: bool(stop) and stop.pop(0),
            kept=kept,
        )


def indexed(root: Path, cache: Path, kept: Kept) -> dict[str, object]:
    """Everything an index answers from: per file its record, edges, what was read, sketches."""
    config = config_of({"workers": 1, "cache.dir": str(cache)})
    interrupted(root, config, kept)
    build(root, config, kept=kept)
    place = place_of(root, cache)
    with Database.read(place.database) as database:
        manifest = database.manifest(place.root)
        records = {p: r for p, r in manifest.files.items() if r.has_facts}
        checks = {path: record.edges for path, record in records.items()}
        keys = {p: manifest.generation.versions.keys(r.language, r.key) for p, r in records.items()}
        return {
            "records": {
                path: (r.key, r.role, r.lines, r.symbols, r.problems, r.certainties, r.unresolved)
                for path, r in records.items()
            },
            "edges": dict(database.edges(place.root, checks)),
            "reads": dict(database.reads(place.root, checks)),
            "contents": {p: [database.content(key) for key in k if key] for p, k in keys.items()},
        }


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=states())
def test_incremental_is_full(history: list[State]):
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "repo").mkdir()
        kept = Kept()
        for number, state in enumerate(history):
            put(folder / "repo", state)
            step_by_step = indexed(folder / "repo", folder / "cache", kept)
            from_nothing = indexed(folder / "repo", folder / f"fresh{number}", Kept())
            for what, files in from_nothing.items():
                assert step_by_step[what] == files, (what, number)
        last = folder / f"fresh{len(history) - 1}"
        seen = answers(folder / "repo", folder / "cache", history[0])
        assert seen == answers(folder / "repo", last, history[0])
        assert not seen["failed"]
    finally:
        shutil.rmtree(folder)
