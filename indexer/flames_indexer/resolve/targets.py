"""Targets: what a name, an import or an export stands for, by scope alone: no values flow."""

from typing import Final

from flames_indexer.facts import BindingKind, ExportKind, ExpressionKind, ImportFlag
from flames_indexer.languages.semantics import LIBRARY, Semantics
from flames_indexer.resolve.tables import File
from flames_indexer.resolve.values import CLASS, FUNCTION, MODULE
from flames_indexer.resolve.world import Target, World

Targets = tuple[Target, ...]
_DEFINITION: Final = int(BindingKind.DEFINITION)
_IMPORT: Final = int(BindingKind.IMPORT)
_REQUIRE: Final = int(ImportFlag.REQUIRE)
_BINDS_ROOT: Final = int(ImportFlag.BINDS_ROOT)


def name_targets(world: World, file: File, scope: int, name: str) -> Targets:
    """What `name` stands for when it is read in `scope`."""
    found = file.scope_of(scope, name)
    if found >= 0:
        return binding_targets(world, file, found, name)
    return unbound_targets(world, file, name)


def unbound_targets(world: World, file: File, name: str) -> Targets:
    """What a name stands for that no visible scope of the file binds."""
    world.read(file.path, name)
    starred = star_targets(world, file, name)
    if starred is not None:
        return starred
    builtins = file.semantics.builtins
    if builtins and builtins != file.path:
        return export_targets(world, builtins, name, file.semantics)
    return ()


def binding_targets(world: World, file: File, scope: int, name: str) -> Targets:
    """What the bindings of `name` in exactly this scope stand for."""
    if scope == 0:
        rows = file.bindings[0][name]
        if len(rows) != 1 or file.facts.bindings.kind[rows[0]] == _IMPORT:
            return world.engine.ask((), True, _binding_targets, world, file.path, scope, name)
        world.read(file.path, name)  # one definition or variable: nothing worth remembering
    return _targets_of_rows(world, file, scope, name)


def _binding_targets(world: World, path: str, scope: int, name: str) -> Targets:
    file = world.file(path)
    world.read(path, name)
    return () if file is None else _targets_of_rows(world, file, scope, name)


def _targets_of_rows(world: World, file: File, scope: int, name: str) -> Targets:
    found: dict[Target, None] = {}
    kinds, values = file.facts.bindings.kind, file.facts.bindings.value
    for row in file.bindings[scope][name]:
        kind = kinds[row]
        if kind == _DEFINITION:
            found["definition", file.path, values[row]] = None
        elif kind == _IMPORT:
            found.update(dict.fromkeys(bound_import_targets(world, file, values[row])))
        else:
            found["variable", file.path, scope, name] = None
    return tuple(found)


def star_targets(world: World, file: File, name: str) -> Targets | None:
    """What star imports of the module bring under `name`; None when they do not bring it."""
    if not file.stars:
        return None
    module = star_module(world, file, name)
    if module is not None:
        return export_targets(world, module, name, file.semantics)
    outside = star_externals(world, file, name)
    return (("external", outside[0]),) if outside else None


def star_module(world: World, file: File, name: str) -> str | None:
    """The indexed module whose star import brings `name`: the last one that has it.

    By what is written, not by what it turns out to be: in a circle of imports, the first one that
    turns out to be something depends on where the question is asked.
    """
    for row in reversed(file.stars):
        module = world.module(file, file.strings[file.facts.imports.module[row]])
        if module is not None and world.engine.ask(False, True, _brings, world, module, name):
            return module
    return None


def _brings(world: World, module: str, name: str) -> bool:
    source = _star_source(world, module, name)
    if source is None:
        return False
    if name in source.bindings.get(0, ()) or _submodule_targets(world, source, name):
        return True
    return star_module(world, source, name) is not None


