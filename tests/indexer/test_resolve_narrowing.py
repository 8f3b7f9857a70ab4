"""What tests like `isinstance` tell of names, and where it holds."""

from fixture import check

_KINDS = """
        class Job:
            def start(self): ...
        class Race:
            def start(self): ...
"""


def _check(code: str) -> None:
    check(_KINDS + code)


def test_branches_of_an_if() -> None:
    _check("""
        def run(what):
            if isinstance(what, Job):
                what.start()
        #            ^ call main.py::Job.start
            elif isinstance(what, Race):
                what.start()
        #            ^ call main.py::Race.start
            else:
                what.start()
        #            ^ unknown
    """)


def test_what_is_left_of_a_union() -> None:
    _check("""
        def run(what: Job | Race):
            if isinstance(what, Job):
                return
            what.start()
        #        ^ call main.py::Race.start
        def choose(what: Job | Race):
            what.start() if isinstance(what, Job) else what.start()
        #        ^ call main.py::Job.start
        #                                                   ^ call main.py::Race.start
    """)


def test_behind_a_branch_that_leaves_and_behind_an_assertion() -> None:
    _check("""
        def run(what):
            if not isinstance(what, Job):
                raise TypeError
            what.start()
        #        ^ call main.py::Job.start
        def begin(what):
            assert isinstance(what, Job)
            what.start()
        #        ^ call main.py::Job.start
        def maybe(what):
            if not isinstance(what, Job):
                print(what)
            what.start()
        #        ^ unknown
    """)


def test_within_one_expression() -> None:
    _check("""
        def run(what):
            return isinstance(what, Job) and what.start()
        #                                         ^ call main.py::Job.start
        def other(what):
            return isinstance(what, Job) or what.start()
        #                                        ^ unknown
        def each(whats):
            return [what.start() for what in whats if isinstance(what, Job)]
        #                ^ call main.py::Job.start
    """)


def test_a_subclass_and_a_tuple_of_classes() -> None:
    _check("""
        class Night(Job):
            def start(self): ...
            def rest(self): ...
        def run(what: Job):
            if isinstance(what, (Night, str)):
                what.start()
        #            ^ call main.py::Night.start
        def stay(what: Night):
            if isinstance(what, Job):
                what.start()
        #            ^ call main.py::Night.start
    """)


def test_a_name_that_is_bound_again_tells_nothing() -> None:
    _check("""
        def run(what, other):
            if isinstance(what, Job):
                what = other()
                what.start()
        #            ^ unknown
    """)


def test_members_of_names() -> None:
    _check("""
        class Box:
            def open(self, other):
                if isinstance(self.inner, Job):
                    self.inner.start()
        #                      ^ call main.py::Job.start
                    other.inner.start()
        #                       ^ unknown
    """)


def test_a_class_from_elsewhere_tells_nothing() -> None:
    _check("""
        from elsewhere import Task
        def run(what: Job):
            if isinstance(what, Task):
                what.start()
        #            ^ call main.py::Job.start
    """)


def test_in_functions_inside_that_do_not_bind_the_name() -> None:
    _check("""
        def run(what):
            if isinstance(what, Job):
                later(lambda: what.start())
        #                          ^ call main.py::Job.start
                later(lambda what: what.start())
        #                               ^ unknown
                return [what.start() for _ in what.parts]
        #                    ^ call main.py::Job.start
    """)
