"""Receivers: self, super, annotations, values."""

from fixture import check


def test_self_finds_inherited_methods_in_c3_order() -> None:
    check("""
        class Base:
            def m(self): ...
        class Left(Base):
            pass
        class Right(Base):
            def m(self): ...
        class Leaf(Left, Right):
            def run(self):
                self.m()
        #            ^ call main.py::Right.m
    """)


def test_the_receiver_is_the_first_parameter_whatever_its_name() -> None:
    check("""
        class A:
            def m(this): ...
            def run(this):
                this.m()
        #            ^ call main.py::A.m
            @staticmethod
            def loose(self):
                self.unheard()
        #            ^ unknown
            @classmethod
            def make(klass):
                return klass()
        #              ^ call main.py::A
    """)


def test_super_skips_the_class_itself() -> None:
    check("""
        class Base:
            def m(self): ...
        class Child(Base):
            def m(self):
                super().m()
        #               ^ call main.py::Base.m
    """)


def test_override_edges() -> None:
    check("""
        class Base:
            def m(self): ...
        class Child(Base):
            def m(self): ...
        #       ^ override main.py::Base.m
            def n(self): ...
        #       ^ none
    """)


def test_a_method_overrides_one_of_each_base() -> None:
    check("""
        class Root:
            def f(self): ...
            def g(self): ...
        class Left(Root):
            def f(self): ...
        class Right(Root):
            def f(self): ...
        class Both(Left, Right):
            def f(self): ...
        #       ^ override main.py::Left.f; override main.py::Right.f
            def g(self): ...
        #       ^ override main.py::Root.g
            def h(self): ...
        #       ^ none
    """)


def test_inherit_and_decorate_edges() -> None:
    check("""
        import functools
        class Base: ...
        def wrap(f):
            @functools.wraps(f)
            def inner(*a): return f(*a)
            return inner
        class A(Base):
        #       ^ inherit main.py::Base
            @wrap
            #^ decorate main.py::wrap
            def m(self): ...
        @wrap
        def g(): ...
        def run(a: A):
            g()
        #   ^ call main.py::g
            a.m()
        #     ^ call main.py::A.m
    """)


def test_annotated_parameters() -> None:
    check("""
        from typing import Optional, Union, List, Dict, Type
        class A:
            def m(self) -> "A": ...
        class B:
            def m(self): ...
        def run(a: Optional[A], b: "A | None", c: Union[A, B], d: List[A], e: Dict[str, A], t: Type[A]):
            a.m()
        #     ^ call main.py::A.m
            b.m()
        #     ^ call main.py::A.m
            c.m()
        #     ^ call main.py::A.m; call main.py::B.m
            d[0].m()
        #        ^ call main.py::A.m
            e["x"].m().m()
        #              ^ call main.py::A.m
            for x in d:
                x.m()
        #         ^ call main.py::A.m inferred
            for k, v in e.items():
                v.m()
        #         ^ call main.py::A.m inferred
            t().m()
        #       ^ call main.py::A.m
    """)


def test_assignments_and_results() -> None:
    check("""
        class A:
            def m(self): ...
        class Holder:
            def __init__(self):
                self.a = A()
            def use(self):
                self.a.m()
        #              ^ call main.py::A.m inferred
            def get(self):
                return self.a
        def make():
            return A()
        def run():
            a = make()
            a.m()
        #     ^ call main.py::A.m inferred
            Holder().get().m()
        #                  ^ call main.py::A.m inferred
            x, (y, z) = 1, (2, A())
            z.m()
        #     ^ call main.py::A.m inferred
    """)


def test_context_managers() -> None:
    check("""
        from contextlib import contextmanager
        class A:
            def __enter__(self): return self
            def __exit__(self, *a): ...
            def m(self): ...
        @contextmanager
        def opened():
            yield A()
        def run():
            with A() as a:
                a.m()
        #         ^ call main.py::A.m inferred
            with opened() as b:
                b.m()
        #         ^ call main.py::A.m inferred
    """)


def test_properties() -> None:
    check("""
        class A:
            def m(self): ...
        class B:
            @property
            def a(self) -> A: ...
        def run(b: B):
            b.a.m()
        #     ^ property main.py::B.a
            b.a.m()
        #       ^ call main.py::A.m
    """)


