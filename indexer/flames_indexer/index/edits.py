"""Where places of the indexed text are in the unsaved one."""

from dataclasses import dataclass

from flames_indexer.model import Span


@dataclass(frozen=True, slots=True)
class Replaced:
    """Bytes [start, end) of the indexed text became [now_start, now_end) of the current one."""

    start: int
    end: int
    now_start: int
    now_end: int


@dataclass(frozen=True, slots=True)
class EditMap:
    """What was replaced, in order, never touching each other: typing on extends one entry."""

    replaced: tuple[Replaced, ...] = ()

    def then(self, start: int, old_end: int, new_end: int) -> "EditMap":
        """After one more edit: [start, old_end) of the current text became [start, new_end)."""
        before = [r for r in self.replaced if r.now_end < start]
        touched = [r for r in self.replaced if r.now_end >= start and r.now_start <= old_end]
        grown = new_end - old_end
        after = [
            Replaced(r.start, r.end, r.now_start + grown, r.now_end + grown)
            for r in self.replaced
            if r.now_start > old_end
        ]
        first, last = self._base(start, before), self._base(old_end, [*before, *touched])
        if touched:
            first = min(first, touched[0].start)
            last = max(last, touched[-1].end)
            start = min(start, touched[0].now_start)
            new_end = max(old_end, touched[-1].now_end) + grown
        return EditMap((*before, Replaced(first, last, start, new_end), *after))

    def span(self, span: Span) -> Span | None:
        """The span now; None when an edit cut into it. One that holds an edit grows with it."""
        start, end = span.start, span.end
        shift_start = shift_end = 0
        for r in self.replaced:
            shift = r.now_end - r.end
            if r.end <= span.start:
                shift_start = shift_end = shift
            elif r.start >= span.end:
                break
            elif span.start <= r.start and r.end <= span.end:
                shift_end = shift
            else:
                return None
        return Span(span.path, start + shift_start, end + shift_end)

    def _base(self, now: int, before: list[Replaced]) -> int:
        """The indexed offset of a current one that lies behind all of `before`."""
        return now - (before[-1].now_end - before[-1].end) if before else now


def difference(old: bytes, new: bytes) -> EditMap:
    """One replacement that turns `old` into `new`: all between what they share at both ends."""
    if old == new:
        return EditMap()
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    return EditMap().then(start, len(old) - end, len(new) - end)


def _common(a: bytes, b: bytes) -> int:
    """The length of the common beginning."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
