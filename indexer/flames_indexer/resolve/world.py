"""World: one program state as the rules see it, where every look outside a file is recorded.

The rules (`targets`, `bindings`, `classes`, `members`, `calls`, `evaluate` …) call each other in
circles, as the things they describe do. They reach each other through `World.rules`, so that the
modules themselves import one way only.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from flames_indexer.facts import FileFacts
from flames_indexer.languages import language_named, language_of
from flames_indexer.languages.semantics import LIBRARY, Semantics
from flames_indexer.parse import FACTS_VERSION, decode
from flames_indexer.resolve.engine import Engine
from flames_indexer.resolve.sites import CalledNames, Calling, encoded_names
from flames_indexer.resolve.symbols import method_ids, other_names
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import Mentions, Values
from flames_indexer.roles import is_test

Made = TypeVar("Made")

# Files resolved until those that none of them looked at are put away. Neighbours look at the same
# files: django keeps 18 MB less for 417 files that are read twice, which costs no time; at 256, 31
# MB less for 951 files and 6 % of the time.
_ASKED_WITHIN: Final = 512

# What a name stands for: ("definition", path, row) · ("variable", path, scope, name) ·
# ("module", module) · ("external", dotted name) · ("library", module, name): imported from a table,
# which is not read for it
Target: TypeAlias = tuple[Any, ...]

# Keys of `FileEdges.reads` that are not paths.
MODULES_OF: Final = "\x01"  # + path: how the modules that file names are resolved
SUBMODULES_OF: Final = "\x02"  # + language:module: which submodules it has
NAMED: Final = "\x03"  # which methods of the program have a name
CALLED: Final = "\x05"  # which files call something of a name


class Program(Protocol):
    """What resolving may ask about the repository.

    One that also has `methods_named(name)`, the ids of all methods of that name by path, or
    `methods(path)`, spares the facts of all files when a member is looked for by its name alone;
    so do `paths_calling(name)` (`sites.Calling`) when the calls of a function are, and
    `called_in(path)` (`sites.encoded_names`) when a file becomes another one.
    One that has `derived_from_names(key, make)` keeps tables over paths and manifests for longer
    than one program state.
    """

    def facts(self, path: str) -> FileFacts | None: ...
    def exists(self, path: str) -> bool: ...
    def paths(self) -> Collection[str]: ...
    def manifest(self, path: str) -> bytes | None: ...


@dataclass(slots=True)
class Rules:
    """The rules that others call back into."""

    evaluate: Callable[["World", File, int], int]
    type_of: Callable[["World", File, int], int]
    attribute: Callable[["World", int, str], int]
    call: Callable[["World", int, "Call | None"], int]
    iterate: Callable[["World", int, bool], int]
    inherited: Callable[["World", tuple[Any, ...]], tuple[tuple[str, int, tuple[int, ...]], ...]]
    contextual: Callable[["World", File, int], int]
    filled: Callable[["World", File, int, str, int], int]
    filled_member: Callable[["World", File, int, str, int], int]
    untyped: Callable[["World", File, int, int], int]


class Call:
    """A call site: where the operands of a call are to be evaluated."""

    __slots__ = ("count", "file", "first", "types")

    def __init__(self, file: File, first: int, count: int, types: int = -1) -> None:
        self.file = file
        self.first = first
        self.count = count
        self.types = types  # the row of its type arguments


class World:
    """Files, modules and values of one program state; answers never change."""

    def __init__(
        self, program: Program, semantics_of: Callable[[str], Semantics], rules: Rules
    ) -> None:
        self.program = program
        self.engine = Engine()
        self.values = Values()
        self.rules = rules
        self.current: File | None = None  # the file being resolved
        self.known_values: list[int] = []  # of its expressions, by row; -1 not evaluated
        self.known_names: dict[tuple[int, int], int] = {}  # of its names, by scope and string
        self.literal_classes: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}
        self._semantics_of = semantics_of
        self._files: dict[str, File] = {}
        self._put_away: set[str] = set()  # of the shared ones; they are read again when asked for
        self._resolved = 0
        self._libraries: dict[str, Semantics] = {}
        self._modules: dict[tuple[str, str], str | None] = {}
        self._submodules: dict[tuple[str, str, str], str | None] = {}
        self._derived: dict[str, Any] = {}
        self._methods: dict[str, list[str]] | None = None  # ids by name, if the program tells none
        self._calling: Calling | None = None  # likewise

    # The repository, as a Semantics may ask it

    def exists(self, path: str) -> bool:
        return self.program.exists(path)

    def paths(self) -> Collection[str]:
        return self.program.paths()

    def manifest(self, path: str) -> bytes | None:
        return self.program.manifest(path)

    def derived(self, key: str, make: Callable[[], Made]) -> Made:
        if key not in self._derived:
            shared = getattr(self.program, "derived_from_names", None)
            self._derived[key] = shared(key, make) if shared else make()
        return self._derived[key]

    # Files and modules

    def file(self, path: str) -> File | None:
        """The file or library table of that name; None when there is none."""
        known = self._files.get(path)
        if known is not None:
            if known is not self.current:
                known.shared = known.asked = True
            return known
        library = self._libraries.get(path)
        found = self._read(path) if library is None else _library_file(library, path)
        if found is not None:
            self._files[path] = found
        return found

    def _read(self, path: str) -> File | None:
        facts = self.program.facts(path)
        if facts is None:
            return None
        found = File(path, facts, self._semantics_of(facts.language))
        if found.semantics.builtins:
            self.add_library(found.semantics.builtins, found.semantics)
        found.shared = self.current is not None or path in self._put_away
        return found

    def enter(self, path: str) -> File | None:
        """The file that is going to be resolved."""
        file = self.file(path)
        self.current = file
        return file

    def leave(self) -> None:
        """Forgets the file that was resolved, unless another one has looked at it."""
        file, self.current = self.current, None
        if file is not None and not file.shared:
            self.engine.forget(file.path)
            del self._files[file.path]
        self._resolved += 1
        if self._resolved % _ASKED_WITHIN == 0:
            self._put_files_away()

    def _put_files_away(self) -> None:
        """Lets go of the files that nobody asked about since the last time."""
        for path, file in list(self._files.items()):
            if file.asked or path in self._libraries:
                file.asked = False
            else:
                del self._files[path]
                self._put_away.add(path)

    def after(self, program: Program, changed: Collection[str]) -> Callable[[str, str], bool]:
        """Goes on with a program that differs in the contents of `changed` only: what rests on
        none of them stays. Tells of a unit whether it may be another one now."""
        called = [self._called_in(path) for path in changed]
        methods = [self._methods_in(path) for path in changed]
        self.program = program
        for path in changed:
            self._files.pop(path, None)
        calls = [
            before ^ self._called_in(path) for path, before in zip(changed, called, strict=True)
        ]
        named = {
            name
            for path, before in zip(changed, methods, strict=True)
            for name in other_names(before, self._methods_in(path))
        }
        if named:
            self._methods = None
        if any(calls):
            self._calling = None

        def is_gone(path: str, name: str) -> bool:
            if path == CALLED:
                return any(name in names for names in calls)
            return path in changed or (path == NAMED and name in named)

        self.engine.forget_about(is_gone, Mentions(self.values, changed).in_question)
        return is_gone

    def _called_in(self, path: str) -> CalledNames:
        told = getattr(self.program, "called_in", None)
        if told is not None:
            return CalledNames(told(path))
        facts = self.program.facts(path)
        return CalledNames(encoded_names(path, facts) if facts is not None else b"")

    def add_library(self, module: str, semantics: Semantics) -> None:
        """Says which language a library table or a folder was met in."""
        if module.startswith(LIBRARY) or module.endswith("/"):
            self._libraries.setdefault(module, semantics)

    def folder_semantics(self, module: str) -> Semantics | None:
        """The language that a folder was met in."""
        return self._libraries.get(module)

    def semantics_of(self, language: str) -> Semantics:
        """The answers of a language by name."""
        return self._semantics_of(language)

    def module(self, file: File, name: str) -> str | None:
        """The module that `name`, as written in `file`, means; None: external."""
        if not file.path.startswith(LIBRARY):
            self.engine.read(MODULES_OF + file.path, name)
        return self._module(file.path, file.semantics, name)

    def module_answer(self, path: str, name: str) -> str | None:
        """As `module`, of a file that need not be read for it, and unrecorded."""
        language = language_of(path)
        if language is None:
            return None
        return self._module(path, self.semantics_of(language.name), name)

    def _module(self, path: str, semantics: Semantics, name: str) -> str | None:
        key = (path, name)
        if key in self._modules:
            return self._modules[key]
        found = semantics.resolve_module(self, path, name)
        if found is not None:
            self.add_library(found, semantics)
        self._modules[key] = found
        return found

    def submodule(self, semantics: Semantics, module: str, name: str) -> str | None:
        """The module `name` below `module`, for an asker of that language."""
        if not module.startswith(LIBRARY):
            self.engine.read(f"{SUBMODULES_OF}{semantics.language}:{module}", name)
        return self._submodule(semantics, module, name)

    def submodule_answer(self, language: str, module: str, name: str) -> str | None:
        """As `submodule`, unrecorded."""
        return self._submodule(self.semantics_of(language), module, name) if language else None

    def _submodule(self, semantics: Semantics, module: str, name: str) -> str | None:
        key = (semantics.language, module, name)
        if key in self._submodules:
            return self._submodules[key]
        found = semantics.submodule(self, module, name)
        if found is not None:
            self.add_library(found, semantics)
        self._submodules[key] = found
        return found

    def methods_meant(self, asker: str, name: str) -> list[str]:
        """The ids of the methods of that name that code in file `asker` can mean."""
        self.engine.read(NAMED, name)
        ids = self.methods_named(name)
        if is_test(asker):
            return ids
        # What tests make up to stand for it is not what code means.
        return [identity for identity in ids if not is_test(identity.partition("::")[0])]

    def methods_named(self, name: str) -> list[str]:
        """The ids of all methods of that name."""
        told = getattr(self.program, "methods_named", None)
        if told is not None:
            return told(name)
        if self._methods is None:
            self._methods = self._methods_by_name()
        return self._methods.get(name, [])

    def _methods_by_name(self) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = {}
        for path in self.paths():
            for identity in self._methods_in(path):
                found.setdefault(identity.rpartition(".")[2], {})[identity] = None
        return {name: list(ids) for name, ids in found.items()}

    def _methods_in(self, path: str) -> list[str]:
        told = getattr(self.program, "methods", None)
        if told is not None:
            return told(path)
        facts = self.program.facts(path)
        return [] if facts is None else method_ids(path, facts)

    def paths_calling(self, name: str) -> list[str]:
        """The files that call something whose last name is that, by path."""
        self.engine.read(CALLED, name)
        return self.calling_answer(name)

    def calling_answer(self, name: str) -> list[str]:
        """As `paths_calling`, unrecorded."""
        told = getattr(self.program, "paths_calling", None)
        if told is not None:
            return told(name)
        if self._calling is None:
            facts = ((path, self.program.facts(path)) for path in self.paths())
            self._calling = Calling((p, encoded_names(p, f)) for p, f in facts if f is not None)
        return self._calling.paths(name)

    def read(self, path: str, name: str) -> None:
        """Records a look at `name` of `path`; library tables do not change and are not recorded."""
        if not path.startswith(LIBRARY):
            self.engine.read(path, name)


@cache
def _library_file(semantics: Semantics, path: str) -> File | None:
    """A table with its look-up tables: the same for every program, so made once a process."""
    version = f"{FACTS_VERSION}.{language_named(semantics.language).version}"
    encoded = semantics.encoded_library(path, version)
    facts = semantics.library(path) if encoded is None else decode(encoded)
    return None if facts is None else File(path, facts, semantics)
