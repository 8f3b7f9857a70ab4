"""Methods that syntax and built-in functions run, and near misses that run none."""

from fixture import check


def test_operators() -> None:
    check("""
        class A:
            def __add__(self, other): ...
            def __radd__(self, other): ...
            def __iadd__(self, other): ...
            def __neg__(self): ...
            def __lt__(self, other): ...
            def __len__(self): ...
        class B: ...
        def run(a: A, b: B, n: int, x):
            print(a + n)
        #         ^ operator main.py::A.__add__ (+)
            print(n + a)
        #         ^ operator main.py::A.__radd__ (+)
            print(-a)
        #         ^ operator main.py::A.__neg__ (-)
            print(b + n, x + n)
        #         ^ none
            print(1 > a)
        #         ^ operator main.py::A.__lt__ (>)
            print(a == n)
        #         ^ none
            print(not a)
        #         ^ operator main.py::A.__len__ (not)
            print(b + n + a)
        #         ^ operator main.py::A.__radd__ (+)
            a += 1
        #   ^ operator main.py::A.__iadd__ (+=)
    """)


def test_subscripts() -> None:
    check("""
        class Row:
            def __getitem__(self, key) -> "Row": ...
            def __setitem__(self, key, value): ...
            def __delitem__(self, key): ...
            def __contains__(self, key): ...
        class Bare: ...
        def run(row: Row, bare: Bare):
            print(row[0])
        #         ^ operator main.py::Row.__getitem__ ([])
            row[0] = 1
        #   ^ operator main.py::Row.__setitem__ ([]=)
            del row[0]
        #       ^ operator main.py::Row.__delitem__ (del [])
            print(1 in row)
        #         ^ operator main.py::Row.__contains__ (in)
            print(row in [])
        #         ^ none
            print(bare[0])
        #         ^ none
    """)


def test_iteration_and_what_iterates() -> None:
    check("""
        class Step:
            def __iter__(self): return self
            def __next__(self): ...
        class Lazy:
            def __iter__(self):
                yield 1
        class Old:
            def __getitem__(self, at): ...
        def run(step: Step, lazy: Lazy, old: Old, numbers: list[int]):
            for one in step: ...
        #              ^ protocol main.py::Step.__iter__ (for); protocol main.py::Step.__next__ (for)
            for one in lazy: ...
        #              ^ protocol main.py::Lazy.__iter__ (for)
            for one in old: ...
        #              ^ protocol main.py::Old.__getitem__ (for)
            for one in numbers: ...
        #              ^ none
            print([one for one in lazy])
        #                         ^ protocol main.py::Lazy.__iter__ (for)
            print(list(lazy))
        #         ^ protocol main.py::Lazy.__iter__ (list())
            yield from lazy
        #              ^ protocol main.py::Lazy.__iter__ (yield from)
    """)


def test_with_and_await() -> None:
    check("""
        class Lock:
            def __enter__(self): ...
            def __exit__(self, *how): ...
            async def __aenter__(self): ...
            async def __aexit__(self, *how): ...
            def __await__(self): ...
        async def run(lock: Lock, path):
            with lock: ...
        #        ^ protocol main.py::Lock.__enter__ (with); protocol main.py::Lock.__exit__ (with)
            async with lock: ...
        #              ^ protocol main.py::Lock.__aenter__ (async with); protocol main.py::Lock.__aexit__ (async with)
            await lock
        #   ^ protocol main.py::Lock.__await__ (await)
            with open(path): ...
        #         ^ none
    """)


def test_built_in_functions() -> None:
    check("""
        --- main.py
        from other import *
        class Box:
            def __len__(self): ...
            def __repr__(self): ...
        def run(box: Box, text: str):
            print(len(box))
        #         ^ protocol main.py::Box.__len__ (len())
            x = str(box)
        #       ^ protocol main.py::Box.__repr__ (str())
            y = len(text), bool(box)
        #       ^ none
            z = bool(box)
        #       ^ protocol main.py::Box.__len__ (bool())
            w = hash(box)
        #       ^ call other.py::hash
        --- other.py
        def hash(what): ...
    """)


def test_what_the_base_of_all_classes_has_runs_nothing() -> None:
    check("""
        class A:
            def __eq__(self, other): ...
        class B: ...
        class C(A): ...
        def run(a: A, b: B, c: C):
            print(b == a)
        #         ^ operator main.py::A.__eq__ (==)
            print(c != b)
        #         ^ operator main.py::A.__eq__ (!=)
            print(b == b)
        #         ^ none
    """)


