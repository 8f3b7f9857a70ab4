"""Which file a specifier names: suffixes, folders, tsconfig, workspaces, exports."""

import pytest
from fixture import FixtureProgram, read_fixture
from flames_indexer.languages import language_named
from flames_indexer.languages.javascript.jsonc import parse_object
from flames_indexer.resolve.resolver import RULES
from flames_indexer.resolve.world import World


def resolved(files: str, importer: str, module: str) -> str | None:
    program = FixtureProgram(read_fixture(files).files)
    semantics = language_named("javascript").semantics()
    world = World(program, lambda _: semantics, RULES)
    return semantics.resolve_module(world, importer, module)


RELATIVE = """
    --- src/a.ts
    --- src/b.tsx
    --- src/c.js
    --- src/c.ts
    --- src/d/index.ts
    --- src/e/package.json
    {"main": "./lib/start"}
    --- src/e/lib/start.js
    --- src/f.mts
    --- src/g.d.ts
    --- src/h.js
    --- src/h.d.ts
    --- index.js
"""


@pytest.mark.parametrize(
    ("importer", "module", "path"),
    [
        ("src/x.ts", "./a", "src/a.ts"),
        ("src/x.ts", "./a.js", "src/a.ts"),
        ("src/x.ts", "./b.jsx", "src/b.tsx"),
        ("src/x.ts", "./c.js", "src/c.ts"),
        ("src/x.js", "./c.js", "src/c.js"),
        ("src/x.ts", "./d", "src/d/index.ts"),
        ("src/d/x.ts", ".", "src/d/index.ts"),
        ("src/x.ts", "./e", "src/e/lib/start.js"),
        ("src/x.ts", "./f.mjs", "src/f.mts"),
        ("src/x.ts", "./g", "src/g.d.ts"),
        ("src/x.ts", "./h", "src/h.d.ts"),
        ("src/x.js", "./h", "src/h.js"),
        ("src/x.ts", "..", "index.js"),
        ("src/x.ts", "../../out", None),
        ("src/x.ts", "./gone", None),
        ("src/x.ts", "react", None),
        ("src/x.ts", "", None),
    ],
)
def test_relative_modules(importer: str, module: str, path: str | None) -> None:
    assert resolved(RELATIVE, importer, module) == path


ALIASES = """
    --- tsconfig.base.json
    {
      // comments, and a comma too many
      "compilerOptions": {
        "paths": {
          "@/*": ["app/src/*"], /* here */
          "@/special": ["app/special.ts"],
          "config": ["app/config/index.ts"],
        },
      },
    }
    --- app/tsconfig.json
    {"extends": "../tsconfig.base"}
    --- app/src/ui/button.tsx
    --- app/special.ts
    --- app/config/index.ts
    --- site/tsconfig.json
    {"files": [], "references": [{"path": "./tsconfig.app.json"}]}
    --- site/tsconfig.app.json
    {"compilerOptions": {"baseUrl": "src"}}
    --- site/src/page.ts
"""


@pytest.mark.parametrize(
    ("importer", "module", "path"),
    [
        ("app/src/a.ts", "@/ui/button", "app/src/ui/button.tsx"),
        ("app/src/a.ts", "@/special", "app/special.ts"),
        ("app/src/a.ts", "config", "app/config/index.ts"),
        ("app/src/a.ts", "@/gone", None),
        ("site/src/a.ts", "page", "site/src/page.ts"),
        ("site/src/a.ts", "@/ui/button", None),
        ("other/a.ts", "config", None),
    ],
)
def test_aliases_of_the_nearest_configuration(importer: str, module: str, path: str | None) -> None:
    assert resolved(ALIASES, importer, module) == path


WORKSPACES = """
    --- package.json
    {"name": "root", "workspaces": ["packages/*"]}
    --- packages/core/package.json
    {"name": "@acme/core", "main": "dist/index.js", "imports": {"#inner/*": "./src/inner/*.js"}}
    --- packages/core/src/index.ts
    --- packages/core/src/extra.ts
    --- packages/core/src/inner/deep.ts
    --- packages/ui/package.json
    {"name": "ui", "exports": {
      ".": {"types": "./dist/types/index.d.ts", "import": "./dist/esm/main.js"},
      "./widgets/*": "./src/widgets/*.tsx",
      "./theme": ["./theme.js"]
    }}
    --- packages/ui/src/main.ts
    --- packages/ui/src/widgets/menu.tsx
    --- packages/ui/theme.js
    --- packages/ui/src/a.ts
"""


@pytest.mark.parametrize(
    ("importer", "module", "path"),
    [
        ("packages/ui/src/a.ts", "@acme/core", "packages/core/src/index.ts"),
        ("packages/ui/src/a.ts", "@acme/core/extra", "packages/core/src/extra.ts"),
        ("packages/ui/src/a.ts", "@acme/core/dist/extra.js", "packages/core/src/extra.ts"),
        ("packages/core/src/a.ts", "ui", "packages/ui/src/main.ts"),
        ("packages/core/src/a.ts", "ui/widgets/menu", "packages/ui/src/widgets/menu.tsx"),
        ("packages/core/src/a.ts", "ui/theme", "packages/ui/theme.js"),
        ("packages/core/src/a.ts", "#inner/deep", "packages/core/src/inner/deep.ts"),
        ("packages/ui/src/a.ts", "#inner/deep", None),
        ("packages/ui/src/a.ts", "@acme/cor", None),
        ("packages/ui/src/a.ts", "@acme", None),
    ],
)
def test_packages_of_the_repository(importer: str, module: str, path: str | None) -> None:
    assert resolved(WORKSPACES, importer, module) == path