def star_externals(world: World, file: File, name: str) -> tuple[str, ...]:
    """What `name` can be outside of the repository, when star imports bring it from there: of the
    last of them, else of those that the modules have in their turn, sorted."""
    found: set[str] = set()
    for row in reversed(file.stars):
        written = file.strings[file.facts.imports.module[row]]
        module = world.module(file, written)
        if module is not None:
            found.update(world.engine.ask((), True, _externals, world, module, name))
        elif file.semantics.is_public(name):
            return (f"{_external(file, written)}.{name}",)
    return tuple(sorted(found))


def _externals(world: World, module: str, name: str) -> tuple[str, ...]:
    source = _star_source(world, module, name)
    return () if source is None else star_externals(world, source, name)


def _star_source(world: World, module: str, name: str) -> File | None:
    """The file of a module, if a star import of it brings whatever it has as `name`."""
    source = world.file(module)
    if source is None:
        return None
    world.read(module, "__all__")
    world.read(module, name)
    public = name in source.public if source.public is not None else None
    return source if public or (public is None and source.semantics.is_public(name)) else None


def bound_import_targets(world: World, file: File, row: int) -> Targets:
    """What the name that an import binds stands for (`import a.b` binds `a`)."""
    flags = file.facts.imports.flags[row]
    if flags & _BINDS_ROOT:
        root = file.strings[file.facts.imports.module[row]].partition(".")[0]
        return module_targets(world, file, root)
    return import_targets(world, file, row)


def import_targets(world: World, file: File, row: int) -> Targets:
    """What an import asks for, through re-exports."""
    imports = file.facts.imports
    written = file.strings[imports.module[row]]
    name = file.strings[imports.name[row]]
    if not name:
        found = module_targets(world, file, written)
        if imports.flags[row] & _REQUIRE and found[0][0] == "module":
            assigned = export_targets(world, found[0][1], "default", file.semantics)
            return (*found, *(target for target in assigned if target[0] == "definition"))
        return found
    if name == "*":
        return ()
    module = world.module(file, written)
    if module is None:
        return (("external", f"{_external(file, written)}.{name}"),)
    below = own_module(world, file, module, name)
    if below:
        return (("module", below),)
    if module.startswith(LIBRARY):
        return (("library", module, name),)
    return export_targets(world, module, name, file.semantics)


def own_module(world: World, file: File, module: str, name: str) -> str | None:
    """The module `name` that a package takes from itself, which has no such name yet."""
    if module != file.path or file.semantics.explicit_exports:
        return None
    return world.submodule(file.semantics, module, name)


def module_targets(world: World, file: File, written: str) -> Targets:
    """The module or external that `written` names in `file`."""
    module = world.module(file, written)
    if module is None:
        return (("external", _external(file, written)),)
    return (("module", module),)


# flames: ignore[parallel-logic] gives targets here and values in bindings
def export_targets(world: World, module: str, name: str, semantics: Semantics) -> Targets:
    """What `name` of a module stands for; `semantics`: of the language that asks."""
    if module.endswith("/"):
        below = world.submodule(semantics, module, name)
        return (("module", below),) if below else ()
    if module == semantics.builtins:
        world.add_library(module, semantics)
    return world.engine.ask((), True, _export_targets, world, module, name)


def declared_targets(world: World, target: Target, semantics: Semantics) -> Targets:
    """What a ("library", module, name) target stands for in the module's table, which is read."""
    return export_targets(world, target[1], target[2], semantics)


# flames: ignore[parallel-logic] the same places give targets here and values in bindings
def _export_targets(world: World, module: str, name: str) -> Targets:
    world.read(module, name)
    file = world.file(module)
    if file is None:
        return ()
    if file.semantics.explicit_exports:
        return _explicit_targets(world, file, name)
    if name in file.bindings.get(0, ()):
        return _without_self(binding_targets(world, file, 0, name), module)
    below = _submodule_targets(world, file, name)
    if star_module(world, file, name) is None and below:
        return below
    return star_targets(world, file, name) or ()


