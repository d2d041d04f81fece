"""Which arms and exits a reverse is for, and how the forward says which occurred.

Every arm of a branch that matters to the reverse, and every exit of a loop that has several, owns one bit of an
integer, the signature.  The forward sets the bits of what it passes; the reverse is emitted for exactly those.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from srcgrad.adjoint.exits import FALL, Scope


@dataclass(slots=True)
class Sites:
    """The bits of a function's signature.

    arms    (branch, arm taken) or (try statement, handler index): bit
    exits   (loop or None, exit): bit
    """

    arms: dict[tuple[Any, Any], int] = field(default_factory=dict)
    exits: dict[tuple[Any, Any], int] = field(default_factory=dict)
    count: int = 0

    def add_arm(self, stmt: Any, arm: Any) -> None:
        self.arms[stmt, arm] = 1 << self.count
        self.count += 1

    def add_exit(self, scope: Any, site: Any) -> None:
        self.exits[scope, site] = 1 << self.count
        self.count += 1


@dataclass(slots=True)
class Decisions:
    """The arms and exits that occurred (`seen` is None: any may have)."""

    sites: Sites
    seen: int | None = None

    def arms(self, stmt: Any, arms: tuple[Any, ...] = (True, False)) -> list[Any]:
        """The arms of a branch that the reverse has to cover."""
        if self.seen is None or (stmt, arms[0]) not in self.sites.arms:
            return list(arms)
        return [arm for arm in arms if self.seen & self.sites.arms[stmt, arm]]

    def exits(self, scope: Scope) -> list[int]:
        """The exits of a scope that the reverse has to cover."""
        numbers = {scope.number(site): site for site in (*scope.sites, FALL)}
        if self.seen is None or (scope.anchor, FALL) not in self.sites.exits:
            return list(numbers)
        return [n for n, site in numbers.items() if self.seen & self.sites.exits[scope.anchor, site]]


def describe(sites: Sites, seen: int) -> list[str]:
    """The signature in words: `line 12: true`, `line 30 leaves by line 34`."""
    lines = []
    for (stmt, arm), bit in sites.arms.items():
        if seen & bit:
            text = str(arm).lower() if isinstance(arm, bool) else f"handler {arm}" if arm >= 0 else "no exception"
            lines.append(f"line {stmt.span.line}: {text}")
    for (scope, site), bit in sites.exits.items():
        if seen & bit:
            name = "function" if scope is None else f"loop at line {scope.span.line}"
            how = "its end" if site is FALL else f"{type(site).__name__.lower()} at line {site.span.line}"
            lines.append(f"{name} leaves by {how}")
    return lines
