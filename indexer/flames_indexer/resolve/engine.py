"""Engine: asks rules, remembers answers, takes cycles to their fixpoint, collects what was read.

A *question* is (rule, arguments). Its answer is a function of the program only: a cycle of
questions is evaluated together, from nothing upwards, until no member's answer changes, so it does
not matter which member was asked first. (Rules are monotone in practice: unions, and first matches
over things that do not take part in cycles. ROUNDS bounds the rest.)

What was read is kept as *units*: (path, top-level name) pairs as small numbers. An answer's units
include those of the answers it rests on; members of one cycle share theirs. Those of a lasting
answer are a *group*, equal ones kept once; among the reads of whoever asks, it stands as one number
below 0 until that one's own group is made, which spares most unions.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any, Final, TypeAlias

# ruff: noqa: ANN401 (what a rule answers is between it and who asks)

Question: TypeAlias = tuple[Any, ...]
Rule: TypeAlias = Callable[..., Any]

# Of one cycle. Three suffice nearly everywhere; what is stopped here (celery has one) answers what
# the last round gave, which was the same in every order of files tried.
ROUNDS: Final = 12

# Questions that may rest on each other, one below the other; of real code, 60. Compiled, each takes
# one or two KB of the stack, and where that ends, so does the process.
DEEPEST: Final = 1_000


class _Frame:
    __slots__ = ("answer", "asked", "depth", "low", "start", "unstable")

    def __init__(self, depth: int, start: int, answer: Any) -> None:
        self.answer = answer  # what a question below gets when it comes back to this one
        self.asked = False  # whether one did
        self.depth = depth
        self.low = depth  # the lowest frame that this one or any below came back to
        self.start = start  # of the answers finished below, in the engine's list
        self.unstable = False  # whether what was given to one that came back is out of date


def _start(frame: _Frame) -> int:
    return frame.start


class Engine:
    """Questions and answers of one program state."""

    def __init__(self) -> None:
        self.reads: set[int] = set()  # units, and ~ groups, read by the innermost question
        self.busy = 0  # questions being answered
        self._lasting: dict[Question, tuple[Any, int]] = {}  # answer, group
        self._recent: list[Question] = []  # answered since `begin`
        self._passing: dict[Question, tuple[Any, set[int]]] = {}  # answer, reads
        self._stack: list[_Frame] = []
        self._active: dict[Question, _Frame] = {}
        self._finished: list[tuple[Question, bool]] = []  # in a cycle whose head is active
        self._partial: dict[Question, tuple[Any, int, set[int]]] = {}
        self._guesses: dict[Question, Any] = {}
        self._units: dict[str, dict[str, int]] = {}  # numbers by path and name
        self.unit_names: list[tuple[str, str]] = []  # by number
        self._groups: list[tuple[int, ...]] = [()]
        self._group_numbers: dict[tuple[int, ...], int] = {(): 0}

    def ask(self, bottom: Any, lasting: bool, *question: Any) -> Any:
        """The answer of the rule `question[0]` for the rest of the question.

        `bottom` is the answer that says nothing; an answer that is not `lasting` is forgotten at
        the next `begin`. RecursionError: it rests on more than DEEPEST others, one below the other.
        """
        if lasting:
            known = self._lasting.get(question)
            if known is not None:
                self.reads.add(~known[1])
                return known[0]
        else:
            passing = self._passing.get(question)
            if passing is not None:
                self.reads |= passing[1]
                return passing[0]
        frame = self._active.get(question)
        if frame is not None:
            return self._come_back(frame)
        partial = self._partial.get(question) if self._partial else None
        if partial is not None:
            self._join_cycle(bisect_right(self._stack, partial[1], key=_start) - 1)
            self.reads |= partial[2]
            return partial[0]
        return self._answer(question, bottom, lasting)

    def read(self, path: str, name: str) -> None:
        """Notes that the innermost question looked at `name` of `path`."""
        self.reads.add(self.unit(path, name))

    def unit(self, path: str, name: str) -> int:
        """The number of a (path, name), which it keeps."""
        names = self._units.get(path)
        if names is None:
            names = self._units[path] = {}
        unit = names.get(name, -1)
        if unit < 0:
            unit = names[name] = len(self.unit_names)
            self.unit_names.append((path, name))
        return unit

    def begin(self) -> None:
        """Starts collecting the reads of one file; forgets passing answers."""
        self.reads = set()
        self._recent = []
        self.busy = 0
        for unfinished in (
            self._passing,
            self._stack,
            self._active,
            self._finished,
            self._partial,
            self._guesses,
        ):
            unfinished.clear()

    def forget(self, path: str) -> None:
        """Forgets the answers since `begin` to questions about a file: nobody else asked them."""
        for question in self._recent:
            if question[2] == path:
                self._lasting.pop(question, None)
        self._recent = []

    def close(self) -> None:
        """Forgets everything. Questions name the world that holds this engine, a circle that would
        wait for a garbage collection, which costs as much as resolving a thousand files."""
        self.begin()
        self._lasting.clear()

    @property
    def size(self) -> int:
        """Lasting answers."""
        return len(self._lasting)

    def forget_about(
        self, is_gone: Callable[[str, str], bool], concerns: Callable[[Question], bool]
    ) -> None:
        """Forgets the answers that rest on a (path, name) that is gone, and those of the questions
        that `concerns` tells: another program state has other ones."""
        gone = {unit for unit, key in enumerate(self.unit_names) if is_gone(*key)}
        touched = [not gone.isdisjoint(units) for units in self._groups]
        lasting = self._lasting
        for question in [
            question
            for question, (_, group) in lasting.items()
            if touched[group] or concerns(question)
        ]:
            del lasting[question]

    def taken(self) -> set[int]:
        """The units read since `begin`."""
        return self._units_of(self.reads)

    def _come_back(self, frame: _Frame) -> Any:
        frame.asked = True
        self._join_cycle(frame.depth)
        return frame.answer

    def _join_cycle(self, depth: int) -> None:
        top = self._stack[-1]
        if depth < top.low:
            top.low = depth

    def _answer(self, question: Question, bottom: Any, lasting: bool) -> Any:
        stack, finished = self._stack, self._finished
        depth, start = len(stack), len(finished)
        if depth >= DEEPEST:
            raise RecursionError(f"more than {DEEPEST} names are made one from the other")
        guess = self._guesses.get(question, bottom) if self._guesses else bottom
        frame = _Frame(depth, start, guess)
        stack.append(frame)
        self.busy = depth + 1
        self._active[question] = frame
        outer = self.reads
        self.reads = reads = set[int]()
        answer = question[0](*question[1:])
        if frame.asked or frame.unstable:
            answer, reads = self._repeated(question, frame, answer, reads)
        stack.pop()
        self.busy = depth
        del self._active[question]
        self.reads = outer
        if frame.low < depth:
            outer |= reads
            self._keep_partial(question, frame, answer, lasting, reads)
            return answer
        if lasting:
            group = self._group(reads)
            outer.add(~group)
            self._lasting[question] = (answer, group)
            self._recent.append(question)
        else:
            outer |= reads
            self._passing[question] = (answer, reads)
        if len(finished) > start:
            self._settle(start, reads)
        if self._guesses:
            self._guesses.pop(question, None)
        return answer

    def _repeated(
        self, question: Question, frame: _Frame, answer: Any, reads: set[int]
    ) -> tuple[Any, set[int]]:
        """Asks again until the answer is the one that those who came back were given. The rounds
        are those of the cycle's head; a member only tells that one is needed."""
        for _ in range(ROUNDS):
            if frame.asked and answer != frame.answer:
                frame.unstable = True
            if frame.low < frame.depth or not frame.unstable:
                break
            frame.answer = answer
            self._withdraw(frame.start)
            frame.asked = frame.unstable = False
            self.reads = reads  # what a round was given rests on what the rounds before it read
            answer = question[0](*question[1:])
        return answer, reads

    def _withdraw(self, start: int) -> None:
        """Answers found in a round that must be repeated become the next round's guesses."""
        for question, _ in self._finished[start:]:
            self._guesses[question] = self._partial.pop(question)[0]
        del self._finished[start:]

    def _keep_partial(
        self, question: Question, frame: _Frame, answer: Any, lasting: bool, reads: set[int]
    ) -> None:
        """Keeps an answer that rests on one above, until that one's cycle is settled."""
        above = self._stack[-1]
        above.low = min(above.low, frame.low)
        above.unstable |= frame.unstable
        self._partial[question] = (answer, len(self._finished), reads)
        self._finished.append((question, lasting))

    def _settle(self, start: int, reads: set[int]) -> None:
        """The answers of a cycle become known with its head's."""
        group = self._group(reads)
        for member, lasting in self._finished[start:]:
            answer = self._partial.pop(member)[0]
            if lasting:
                self._lasting[member] = (answer, group)
                self._recent.append(member)
            else:
                self._passing[member] = (answer, reads)
            self._guesses.pop(member, None)
        del self._finished[start:]

    def _group(self, reads: set[int]) -> int:
        """The number of the units in `reads`, those of its groups included."""
        above = [~read for read in reads if read < 0]
        if len(above) == 1:
            whole = self._groups[above[0]]
            if all(read < 0 or read in whole for read in reads):
                return above[0]
        units = tuple(sorted(self._units_of(reads)))
        number = self._group_numbers.setdefault(units, len(self._groups))
        if number == len(self._groups):
            self._groups.append(units)
        return number

    def _units_of(self, reads: set[int]) -> set[int]:
        units = {unit for unit in reads if unit >= 0}
        for group in reads:
            if group < 0:
                units.update(self._groups[~group])
        return units
