"""What a change does to one use: it breaks, may break, is fine, or nobody can tell."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import IntEnum

from flames_indexer.impact.asked import Asked
from flames_indexer.impact.binding import Bound, Fit, bind, fit
from flames_indexer.impact.changes import Change
from flames_indexer.impact.contract import Contract, Receiver
from flames_indexer.impact.conventions import Conventions
from flames_indexer.impact.decorating import Effect, decorators_of, effect
from flames_indexer.impact.made import Made
from flames_indexer.impact.objects import misfit
from flames_indexer.impact.outcomes import misuse
from flames_indexer.impact.reaching import calls_of, moved, names, only_rest
from flames_indexer.impact.reads import Reads, reads_of
from flames_indexer.impact.results import Gives
from flames_indexer.impact.shapes import Fate, Shape
from flames_indexer.impact.sites import Site, classes_above
from flames_indexer.model import Certainty, EdgeKind

_OF_CLASSES = (EdgeKind.OVERRIDE, EdgeKind.INHERIT, EdgeKind.IMPORT)


class Level(IntEnum):
    """How bad it is for a use."""

    UNKNOWN = 0
    MAY_BREAK = 1
    BREAKS = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason`: what fails, or why nobody can tell."""

    site: Site
    reason: str
    level: Level
    is_call: bool = False  # it is the way of calling that does not fit


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the uses of the names of one file."""

    asked: Asked
    path: str  # of the file that changed
    conventions: Conventions
    _above: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    _effects: dict[str, Effect] = field(default_factory=dict[str, Effect])
    _redecorated: dict[str, bool] = field(default_factory=dict[str, bool])
    _fits: dict[tuple[int, Shape], Bound] = field(default_factory=dict[tuple[int, Shape], Bound])

    def verdict(self, change: Change, site: Site) -> Verdict | None:
        """None: the use is fine."""
        before, now = change.before, change.now
        if self._is_unchecked(site):
            return None
        if self._is_through_base(change, site):
            return Verdict(site, "calls what it overrides", Level.UNKNOWN)
        if now is None:
            return self._of_gone(change, site)
        if site.kind in (EdgeKind.OVERRIDE, EdgeKind.INHERIT):
            return self._of_override(change.qualname, before, now, site)
        if before.is_property != now.is_property:
            reason = _as_property(now, site)
            return Verdict(site, reason, Level.MAY_BREAK) if reason else None
        if site.shape is None:
            return Verdict(site, "passed on as a value", Level.UNKNOWN) if site.passed else None
        shape = site.shape
        if before.is_type and shape.through_class and not self._names_constructor(site):
            shape = replace(shape, through_class=False)  # a class inside a class
        return (
            self._of_receiver(before, now, site)
            or self._of_arguments(before, now, site, shape)
            or self._of_objects(before, now, site, shape)
            or self._of_made(before, now, site)
            or self._of_result(before, now, site, shape.fate)
        )

    def _names_constructor(self, site: Site) -> bool:
        text = self.asked.text(site.span.path) or b""
        word = text[site.span.start : site.span.end].decode(errors="replace")
        return word in self.conventions.constructors

    def _is_unchecked(self, site: Site) -> bool:
        """Whether the receiver was declared to be anything there."""
        text, unchecked = self.asked.text(site.span.path), self.conventions.unchecked
        if text is None or unchecked is None:
            return False
        line = text.rfind(b"\n", 0, site.span.start) + 1
        return unchecked.search(text, line, site.span.start) is not None

    def _is_through_base(self, change: Change, site: Site) -> bool:
        """Whether the use asks for what the changed method overrides: whether that fits is between
        the two methods."""
        if site.kind in _OF_CLASSES or change.before.receiver is Receiver.NOTHING:
            return False
        above = self.inherited(change.qualname)
        return bool(above) and not above.isdisjoint(self.asked.sites.meant_at(site.span))

    def _of_gone(self, change: Change, site: Site) -> Verdict | None:
        if change.hidden and site.span.path == self.path:
            return None
        if change.made_up and site.span.path != self.path:
            return Verdict(site, "asks a module that makes up names", Level.UNKNOWN)
        if site.kind is EdgeKind.OVERRIDE:
            if self._may_override_outside(site):
                return Verdict(site, "may override what is not in sight", Level.UNKNOWN)
            return Verdict(site, "overrides the old name", Level.MAY_BREAK)
        word = "imports" if site.kind is EdgeKind.IMPORT else "uses"
        what = "what is not exported" if change.hidden else "the old name"
        return Verdict(site, f"{word} {what}", _level(site.certainty is Certainty.RESOLVED))

    def _may_override_outside(self, site: Site) -> bool:
        owner = site.symbol.rpartition(".")[0]
        above = classes_above(self.asked.snapshot, owner)
        return any(one.startswith("ext:") for one in above)

    def _of_receiver(self, before: Contract, now: Contract, site: Site) -> Verdict | None:
        if before.receiver is now.receiver or self.conventions.receiver_is_parameter:
            return None
        level = _level(site.certainty is Certainty.RESOLVED)
        if now.receiver is Receiver.INSTANCE:
            return Verdict(site, "calls it on the class, and it needs an instance now", level)
        return Verdict(site, "calls it on an instance, and it belongs to the class now", level)

    def _of_arguments(
        self, before: Contract, now: Contract, site: Site, shape: Shape
    ) -> Verdict | None:
        was, bound = self._fit(before, shape), self._fit(now, shape)
        if was.fit >= Fit.LACKS:
            return None
        shifted, displaced = moved(was, bound, before, now)
        decorated = self._decorated(before, now)
        if decorated is Effect.REPLACES and (bound.fit >= Fit.LACKS or shifted):
            return Verdict(site, "calls what a decorator puts in its place", Level.UNKNOWN)
        known = decorated is Effect.KEEPS and not shape.indirect
        known = known and site.certainty is Certainty.RESOLVED
        if bound.fit >= Fit.LACKS:
            fails = self._fails(bound)
            if not fails and bound.fit is Fit.BREAKS and not shifted:
                return None
            if bound.fit is Fit.BREAKS and self._is_one_of_several(site):
                return None
            return Verdict(site, bound.reason, _level(fails and known), is_call=True)
        if shifted and not self._is_new(site):
            return Verdict(site, shifted, _level(displaced and known), is_call=True)
        if shifted:
            return None
        if self.conventions.spread_needs_rest and only_rest(before, shape):
            fits = only_rest(now, shape)
            reason = "unpacks a list where single values are taken"
            return None if fits else _misfit_call(site, reason)
        untold = bound.fit is Fit.UNKNOWN and before.ways != now.ways
        return Verdict(site, "unpacks its arguments", Level.UNKNOWN) if untold else None

    def _decorated(self, before: Contract, now: Contract) -> Effect:
        if before.certain and now.certain:
            return Effect.KEEPS
        state, name = self.asked.now(self.path), now.qualname
        written = state.contracts.get(name) if state else None
        if written is None or now.is_type:
            return Effect.UNKNOWN
        if name not in self._effects:
            found = effect(self.asked, self.path, written.rows, self.conventions)
            self._effects[name] = found
        return self._effects[name]

    def _of_objects(
        self, before: Contract, now: Contract, site: Site, shape: Shape
    ) -> Verdict | None:
        """What is wrong with the first object that the call writes out for a parameter."""
        calls = self.asked.sites.calls(site.span.path)
        if before.objects == now.objects or calls is None or shape.indirect or shape.spread:
            return None
        given = calls.objects(site.span.start)
        for was, then, keys in zip(before.objects, now.objects, given, strict=False):
            if was is None or then is None or keys is None:
                continue
            lacks, surplus = misfit(was, then, keys)
            if not lacks and not surplus:
                continue
            if not self.conventions.surplus_fails and not (lacks and surplus):
                return None  # what is left out is undefined, and what is not asked for ignored
            said = f"does not pass {_listed(lacks)}" if lacks else f"passes {_listed(surplus)}"
            reason = f"{said} in its object{'' if lacks else ', which is not taken'}"
            sure = self.conventions.surplus_fails and site.certainty is Certainty.RESOLVED
            several = not lacks and self._is_one_of_several(site)
            return None if several else Verdict(site, reason, _level(sure))
        return None

    def _of_made(self, before: Contract, now: Contract, site: Site) -> Verdict | None:
        if not before.made.resized(now.made) and not before.made.lost(now.made):
            return None
        reads = self._reads(site)
        reason = self._unmade(before.made, now.made, reads) if reads else ""
        if not reason:
            return None
        sure = self._decorated(before, now) is Effect.KEEPS
        sure = sure and site.certainty is Certainty.RESOLVED
        return Verdict(site, reason, _level(sure), is_call=True)

    def _unmade(self, before: Made, now: Made, reads: Reads) -> str:
        """Why what the result is made of no longer fits what is done with it."""
        gone = reads.members & before.lost(now)
        if gone:
            return f"reads {_listed(gone)}, which it no longer has"
        if not before.resized(now):
            return ""
        was, size = before.items, now.items
        if reads.targets == was and (size < was or self.conventions.unpacks_all):
            return f"unpacks it into {was}, and there are {size} now"
        if reads.returned is not None and reads.returned.items == was:
            return f"returns it as {was} values, and there are {size} now"
        return ""

    def _reads(self, site: Site) -> Reads | None:
        path, start = site.span.path, site.span.start
        calls, source = self.asked.sites.calls(path), self.asked.text(path)
        facts, call = self.asked.snapshot.facts(path), calls.at(start) if calls else None
        if source is None or facts is None or call is None:
            return None
        return reads_of(source, facts, call, self.conventions)

    def _of_result(self, before: Contract, now: Contract, site: Site, fate: Fate) -> Verdict | None:
        reason = misuse(before, now, fate)
        if fate is Fate.KEPT and now.gives is Gives.NOTHING and reason:
            reads = self._reads(site)
            if reads and (reads.used or reads.returned_as_value):
                verb = "uses" if reads.used else "returns"
                fate, reason = Fate.USED, f"{verb} its result, and it returns nothing now"
        if reason is None or self._is_new(site):
            return None
        if self._is_redecorated(now.qualname):
            return Verdict(site, "uses what another decorator gives now", Level.UNKNOWN)
        if fate is Fate.KEPT and not (now.is_async and self._stands_as_before(site)):
            return Verdict(site, "passes its result on", Level.UNKNOWN)
        return _misfit_call(site, reason)

    def _is_redecorated(self, name: str) -> bool:
        """Whether other decorators than before decide what a call gives."""
        if name not in self._redecorated:
            old, now = (
                decorators_of(state, name, self.conventions) if state else None
                for state in (self.asked.old(self.path), self.asked.now(self.path))
            )
            self._redecorated[name] = old != now
        return self._redecorated[name]

    def _of_override(
        self, name: str, before: Contract, now: Contract, site: Site
    ) -> Verdict | None:
        """A method that overrides the changed one, or that it overrides (INHERIT)."""
        if name.rpartition(".")[2] in self.conventions.constructors:
            return None
        other = self._contract_at(site)
        if other is None:
            return None
        if site.kind is EdgeKind.INHERIT:
            known = names(other)
            reason = "" if self._misfit(before, other, known) else self._misfit(now, other, known)
            said = f"is overridden by it: {reason}"
        else:
            known = names(before)
            reason = "" if self._misfit(other, before, known) else self._misfit(other, now, known)
            said = f"overrides it: {reason}"
        return Verdict(site, said, Level.MAY_BREAK) if reason else None

    def _misfit(self, own: Contract, base: Contract, known: Collection[str]) -> str:
        """Why calls that `base` takes would fail with `own`, which overrides it; "": none does.
        Optional parameters that are not `known` are passed by nobody yet."""
        if not own.ways or not base.ways or own.is_property or base.is_property:
            return ""
        sure = own.certain and base.certain and Gives.GENERATOR not in (own.gives, base.gives)
        if own.is_async != base.is_async and sure:
            return f"the override is {'' if own.is_async else 'not '}async"
        for shape in (shape for way in base.ways for shape in calls_of(way, known)):
            bound = min((bind(way, shape, shape.positional) for way in own.ways), key=_worst)
            if bound.fit is Fit.LACKS:
                return f"a call of the base {bound.reason}"
            if bound.fit is Fit.BREAKS and not self.conventions.overrides_take_less:
                return f"a call of the base {bound.reason}"
        return ""

    def inherited(self, name: str) -> frozenset[str]:
        """The methods of classes above that a method of the file overrides."""
        if name not in self._above:
            constructs = name.rpartition(".")[2] in self.conventions.constructors
            found = self.asked.sites.inherited(f"{self.path}::{name}")
            self._above[name] = frozenset() if constructs else found
        return self._above[name]

    def _contract_at(self, site: Site) -> Contract | None:
        path, _, name = site.symbol.partition("::")
        state = self.asked.now(path)
        written = state.contracts.get(name) if state else None
        return written.contract if written else None

    def _fit(self, contract: Contract, shape: Shape) -> Bound:
        key = (id(contract), shape)
        if key not in self._fits:
            passed = self.conventions.receiver_is_parameter
            self._fits[key] = fit(contract, shape, receiver_is_parameter=passed)
        return self._fits[key]

    def _is_one_of_several(self, site: Site) -> bool:
        """Whether what is called may be another function that takes more, where who is passed more
        than he takes may stand for him who takes it."""
        if not self.conventions.overrides_take_less:
            return False
        return len(self.asked.sites.meant_at(site.span)) > 1

    def _fails(self, bound: Bound) -> bool:
        if bound.fit is Fit.LACKS:
            return self.conventions.arity_fails
        return self.conventions.surplus_fails

    def _is_new(self, site: Site) -> bool:
        """Whether the call is not written like this in its file's old text: it was adapted."""
        span = site.call
        old, now = self.asked.before(span.path), self.asked.text(span.path)
        return old is not None and now is not None and now[span.start : span.end] not in old

    def _stands_as_before(self, site: Site) -> bool:
        """Whether all that the call stands in is what it was."""
        span = site.call
        old, now = self.asked.before(span.path), self.asked.text(span.path)
        symbol = self.asked.snapshot.enclosing(span.path, span.start)
        if old is None or now is None or symbol is None:
            return old is not None and old == now
        around = symbol.span
        return old == now or ("::" in symbol.id and now[around.start : around.end] in old)


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _misfit_call(site: Site, reason: str) -> Verdict:
    return Verdict(site, reason, Level.MAY_BREAK, is_call=True)


def _level(sure: bool) -> Level:
    return Level.BREAKS if sure else Level.MAY_BREAK


def _worst(bound: Bound) -> Fit:
    return bound.fit


def _as_property(now: Contract, site: Site) -> str:
    if now.is_property and site.shape is not None:
        return "calls it, and it is a property now"
    if not now.is_property and site.shape is None and site.kind is not EdgeKind.IMPORT:
        return "does not call it, and it is a method now"
    return ""