def _without_self(targets: Targets, module: str) -> Targets:
    return tuple(target for target in targets if target != ("module", module))


def _submodule_targets(world: World, file: File, name: str) -> Targets:
    below = world.submodule(file.semantics, file.path, name)
    return (("module", below),) if below else ()


# flames: ignore[parallel-logic] gives targets here and values in bindings
def _explicit_targets(world: World, file: File, name: str) -> Targets:
    found: dict[Target, None] = {}
    for row in file.exports.get(name, ()):
        found.update(dict.fromkeys(_export_row_targets(world, file, row)))
    if name in file.exports:
        return tuple(found)
    if file.exports_unsaid(name):
        return binding_targets(world, file, 0, name)
    if name == "default":
        return _assigned_targets(world, file, "")
    exports = file.facts.exports
    for row in file.exports.get("", ()):
        if exports.kind[row] == ExportKind.STAR:
            written = file.strings[file.facts.imports.module[exports.value[row]]]
            module = world.module(file, written)
            if module is not None:
                found.update(dict.fromkeys(export_targets(world, module, name, file.semantics)))
    found.update(dict.fromkeys(_assigned_targets(world, file, name)))
    return tuple(found)


# flames: ignore[parallel-logic] the same rows give targets here and values in bindings
def _export_row_targets(world: World, file: File, row: int) -> Targets:
    exports = file.facts.exports
    kind, value = exports.kind[row], exports.value[row]
    if kind == ExportKind.LOCAL:
        return name_targets(world, file, 0, file.strings[value])
    if kind in (ExportKind.IMPORT, ExportKind.STAR):
        if kind == ExportKind.STAR:
            return module_targets(world, file, file.strings[file.facts.imports.module[value]])
        return import_targets(world, file, value)
    return expression_targets(world, file, value)


def _assigned_targets(world: World, file: File, name: str) -> Targets:
    """Of `module.exports = …`: the value itself (name "") or one of its members."""
    for row in file.exports.get("", ()):
        if file.facts.exports.kind[row] == ExportKind.ASSIGNMENT:
            value = file.facts.exports.value[row]
            if not name:
                return expression_targets(world, file, value)
            written = _element_targets(world, file, value, name)
            if any(target[0] != "variable" for target in written):
                return written
            return value_targets(
                world, world.rules.attribute(world, world.rules.evaluate(world, file, value), name)
            )
    return ()


def _element_targets(world: World, file: File, row: int, name: str) -> Targets:
    """What element `name` of an object literal stands for as it is written there."""
    expressions, operands = file.facts.expressions, file.facts.operands
    if row < 0 or expressions.kind[row] != ExpressionKind.LITERAL:
        return ()
    for at in range(expressions.b[row], expressions.b[row] + expressions.c[row]):
        if operands.name[at] >= 0 and file.strings[operands.name[at]] == name:
            return expression_targets(world, file, operands.value[at])
    return ()


def expression_targets(world: World, file: File, row: int) -> Targets:
    """What an exported expression stands for."""
    expressions = file.facts.expressions
    if row < 0:
        return ()
    if expressions.kind[row] == ExpressionKind.NAME:
        return name_targets(world, file, expressions.scope[row], file.strings[expressions.a[row]])
    if expressions.kind[row] == ExpressionKind.FUNCTION:
        return (("definition", file.path, expressions.a[row]),)
    return value_targets(world, world.rules.evaluate(world, file, row))


def value_targets(world: World, value: int) -> Targets:
    """The definitions and modules among the atoms of a value."""
    found: list[Target] = []
    for atom in world.values.atoms(value):
        if atom[0] in (FUNCTION, CLASS):
            found.append(("definition", atom[1], atom[2]))
        elif atom[0] == MODULE:
            found.append(("module", atom[1]))
    return tuple(sorted(found))


def _external(file: File, written: str) -> str:
    return file.semantics.external_name(file.path, written)
