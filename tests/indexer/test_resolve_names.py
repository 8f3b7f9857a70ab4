"""Scopes, imports and re-exports."""

import itertools
from collections.abc import Sequence

import pytest
from fixture import FixtureProgram, check, read_fixture
from flames_indexer.resolve import Resolver, encode_edges
from flames_indexer.resolve.engine import DEEPEST


def test_function_of_the_same_module() -> None:
    check("""
        def f(): ...
        def g():
            f()
        #   ^ call main.py::f
    """)


def test_import_edges_go_to_the_symbol_and_the_module() -> None:
    check("""
        --- a.py
        def f(): ...
        --- main.py
        from a import f as g
        #             ^ import a.py::f; import a.py
        g()
        #^ none
        h = g()
        #   ^ call a.py::f
    """)


def test_re_export_leads_to_the_definition() -> None:
    check("""
        --- pkg/__init__.py
        from .inner import f
        from .inner import helper as renamed
        --- pkg/inner.py
        def f(): ...
        def helper(): ...
        --- main.py
        import pkg
        from pkg import f
        def run():
            f()
        #   ^ call pkg/inner.py::f
            pkg.renamed()
        #       ^ call pkg/inner.py::helper
    """)


def test_submodule_access() -> None:
    check("""
        --- pkg/__init__.py
        --- pkg/sub/__init__.py
        --- pkg/sub/leaf.py
        def f(): ...
        --- main.py
        import pkg.sub.leaf
        from pkg.sub import leaf as twig
        #                   ^ import pkg/sub/leaf.py
        def run():
            pkg.sub.leaf.f()
        #                ^ call pkg/sub/leaf.py::f
            twig.f()
        #        ^ call pkg/sub/leaf.py::f
    """)


def test_star_import_brings_what_all_lists() -> None:
    check("""
        --- a.py
        __all__ = ["f", "_g"]
        def f(): ...
        def _g(): ...
        def h(): ...
        --- b.py
        def visible(): ...
        def _hidden(): ...
        --- main.py
        from a import *
        from b import *
        def run():
            f()
        #   ^ call a.py::f
            _g()
        #   ^ call a.py::_g
            h()
        #   ^ unknown
            visible()
        #   ^ call b.py::visible
            _hidden()
        #   ^ unknown
    """)


def test_last_star_import_that_has_the_name_brings_it_whatever_it_turns_out_to_be() -> None:
    check("""
        --- a.py
        def f(): ...
        def g(): ...
        --- b.py
        f = load()
        --- main.py
        from a import *
        from b import *
        def run():
            f()
        #   ^ unknown
            g()
        #   ^ call a.py::g
    """)


CIRCLE = read_fixture("""
    --- one.py
    from outside import *
    from two import *
    --- two.py
    def beta(): ...
    from one import beta
    --- three.py
    from one import *
    from four import alpha
    --- four.py
    from five import *
    from three import *
    from four import alpha
    --- five.py
    def alpha(): ...
    --- main.py
    from one import beta
    from two import beta as same
    from three import alpha
    from four import alpha as other
    beta()
    same()
    alpha()
    other()
""")


@pytest.mark.parametrize("order", list(itertools.permutations(["one.py", "two.py", "main.py"])))
def test_circle_of_star_imports_means_the_same_whoever_is_asked_first(order: Sequence[str]) -> None:
    alone = {path: Resolver(FixtureProgram(CIRCLE.files)).resolve(path) for path in CIRCLE.files}
    together = Resolver(FixtureProgram(CIRCLE.files))
    for path in (*order, "four.py", "three.py"):
        found = together.resolve(path)
        assert encode_edges(found) == encode_edges(alone[path])  # what was read included


def test_package_takes_its_own_module_from_itself() -> None:
    check("""
        --- pkg/__init__.py
        from . import path as _path
        path = _path
        def tail(): ...
        --- pkg/path.py
        def join(): ...
        --- main.py
        from pkg import path
        path.join()
        #    ^ call pkg/path.py::join inferred
    """)


def test_methods_do_not_see_the_class_scope() -> None:
    check("""
        def f(): ...
        class A:
            def f(self): ...
            x = f
        #       ^ reference main.py::A.f
            def g(self):
                return f()
        #              ^ call main.py::f
    """)


def test_local_name_hides_the_module_name() -> None:
    check("""
        def f(): ...
        def g(f):
            f()
        #   ^ unknown
        def h():
            def f(): ...
            return f()
        #          ^ call main.py::h.f
    """)


def test_relative_imports() -> None:
    check("""
        --- pkg/__init__.py
        --- pkg/a.py
        def f(): ...
        --- pkg/sub/__init__.py
        --- pkg/sub/b.py
        from ..a import f
        from .. import a
        from . import c
        def run():
            f()
        #   ^ call pkg/a.py::f
            a.f()
        #     ^ call pkg/a.py::f
            c.g()
        #     ^ call pkg/sub/c.py::g
        --- pkg/sub/c.py
        def g(): ...
    """)


def test_external_names_come_from_the_text() -> None:
    check("""
        import requests
        import numpy as np
        from os import path
        from requests.adapters import HTTPAdapter
        #                             ^ import ext:requests.adapters.HTTPAdapter
        def run(url):
            requests.get(url)
        #            ^ call ext:requests.get
            np.linalg.norm(url)
        #             ^ call ext:numpy.linalg.norm
            path.join(url)
        #        ^ call ext:os.path.join
            return HTTPAdapter()
        #          ^ call ext:requests.adapters.HTTPAdapter
    """)


