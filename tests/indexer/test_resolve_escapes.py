"""Functions as values: what they are handed, under whatever name they are called."""

from fixture import check


def test_a_lambda_is_handed_what_its_receiver_calls_it_with() -> None:
    check("""
        class Job:
            def start(self): ...
        def run(action):
            action(Job())
        run(lambda job: job.start())
        #                   ^ call main.py::Job.start inferred
    """)


def test_a_callback_is_handed_what_the_parameter_is_called_with() -> None:
    check("""
        --- work.py
        class Job:
            def start(self): ...
        class Pool:
            def each(self, action):
                action(Job())
        --- main.py
        from work import Pool
        def begin(job):
            job.start()
        #       ^ call work.py::Job.start inferred
        def alone(job):
            job.start_all()
        #       ^ unknown
        Pool().each(begin)
    """)


def test_functions_in_a_list_are_called_under_the_loop_s_name() -> None:
    check("""
        class Job:
            def start(self): ...
        def begin(job):
            job.start()
        #       ^ call main.py::Job.start inferred
        def run():
            for step in [begin, len]:
                step(Job())
        #       ^ call main.py::begin inferred
    """)


def test_a_function_under_another_name() -> None:
    check("""
        class Job:
            def start(self): ...
        class Race:
            def start(self): ...
        def begin(job):
            job.start()
        #       ^ call main.py::Job.start inferred
        action = begin
        action(Job())
        def other(action):
            action(Race())
    """)


def test_a_returned_function_is_called_behind_its_maker() -> None:
    check("""
        class Job:
            def start(self): ...
        def begin(job):
            job.start()
        #       ^ call main.py::Job.start inferred
        def chosen():
            return begin
        chosen()(Job())
    """)


def test_a_function_kept_by_a_constructor_is_called_as_a_member() -> None:
    check("""
        class Job:
            def start(self): ...
        class Command:
            def __init__(self, action):
                self.action = action
            def run(self):
                self.action(Job())
        #            ^ call main.py::begin inferred
        def begin(job):
            job.start()
        #       ^ call main.py::Job.start inferred
        Command(begin)
    """)


def test_what_a_call_above_a_definition_gives_decorates_it() -> None:
    check("""
        def retried(times):
            def around(function):
                return function
            return around
        @retried(3)
        # ^ call main.py::retried; decorate main.py::retried.around inferred
        def run(): ...
        class Mark:
            def __call__(self, function): ...
        @Mark()
        #    ^ decorate main.py::Mark.__call__
        def walk(): ...
    """)
