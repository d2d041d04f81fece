"""The derivative along directions without running the function again: the reverse, reversed.

What a call's reverse computes is linear in the cotangent.  Its own reverse is therefore the map from tangents of the
arguments to the tangent of the result, with everything that the first forward remembered as constants:

    f_reverse(residual, y_bar)                 y_bar -> x_bar        J^T, for the path that was taken
    f_reverse_reverse(residual_2, x_bar_bar)   x_dot -> y_dot        J

`x_bar_bar` is what forward mode calls `x_dot`.  Both are emitted text like any other.

A reverse that hands adjoints on by identity is reversed by what its calls turn out to be when they run; such a map is
tried against the pullback before it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import arguments
from srcgrad.dispatch import dispatcher_of
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import like
from srcgrad.runtime.kept import zero_like

if TYPE_CHECKING:
    from srcgrad.pullback import Pullback

ADVICE = "use srcgrad.jvp, which runs the function once for each direction"


def can_transpose(entry: Any) -> bool:
    """Whether the reverses of an entry hand adjoints on by name alone, so that they can be reversed in turn."""
    return entry.protocol != "bars" and "i" not in entry.modes.values()


def gathered(reverse, residual, bar):  # type: ignore[no-untyped-def]
    """What a reverse gives that hands adjoints on by identity."""
    return reverse(residual, bar, Adjoints())


def gathered_on_path(reverse, residual, bar, seen):  # type: ignore[no-untyped-def]
    """The same, for a reverse of all paths."""
    return reverse(residual, bar, Adjoints(), seen)


class Transposed:
    """Maps tangents of a call's arguments to the tangent of its result, without running the function.

    Raises UnsupportedError where the reverse of the call cannot be differentiated.
    """

    def __init__(self, pullback: Pullback) -> None:
        entry = pullback._entry
        path = entry.path(pullback._seen)
        if not can_transpose(entry):
            raise UnsupportedError("differentiating a reverse that hands adjoints on by identity", ADVICE)
        self._function = function = path.function
        cotangent = arguments.rebuilt(pullback._value, zero_like, lambda x: None)
        self._handed = handed = arguments.told_apart((cotangent, None) if pullback._has_aux else cotangent)
        rest = (pullback._seen,) if path.wants_seen else ()
        given = (pullback._residual, handed, *rest)
        place = 1
        if entry.uses_bars:
            given, place = (function, *given), 2
            self._function = function = gathered_on_path if rest else gathered
        dispatcher = dispatcher_of(programs.program_of(function))
        values = dispatcher.bind(function, given, {})
        self._name = list(values)[place]
        modes = dict.fromkeys(values, "-")
        modes[self._name] = "v" if carries(handed) else "i"
        self._entry = dispatcher.entry(function, values, modes, "api")
        self._aux = pullback._has_aux
        # resolved while it ran, so to be tried first
        self.doubtful = bool(entry.uses_bars)
        self.names = entry.returned
        with np.errstate(all="ignore"):
            # what a reverse warns of when it runs is for the maps to say
            found = self._entry.run_forward(function, *dispatcher.call_form(values))
        self._gradients, self._seen, self._residual = found
        self._entry.path(self._seen)

    def __call__(self, tangents: Mapping[str, Any]) -> Any:
        """The tangent of the result, for a tangent of each argument that the reverse returns a gradient of."""
        entry = self._entry
        given: Any = tuple(tangents[name] for name in self.names)
        if len(given) == 1:
            given = given[0]
        bars = Adjoints()
        bar = given
        if entry.protocol == "bars":
            bars.add_items(self._gradients, given)
            bar = None
        found = entry.run_reverse(self._seen, self._residual, bar, bars)
        if self._name not in entry.returned:
            found = arguments.gradient_of(self._handed, bars)
        return found[0] if self._aux else found

    def fits(self, pullback: Pullback, values: Mapping[str, Any]) -> bool:
        """Whether <c, J v> is <J^T c, v> for a random c and v, as it is for a map and its transpose alone."""
        rng = np.random.default_rng(0)

        def drawn(x: Any) -> Any:
            parts = rng.uniform(0.5, 1.5, (2, *np.shape(x)))
            return like(parts[0] + 1j * parts[1] if np.iscomplexobj(x) else parts[0], x)

        cotangent = arguments.rebuilt(pullback._value, drawn, lambda other: None)
        tangents = {name: arguments.rebuilt(values[name], drawn, lambda other: None) for name in self.names}
        with np.errstate(all="ignore"):
            there = list(zip(arguments.leaves(cotangent), arguments.leaves(self(tangents))))
            back = dict(zip(pullback._originals, pullback._pulled(cotangent)))
            here = [pair for n in self.names for pair in zip(arguments.leaves(back[n]), arguments.leaves(tangents[n]))]
            one, size = product(there)
            other, other_size = product(here)
            precision = max([np.finfo(np.result_type(a)).eps for a, _ in (*there, *here)], default=0.0)
            return bool(abs(one - other) <= np.sqrt(precision) * (size + other_size))

    @property
    def source(self) -> str:
        """The text that runs."""
        return str(self._entry.path(self._seen).text)


def product(pairs: list[tuple[Any, Any]]) -> tuple[float, float]:
    """The real inner product of lists of arrays, and the sum of the sizes of its terms."""
    terms = [np.real(np.conj(a) * b) for a, b in pairs]
    return float(sum(np.sum(term) for term in terms)), float(sum(np.sum(np.abs(term)) for term in terms))
