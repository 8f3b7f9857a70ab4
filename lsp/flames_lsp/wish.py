"""Wish: what a build is wanted for. Between the side that wants and the side that builds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """`saved`: the only files that need a look, None: all do. `first`: those that are open."""

    full: bool = False
    saved: frozenset[str] | None = None
    first: frozenset[str] = frozenset()

    def joined(self, later: "Wish") -> "Wish":
        """One that does for both."""
        both = None
        if self.saved is not None and later.saved is not None:
            both = self.saved | later.saved
        return Wish(self.full or later.full, both, later.first)


WHOLE = Wish()
