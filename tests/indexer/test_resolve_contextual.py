"""Functions handed to others: their parameters hold what the callable type expected there says."""

from fixture import check


def test_a_key_function_gets_elements_of_what_is_sorted() -> None:
    check("""
        class Job:
            def cost(self): ...
        def cheapest(jobs: list[Job]):
            return sorted(jobs, key=lambda job: job.cost())
        #                                           ^ call main.py::Job.cost
    """)


def test_a_function_before_the_elements_it_gets() -> None:
    check("""
        from functools import reduce
        class Job:
            def cost(self, before): ...
        def sum_of(jobs: list[Job]):
            return reduce(lambda before, job: job.cost(before), jobs, "")
        #                                         ^ call main.py::Job.cost
        def each(jobs: list[Job]):
            return list(map(lambda job: job.cost(0), jobs))
        #                                   ^ call main.py::Job.cost
    """)


def test_a_callable_type_under_a_name_of_its_own() -> None:
    check("""
        from typing import Callable
        Measure = Callable[["Job"], None]
        class Job:
            def cost(self): ...
        def each(measure: Measure): ...
        each(lambda job: job.cost())
        #                    ^ call main.py::Job.cost
    """)


def test_a_quoted_type_in_an_alias() -> None:
    check("""
        from typing import Optional
        Maybe = Optional["Job"]
        class Job:
            def cost(self): ...
        def price(job: Maybe, prices: dict[str, str]):
            prices["Job"]
        #           ^ none
            job.cost()
        #       ^ call main.py::Job.cost
    """)
