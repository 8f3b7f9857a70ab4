"""Arguments: what a parameter without a type holds, told by the calls of its function."""

from fixture import check


def test_a_parameter_holds_what_its_callers_hand_it() -> None:
    check("""
        --- pkg/a.py
        class Job:
            def start(self): ...
            def stop(self): ...
        def run(first, *, second):
            first.start()
        #         ^ call pkg/a.py::Job.start inferred
            second.stop()
        #          ^ call pkg/a.py::Job.stop inferred
        --- pkg/b.py
        from pkg.a import Job, run as launch
        launch(Job(), second=Job())
    """)


def test_a_function_of_the_same_name_hands_nothing() -> None:
    check("""
        class Job:
            def start(self): ...
        class Race:
            def start(self): ...
        class Runner:
            def run(self, one):
                one.start()
        #           ^ unknown
        def run(one):
            one.start()
        #       ^ call main.py::Job.start inferred
        run(Job())
        unheard.run(Race())
    """)


def test_a_type_is_believed_before_any_call() -> None:
    check("""
        class Job:
            def start(self): ...
        class Race:
            def start(self): ...
        def run(one: Race):
            one.start()
        #       ^ call main.py::Race.start
        run(Job())
    """)


def test_constructors_hand_on_what_they_get() -> None:
    check("""
        class Log:
            def write(self): ...
        class Base:
            def __init__(self, log):
                self.log = log
            def note(self):
                self.log.write()
        #                ^ call main.py::Log.write inferred
        class Child(Base):
            def __init__(self, where):
                super().__init__(where)
        Child(Log())
    """)


def test_functions_handed_over_are_called_through_the_parameter() -> None:
    check("""
        def apply(function):
            function()
        #   ^ call main.py::one inferred; call main.py::other inferred
        def one(): ...
        def other(): ...
        apply(one)
        apply(function=other)
    """)


def test_decorators_are_handed_what_they_decorate() -> None:
    check("""
        def plain(function):
            def inner():
                function()
        #       ^ call main.py::one inferred
            return inner
        def made(size):
            def wrap(function):
                function()
        #       ^ call main.py::other inferred
                return function
            return wrap
        @plain
        def one(): ...
        @made(3)
        def other(): ...
    """)


def test_a_function_called_everywhere_is_handed_anything() -> None:
    calls = "\n".join("run(Job())" for _ in range(40))
    check(f"""
class Job:
    def start(self): ...
class Race:
    def start(self): ...
def run(one):
    one.start()
#       ^ unknown
{calls}
""")


def test_calls_elsewhere_of_its_name_do_not_hide_the_callers_of_a_local_function() -> None:
    others = "".join(
        f"""
        --- other{number}.py
        unheard.match(1)
    """
        for number in range(5)
    )
    check(
        """
        --- main.py
        class Job:
            def start(self): ...
        class Race:
            def start(self): ...
        def run():
            def match(one):
                one.start()
        #           ^ call main.py::Job.start inferred
            match(Job())
    """
        + others
    )


def test_a_type_that_only_says_how_it_is_called_leaves_who_is_called_to_the_calls() -> None:
    check("""
        from typing import Callable, Optional
        class Hooks:
            def __init__(self, run: Optional[Callable[[str], int]]):
                self._run = run
            def fire(self):
                return self._run("x")
        #                   ^ call main.py::_execute inferred
        def _execute(name: str) -> int: ...
        hooks = Hooks(_execute)
    """)


def test_what_a_function_that_is_declared_to_give_a_callable_gives_is_called() -> None:
    check("""
        from typing import Callable
        def make(base: int) -> Callable[[int], int]:
            def add(n): return base + n
            return add
        def run():
            add = make(1)
            return add(2)
        #          ^ call main.py::make.add inferred
    """)


def test_of_many_functions_for_one_callable_none_is_meant() -> None:
    check("""
        from typing import Callable
        def apply(f: Callable[[], int]):
            return f()
        #          ^ none
        def one(): ...
        def two(): ...
        def three(): ...
        apply(one)
        apply(two)
        apply(three)
    """)


def test_a_lambda_for_a_callable_has_no_name_to_be_told() -> None:
    check("""
        from typing import Callable
        def apply(f: Callable[[], int]):
            return f()
        #          ^ none
        apply(lambda: 1)
    """)
