"""Compiles the hot modules into the wheel with mypyc, where a C compiler is at hand.

A wheel built without one is plain Python: the same answers, slower. The environment decides:

    FLAMES_COMPILE=auto     or unset: compiled; where that fails, one line says why and it is plain
    FLAMES_COMPILE=never    plain Python
    FLAMES_COMPILE=always   where compiling fails, the build fails: for releases and for CI

An editable install is never compiled: an edited module must not be shadowed by what it was.
The source tree is only read. What is compiled is what `[tool.mypy]` in pyproject.toml lists.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_MODES = ("auto", "never", "always")
# The compiler, in the version that is tried (as in pyproject.toml: another one may find fault with
# what this one compiles), and the libraries whose types the compiled modules name.
_NEEDS = ("mypy[mypyc]==2.4.1", "setuptools>=70", "numpy>=2.4", "tree-sitter>=0.25.2,<0.27")
# Functions of the library call each other directly, not through the table by which another library
# could take their place: 2 to 5 % of the CPU of an index, and costs nothing to compile.
_INSIDE = ("-fvisibility=hidden", "-fno-semantic-interposition")
_LIBRARY = "flames"  # names the shared library that all compiled modules are in: flames__mypyc


class CompilingHook(BuildHookInterface[Any]):
    """Adds the compiled modules beside their sources, and the platform's tag."""

    def dependencies(self) -> list[str]:
        return [] if _mode() == "never" else list(_NEEDS)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard" or _mode() == "never":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="flames-build-")
        folder = Path(self._folder.name)
        obstacle = _obstacle() or self._compile(folder)
        if obstacle and _mode() == "always":
            raise RuntimeError(f"Flames cannot be compiled: {obstacle}")
        if obstacle:
            self.app.display_warning(f"Flames is built as plain Python, not compiled: {obstacle}")
            return
        built = folder / "built"
        for library in built.rglob("*" + sysconfig.get_config_var("EXT_SUFFIX")):
            build_data["force_include"][str(library)] = library.relative_to(built).as_posix()
        build_data.update(infer_tag=True, pure_python=False)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "_folder"):
            self._folder.cleanup()

    def _compile(self, folder: Path) -> str:
        """Fills `folder`; what went wrong, in one line, with the whole of it printed."""
        # A process of its own: mypyc ends the one it runs in when it finds a mistake.
        done = subprocess.run(
            [sys.executable, __file__, str(folder)],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode == 0:
            return ""
        self.app.display_info(done.stdout)
        wrong = [line for line in done.stdout.splitlines() if "error:" in line.lower()]
        return wrong[0] if wrong else f"mypyc ended with {done.returncode}"


def _mode() -> str:
    mode = os.environ.get("FLAMES_COMPILE") or "auto"
    if mode not in _MODES:
        raise ValueError(f"FLAMES_COMPILE is {mode!r}; it can be {', '.join(_MODES)}")
    return mode


def _obstacle() -> str:
    """Why compiling need not be tried."""
    if sys.implementation.name != "cpython":
        return "mypyc compiles for CPython only"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "Python's own headers (Python.h) are not installed"
    command = os.environ.get("CC") or sysconfig.get_config_var("CC")  # None on Windows
    if command and not shutil.which(command.split()[0]):
        return f"there is no C compiler ({command.split()[0]})"
    return ""


def _build(folder: Path) -> None:
    """Compiles what [tool.mypy] lists into `folder`/built, a C file a core at once."""
    from mypyc.build import mypycify
    from setuptools import setup
    from setuptools.command.build_ext import build_ext

    jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    class ParallelBuild(build_ext):
        """setuptools builds several libraries at once; nearly all of this is one, of many files."""

        def build_extensions(self) -> None:
            compile_all = self.compiler.compile

            def compile_each(sources: list[str], **options: object) -> list[str]:
                made = pool.map(lambda source: compile_all([source], **options), sources)
                return [path for paths in made for path in paths]

            with ThreadPoolExecutor(jobs) as pool:
                self.compiler.compile = compile_each
                super().build_extensions()

    extensions = mypycify(
        ["--config-file=pyproject.toml", f"--cache-dir={os.devnull}"],
        opt_level="1",  # -O2 takes twice as long to compile and gains some percent
        debug_level="0",
        multi_file=True,
        target_dir=str(folder / "generated"),
        group_name=_LIBRARY,
    )
    if os.name == "posix":
        for extension in extensions:
            extension.extra_compile_args += _INSIDE
    os.chdir(folder)  # setuptools makes something of whatever lies where it runs
    where = [f"--build-lib={folder / 'built'}", f"--build-temp={folder / 'objects'}"]
    setup(
        name=_LIBRARY,
        ext_modules=extensions,
        cmdclass={"build_ext": ParallelBuild},
        script_args=["-q", "build_ext", f"-j{jobs}", *where],
    )


if __name__ == "__main__":
    _build(Path(sys.argv[1]))
