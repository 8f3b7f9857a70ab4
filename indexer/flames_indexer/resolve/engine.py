"""Engine: asks rules, remembers answers, takes cycles to their fixpoint, collects what was read.

A *question* is (rule, arguments). Its answer is a function of the program only: a cycle of
questions is evaluated together, from nothing upwards, until no member's answer changes, so it does
not matter which member was asked first. (Rules are monotone in practice: unions, and first matches
over things that do not take part in cycles. ROUNDS bounds the rest.)

What was read is kept as *units*: (path, top-level name) pairs as small numbers. An answer's units
include those of the answers it rests on; members of one cycle share theirs.
"""

from bisect import bisect_right
from collections.abc import Callable, Set
from typing import Any, TypeAlias

# ruff: noqa: ANN401 (what a rule answers is between it and who asks)

Question: TypeAlias = tuple[Any, ...]
Rule: TypeAlias = Callable[..., Any]
_Memo: TypeAlias = dict[Question, tuple[Any, Set[int]]]

ROUNDS = 12  # of one cycle; three suffice wherever it was measured, twelve are a way out


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
        self.reads: set[int] = set()  # units read by the innermost question
        self.busy = 0  # questions being answered
        self._lasting: _Memo = {}
        self._recent: list[Question] = []  # answered since `begin`
        self._passing: _Memo = {}
        self._stack: list[_Frame] = []
        self._active: dict[Question, _Frame] = {}
        self._finished: list[tuple[Question, _Memo]] = []  # in a cycle whose head is active
        self._partial: dict[Question, tuple[Any, int, set[int]]] = {}
        self._guesses: dict[Question, Any] = {}
        self._units: dict[tuple[str, str], int] = {}
        self._unit_names: list[tuple[str, str]] = []
        self._shared: dict[frozenset[int], frozenset[int]] = {}

    def ask(self, bottom: Any, lasting: bool, *question: Any) -> Any:
        """The answer of the rule `question[0]` for the rest of the question.

        `bottom` is the answer that says nothing; an answer that is not `lasting` is forgotten at
        the next `begin`.
        """
        memo = self._lasting if lasting else self._passing
        known = memo.get(question)
        if known is not None:
            answer, units = known
            if units:
                self.reads |= units
            return answer
        frame = self._active.get(question)
        if frame is not None:
            return self._come_back(frame)
        partial = self._partial.get(question) if self._partial else None
        if partial is not None:
            self._join_cycle(bisect_right(self._stack, partial[1], key=_start) - 1)
            self.reads |= partial[2]
            return partial[0]
        return self._answer(question, bottom, memo)

    def read(self, path: str, name: str) -> None:
        """Notes that the innermost question looked at `name` of `path`."""
        key = (path, name)
        unit = self._units.get(key)
        if unit is None:
            unit = self._units[key] = len(self._unit_names)
            self._unit_names.append(key)
        self.reads.add(unit)

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
        gone = {unit for key, unit in self._units.items() if is_gone(*key)}
        lasting = self._lasting
        for question in [
            question
            for question, (_, units) in lasting.items()
            if not gone.isdisjoint(units) or concerns(question)
        ]:
            del lasting[question]

    def taken(self) -> list[tuple[str, str]]:
        """What was read since `begin`, in no particular order."""
        names = self._unit_names
        return [names[unit] for unit in self.reads]

    def _come_back(self, frame: _Frame) -> Any:
        frame.asked = True
        self._join_cycle(frame.depth)
        return frame.answer

    def _join_cycle(self, depth: int) -> None:
        top = self._stack[-1]
        if depth < top.low:
            top.low = depth

    def _answer(self, question: Question, bottom: Any, memo: _Memo) -> Any:
        stack, finished = self._stack, self._finished
        depth, start = len(stack), len(finished)
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
        outer |= reads
        self.reads = outer
        if frame.low < depth:
            self._keep_partial(question, frame, answer, memo, reads)
            return answer
        kept: Set[int] = reads
        if memo is self._lasting:
            kept = frozenset(reads)
            kept = self._shared.setdefault(kept, kept)
            self._recent.append(question)
        memo[question] = (answer, kept)
        if len(finished) > start:
            self._settle(start, kept)
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
        self, question: Question, frame: _Frame, answer: Any, memo: _Memo, reads: set[int]
    ) -> None:
        """Keeps an answer that rests on one above, until that one's cycle is settled."""
        above = self._stack[-1]
        above.low = min(above.low, frame.low)
        above.unstable |= frame.unstable
        self._partial[question] = (answer, len(self._finished), reads)
        self._finished.append((question, memo))

    def _settle(self, start: int, reads: Set[int]) -> None:
        """The answers of a cycle become known with its head's."""
        for member, memo in self._finished[start:]:
            memo[member] = (self._partial.pop(member)[0], reads)
            self._recent.append(member)
            self._guesses.pop(member, None)
        del self._finished[start:]
