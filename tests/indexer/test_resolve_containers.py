"""Containers: what is put into a list or dict after it was made is found in it."""

from fixture import check


def test_functions_put_under_a_key_are_called_through_it() -> None:
    check("""
        table = {}
        def one(): ...
        def other(): ...
        table["one"] = one
        def fill(key):
            table[key] = other
        def run(key):
            table[key]()
        #   ^ call main.py::one inferred; call main.py::other inferred
    """)


def test_another_container_of_that_name_holds_nothing() -> None:
    check("""
        table = {}
        def one(): ...
        def fill():
            table = {}
            table["one"] = one
        def run(key):
            table[key].start()
        #              ^ unknown
    """)


def test_what_is_appended_is_iterated() -> None:
    check("""
        class Job:
            def start(self): ...
        class Queue:
            def __init__(self):
                self.jobs = []
            def add(self):
                self.jobs.append(Job())
            def run(self):
                for job in self.jobs:
                    job.start()
        #               ^ call main.py::Job.start inferred
    """)


def test_what_others_append_to_a_member_is_iterated() -> None:
    check("""
        --- stack.py
        class Stack:
            def __init__(self):
                self.filters = []
            def run(self):
                for one in self.filters:
                    one.process()
        #               ^ call main.py::Upper.process inferred
        class Heap:
            def __init__(self):
                self.filters = []
            def run(self):
                for one in self.filters:
                    one.process()
        #               ^ unknown
        --- main.py
        from stack import Stack
        class Upper:
            def process(self): ...
        class Lower:
            def process(self): ...
        def build(stack: Stack):
            stack.filters.append(Upper())
            stack.others.append(Lower())
    """)


def test_extending_adds_what_the_other_holds() -> None:
    check("""
        class Job:
            def start(self): ...
        jobs = []
        jobs.extend([Job()])
        for job in jobs:
            job.start()
        #       ^ call main.py::Job.start inferred
    """)


def test_storing_an_element_of_the_receiver_is_no_member() -> None:
    check("""
        class Table(dict):
            def fill(self, key):
                self["start"] = key
            def run(self):
                self.start()
        #            ^ unknown
    """)


def test_places_of_a_named_tuple() -> None:
    check("""
        from typing import NamedTuple
        class Job:
            def start(self): ...
        class Shift(NamedTuple):
            name: str
            job: Job
            def length(self): ...
        def run(shifts: list[Shift]):
            for name, job in shifts:
                job.start()
        #           ^ call main.py::Job.start inferred
                name.start()
        #            ^ unknown
    """)


def test_an_object_that_is_made_of_its_own_elements_ends() -> None:
    check("""
        --- state.js
        function stop() {}
        let state = { on: stop };
        function nest(key) {
          state = { on: state[key], off: state["on"] };
        }
        function run(key) {
          state[key]();
        //     ^ call state.js::stop inferred
        }
    """)