ENTRIES = """
    --- package.json
    {"name": "kit", "exports": {
      ".": {"@kit/source": "./src/main.ts", "types": "./index.d.ts", "import": "./index.js"},
      "./old": {"import": "./old/index.js", "@kit/source": "./src/old/index.ts"},
      "./mini": {"types": "./mini/index.d.ts", "import": "./mini/index.js"}
    }}
    --- src/index.ts
    --- src/main.ts
    --- src/old/index.ts
    --- src/mini/index.ts
"""


@pytest.mark.parametrize(
    ("module", "path"),
    [("kit", "src/main.ts"), ("kit/old", "src/old/index.ts"), ("kit/mini", "src/mini/index.ts")],
)
def test_the_source_of_an_entry_that_is_not_built_yet(module: str, path: str) -> None:
    assert resolved(ENTRIES, "src/test.ts", module) == path


def test_a_compiled_file_that_is_not_there_is_its_source() -> None:
    files = """
        --- kit/package.json
        {"name": "kit"}
        --- kit/src/cli/run.ts
        --- kit/bin/kit.js
        --- kit/wrapper.mjs
    """
    assert resolved(files, "kit/bin/kit.js", "../dist/cli/run.js") == "kit/src/cli/run.ts"
    assert resolved(files, "kit/wrapper.mjs", "./dist/esm/cli/run.js") == "kit/src/cli/run.ts"
    assert resolved(files, "kit/wrapper.mjs", "./cli/run.js") is None


def test_sources_in_lib() -> None:
    files = """
        --- kit/package.json
        {"name": "kit", "exports": {"import": "./build/esm-debug/index.js"}, "types": "./build/esm/index.d.ts"}
        --- kit/lib/index.ts
        --- app/a.ts
    """
    assert resolved(files, "app/a.ts", "kit") == "kit/lib/index.ts"


def test_of_two_packages_with_one_name_the_nearer_one_is_meant() -> None:
    files = """
        --- a/lib/package.json
        {"name": "lib"}
        --- a/lib/index.ts
        --- b/lib/package.json
        {"name": "lib"}
        --- b/lib/index.ts
    """
    assert resolved(files, "a/app/x.ts", "lib") == "a/lib/index.ts"
    assert resolved(files, "b/app/x.ts", "lib") == "b/lib/index.ts"


def test_configurations_that_extend_each_other_end() -> None:
    files = """
        --- tsconfig.json
        {"extends": "./other.json"}
        --- other.json
        {"extends": "./tsconfig.json", "compilerOptions": {"baseUrl": "."}}
        --- a.ts
    """
    assert resolved(files, "b.ts", "a") == "a.ts"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            b'{"a": "// no comment /* nor this */", "b": [1, 2,],}',
            {
                "a": "// no comment /* nor this */",
                "b": [1, 2],
            },
        ),
        (b'\xef\xbb\xbf{"a": 1 /* , } */, // c\n}', {"a": 1}),
        (b"[1]", {}),
        (b"{", {}),
        (b"\xff\x00", {}),
        (b"[" * 100_000, {}),
        (None, {}),
    ],
)
def test_json_with_comments(text: bytes | None, value: dict[str, object]) -> None:
    assert parse_object(text) == value


def test_a_package_around_the_importer_is_not_meant_by_its_name() -> None:
    files = """
        --- package.json
        {"name": "kit", "private": true}
        --- lib/package.json
        {"name": "kit"}
        --- lib/src/index.ts
        --- demo/package.json
        {"name": "kit"}
        --- demo/src/index.ts
        --- own/package.json
        {"name": "own", "exports": "./src/main.ts"}
        --- own/src/main.ts
    """
    assert resolved(files, "demo/src/a.ts", "kit") == "lib/src/index.ts"
    assert resolved(files, "lib/test/a.ts", "kit") == "demo/src/index.ts"
    assert resolved(files, "own/test/a.ts", "own") == "own/src/main.ts"


def test_typescript_is_meant_before_what_hands_it_on() -> None:
    files = """
        --- kit/package.json
        {"name": "kit", "exports": {
          ".": {"types": "./dist/index.d.ts", "import": "./wrapper.mjs", "require": "./dist/index.js"},
          "./plain": {"types": "./plain.d.ts", "import": "./plain.js"}
        }}
        --- kit/wrapper.mjs
        --- kit/plain.js
        --- kit/plain.d.ts
        --- kit/lib/index.ts
    """
    assert resolved(files, "app/a.ts", "kit") == "kit/lib/index.ts"
    assert resolved(files, "app/a.js", "kit/plain") == "kit/plain.js"


def test_a_package_gives_typescript_its_declarations_and_javascript_what_runs() -> None:
    files = """
        --- kit/package.json
        {"name": "kit", "exports": {
          ".": {"types": "./src/index.d.ts", "default": "./dist/index.js"},
          "./more": {"types": "./more/index.d.mts", "source": "./more/index.mjs"}
        }}
        --- kit/src/index.d.ts
        --- kit/src/index.js
        --- kit/more/index.d.mts
        --- kit/more/index.mjs
    """
    assert resolved(files, "app/a.js", "kit") == "kit/src/index.js"
    assert resolved(files, "app/a.js", "kit/more") == "kit/more/index.mjs"
    assert resolved(files, "app/b.ts", "kit") == "kit/src/index.d.ts"
    assert resolved(files, "app/b.ts", "kit/more") == "kit/more/index.d.mts"