def test_members_that_run_something() -> None:
    check("""
        class Field:
            def __get__(self, of, owner): ...
            def __set__(self, of, value): ...
        class Loose:
            def __getattr__(self, name): ...
        class Tight:
            def __setattr__(self, name, value): ...
        class A:
            field = Field()
            plain = 1
            def __init__(self):
                self.kept = Field()
            @property
            def size(self): ...
            @size.setter
            def size(self, value): ...
        def run(a: A, loose: Loose, tight: Tight):
            a.size = 1
        #      ^ property main.py::A.size (=)
            a.field = 1
        #     ^ property main.py::Field.__set__ (=)
            a.plain = 1
        #     ^ none
            print(a.field)
        #           ^ property main.py::Field.__get__
            print(a.kept)
        #           ^ none
            print(a.plain)
        #           ^ none
            print(loose.any)
        #               ^ protocol main.py::Loose.__getattr__ possible
            tight.any = 1
        #         ^ property main.py::Tight.__setattr__ (=)
    """)


def test_a_use_by_syntax_stands_at_an_empty_span() -> None:
    """So that the names of the operands stay what is under a cursor."""
    from fixture import FixtureProgram, uses
    from flames_indexer.resolve import Resolver

    source = b"class A:\n    def __add__(self, b): ...\ndef f(a: A):\n    return a + a\n"
    program = FixtureProgram({"main.py": source})
    found = uses(program, "main.py", Resolver(program).resolve("main.py"))
    (use,) = (one for one in found if one.kind == "operator")
    assert use.start == use.end == source.index(b"a + a")


def test_a_loop_over_a_parameter_that_its_file_hands_something_made_there() -> None:
    check("""
        class Steps:
            def __iter__(self): ...
        def run(steps, others):
            for step in steps:
        #               ^ protocol main.py::Steps.__iter__ inferred
                pass
            for other in others:
        #                ^ none
                pass
        run(Steps(), unheard)
    """)


def test_of_a_union_with_what_needs_no_method_it_is_only_possible() -> None:
    check("""
        class Secret:
            def __str__(self): return "x"
        def plain(key: Secret, other: str | Secret, absent: Secret | None):
            a = str(key)
        #       ^ protocol main.py::Secret.__str__ (str())
            b = str(other)
        #       ^ protocol main.py::Secret.__str__ possible (str())
            c = str(absent)
        #       ^ protocol main.py::Secret.__str__ (str())
    """)


def test_of_several_the_declared_are_inferred_and_the_inferred_only_possible() -> None:
    check("""
        class Red:
            def __len__(self): return 1
        class Blue:
            def __len__(self): return 2
        def declared(one: Red | Blue):
            return len(one)
        #          ^ protocol main.py::Red.__len__ inferred (len()); protocol main.py::Blue.__len__ inferred (len())
        def given(one):
            one.x = 1
            return len(one)
        #          ^ protocol main.py::Red.__len__ possible (len()); protocol main.py::Blue.__len__ possible (len())
        given(Red())
        given(Blue())
    """)


def test_a_descriptor_that_an_object_holds_itself_runs_nothing() -> None:
    check("""
        class Trait:
            def __get__(self, owner, cls): return 1
        class Bag:
            name = Trait()
            inner = None
            def __init__(self):
                self.inner = Trait()
            def read(self):
                return self.name, self.inner
        #                   ^ property main.py::Trait.__get__
            def other(self):
                return self.inner
        #                   ^ none
    """)


def test_the_right_operand_answers_where_something_is_known_of_the_left() -> None:
    check("""
        class Part:
            def __iadd__(self, other): return self
            def __radd__(self, other): return self
        def build(parent, text: str, child: Part):
            print(1 + child)
        #         ^ operator main.py::Part.__radd__ (+)
            print(text + child)
        #         ^ operator main.py::Part.__radd__ (+)
            print(parent + child)
        #         ^ none
    """)


def test_the_right_operand_is_as_sure_as_the_left_one_is() -> None:
    check("""
        class Part:
            def __radd__(self, other): return self
        def say(start, child: Part):
            return start + child
        #          ^ operator main.py::Part.__radd__ inferred (+)
        def typed(start: str, child: Part):
            return start + child
        #          ^ operator main.py::Part.__radd__ (+)
        say("a", Part())
    """)


def test_of_a_union_with_what_has_it_from_a_library_it_is_only_possible() -> None:
    check("""
        class Own:
            def __len__(self): return 1
        class Listed(list): ...
        class Bare: ...
        def run(some: Own | Listed, sure: Own | Bare):
            print(len(some))
        #         ^ protocol main.py::Own.__len__ possible (len())
            print(len(sure))
        #         ^ protocol main.py::Own.__len__ (len())
    """)


def test_storing_a_member_of_an_element_reads_the_element() -> None:
    check("""
        class Row:
            def __getitem__(self, at): return self
            def __setitem__(self, at, value): ...
        def fill(row: Row):
            row[0].text = "a"
        #   ^ operator main.py::Row.__getitem__ ([])
            row[0] = "b"
        #   ^ operator main.py::Row.__setitem__ ([]=)
    """)