def test_receivers_from_outside_are_never_found_by_name() -> None:
    check("""
        import requests
        class Session:
            def prepare_request(self): ...
        def run(s):
            requests.Session().prepare_request()
        #                      ^ none
            s.prepare_request()
        #     ^ call main.py::Session.prepare_request inferred
    """)


def test_names_of_builtin_methods_are_never_found_alone() -> None:
    check("""
        class Cache:
            def items(self): ...
            def entries(self): ...
        def run(c):
            c.items()
        #     ^ unknown
            c.entries()
        #     ^ call main.py::Cache.entries unique-name
    """)


def test_conditional_imports_keep_both() -> None:
    check("""
        --- fast.py
        def f(): ...
        --- slow.py
        def f(): ...
        --- main.py
        try:
            from fast import f
        except ImportError:
            from slow import f
        def run():
            f()
        #   ^ call fast.py::f; call slow.py::f
    """)


def test_each_project_of_a_repository_finds_its_own_modules() -> None:
    check("""
        --- one/pyproject.toml
        --- one/src/core/__init__.py
        def f(): ...
        --- one/tests/test_core.py
        from core import f
        def test():
            f()
        #   ^ call one/src/core/__init__.py::f
        --- two/core.py
        def f(): ...
        --- two/main.py
        from core import f
        def run():
            f()
        #   ^ call two/core.py::f
    """)


def test_namespace_packages() -> None:
    check("""
        --- space/a/mod.py
        def f(): ...
        --- main.py
        import space.a.mod
        from space.a import mod
        def run():
            space.a.mod.f()
        #               ^ call space/a/mod.py::f
            mod.f()
        #       ^ call space/a/mod.py::f
    """)


def test_global_rebinds_the_module_name() -> None:
    check("""
        class A:
            def m(self): ...
        current = None
        def set_up():
            global current
            current = A()
        def run():
            current.m()
        #           ^ call main.py::A.m inferred
    """)


def test_an_import_of_a_submodule_does_not_ask_for_its_package() -> None:
    check("""
        --- pkg/__init__.py
        def make(): ...
        --- pkg/leaf.py
        --- main.py
        from pkg import leaf
        #                ^ import pkg/leaf.py
        from pkg import make
        #                ^ import pkg/__init__.py; import pkg/__init__.py::make
        from pkg import gone
        #                ^ import pkg/__init__.py
    """)


def test_imports_for_the_type_checker_say_so() -> None:
    check("""
        --- a.py
        class A: ...
        --- main.py
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from a import A
        #                 ^ import a.py (type-only); import a.py::A (type-only)
        else:
            from a import A
        #                 ^ import a.py; import a.py::A
    """)


def test_what_only_tests_define_is_not_what_code_means_by_a_name() -> None:
    check("""
        --- tests/fakes.py
        class Fake:
            def deliver(self): ...
            def collect(self): ...
        nobody.knows().collect()
        #              ^ call tests/fakes.py::Fake.collect unique-name
        --- mail.py
        class Mail:
            def deliver(self): ...
        nobody.knows().deliver()
        #              ^ call mail.py::Mail.deliver unique-name
        nobody.knows().collect()
        #              ^ unknown
    """)


def test_texts_that_begin_as_type_arguments_do_are_only_texts() -> None:
    check("""
        OPERATORS = {"<>": 1, "<>=": 2}
        class A:
            def m(self): ...
        def made() -> A: ...
        made().m()
        #      ^ call main.py::A.m
    """)


def test_what_an_object_of_the_program_holds_may_be_of_the_program() -> None:
    check("""
        --- fakes/master.py
        class Master:
            def claim(self): ...
            def hold_on(self): ...
        --- main.py
        import requests
        from twisted.application import service
        class Requests:
            def claim_all(self): ...
        class Service(service.Service):
            @property
            def master(self):
                return self.parent.master
        class Site(Service):
            def run(self):
                self.master.db.requests.claim_all()
        #                               ^^^^^^^^^ call main.py::Requests.claim_all unique-name
                self.master.claim()
        #                   ^^^^^ none
                self.master.hold_on()
        #                   ^^^^^^^ none
                requests.claim_all()
        #                ^^^^^^^^^ call ext:requests.claim_all
                requests.get().claim_all()
        #                      ^^^^^^^^^ none
    """)


def _chain(length: int) -> bytes:
    """A module whose last name is made from the one before, and so on down to the first."""
    rows = "".join(f"a{n} = a{n - 1}\n" for n in range(1, length))
    return f"def a0(): ...\n{rows}a{length - 1}()\n".encode()


def test_a_chain_that_never_seems_to_end_fails_one_file_and_not_the_process() -> None:
    program = FixtureProgram({"m.py": _chain(30_000), "n.py": _chain(DEEPEST // 2)})
    resolver = Resolver(program)
    with pytest.raises(RecursionError, match="made one from the other"):
        resolver.resolve("m.py")
    assert "n.py::a0" in resolver.resolve("n.py").strings


def test_an_exported_object_s_element_is_what_is_written_there_whatever_its_declared_type() -> None:
    check("""
        --- types.d.ts
        export interface Words { find(text: string): number }
        --- words.js
        /** @type {import('./types').Words} */
        const words = { all: {}, none: {} };
        words.find = function (text) { return 1; };
        module.exports = { words };
        --- main.js
        const { words } = require("./words");
        words.find("a");
        // ^ reference words.js::words
    """)