def test_calling_a_class_is_an_edge_to_it() -> None:
    check("""
        class A:
            def __init__(self): ...
        def run():
            A()
        #   ^ call main.py::A
    """)


def test_async_results_are_awaited() -> None:
    check("""
        class A:
            def m(self): ...
        async def get() -> A: ...
        async def run():
            (await get()).m()
        #                 ^ call main.py::A.m
    """)


def test_generic_classes() -> None:
    check("""
        from typing import Generic, TypeVar
        T = TypeVar("T")
        class A:
            def m(self): ...
        class Box(Generic[T]):
            def get(self) -> T: ...
        class ABox(Box[A]): ...
        def first(items: list[T]) -> T: ...
        def run(box: Box[A], other: ABox, xs: list[A]):
            box.get().m()
        #             ^ call main.py::A.m
            other.get().m()
        #               ^ call main.py::A.m
            first(xs).m()
        #             ^ call main.py::A.m
            sorted(xs)[0].m()
        #                 ^ call main.py::A.m
    """)


def test_self_type_is_the_receivers_own() -> None:
    check("""
        from typing import Self
        class A:
            def set(self): return self
            def also(self) -> Self: ...
            @classmethod
            def make(cls): return cls()
        class B(A):
            def m(self): ...
        def run():
            B().set().also().m()
        #                    ^ call main.py::B.m inferred
            B.make().m()
        #            ^ call main.py::B.m inferred
    """)


def test_values_that_are_called() -> None:
    check("""
        def f(): ...
        def g(): ...
        TABLE = {"f": f, "g": g}
        class A:
            def __call__(self): ...
        def run(key):
            TABLE[key]()
        #        ^ call main.py::f inferred; call main.py::g inferred
            a = A()
            a()
        #   ^ call main.py::A.__call__ inferred
    """)


def test_members_of_enumerations() -> None:
    check("""
        from enum import Enum
        class Color(Enum):
            RED = 1
            def m(self): ...
        def run():
            Color.RED.m()
        #             ^ call main.py::Color.m
    """)


def test_storing_a_member_runs_the_inherited_property() -> None:
    check("""
        class Base:
            @property
            def debug(self): ...
            @debug.setter
            def debug(self, value): ...
        class App(Base):
            def run(self):
                self.debug = True
                return self.debug
        #                   ^ property main.py::Base.debug
    """)


def test_what_a_generator_is_sent() -> None:
    check("""
        from typing import Generator
        class Response:
            def read(self): ...
        def flow() -> Generator[int, Response, None]:
            response = yield 1
            response.read()
        #            ^ call main.py::Response.read inferred
    """)


def test_members_of_a_metaclass_are_found_on_the_class() -> None:
    check("""
        class Meta(type):
            def create(cls): ...
        class Base(metaclass=Meta): ...
        class A(Base): ...
        def run():
            A.create()
        #     ^ call main.py::Meta.create
            A().create()
        #       ^ unknown
    """)


def test_a_descriptor_of_one_s_own_makes_a_property() -> None:
    check("""
        class Job:
            def start(self): ...
        class kept:
            def __init__(self, key): self.key = key
            def __call__(self, make):
                self.make = make
                return self
            def __get__(self, owner, cls):
                return self.make(owner)
        class lazily:
            def __init__(self, make): self.make = make
            def __get__(self, owner, cls):
                return self.make(owner)
        class traced:
            def __init__(self, made): self.made = made
            def __call__(self, *args): return self.made(*args)
            def __get__(self, owner, cls): return self
        class Box:
            @kept("job")
            def job(self): return Job()
            @lazily
            def other(self): return Job()
            @traced
            def third(self): return Job()
            def run(self):
                self.job.start()
        #            ^ property main.py::Box.job
        #                ^ call main.py::Job.start inferred
                self.other.start()
        #                  ^ call main.py::Job.start inferred
                self.third().start()
        #            ^ call main.py::Box.third
                self.third.start()
        #                  ^ none
    """)


def test_a_class_that_takes_a_name_in_from_outside() -> None:
    check("""
        class Failure(Exception):
            def told(self): ...
        class Reader:
            Failure = Failure
            def read(self):
                self.Failure("").told()
        #            ^^^^^^^ call main.py::Failure inferred
                raise self.Failure("")
        #                  ^^^^^^^ call main.py::Failure inferred
                self.Failure().told()
        #                      ^^^^ call main.py::Failure.told inferred
    """)
