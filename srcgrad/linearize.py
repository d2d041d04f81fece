"""`linearize`: the value of a function, and its derivative at that point as a linear map that is applied many times."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.batches import batched
from srcgrad.errors import UnsupportedError
from srcgrad.jvp import Jvp, finished
from srcgrad.pullback import Prepared, Pullback
from srcgrad.rerun import Again
from srcgrad.runtime.kept import zero_like
from srcgrad.transposed import Transposed, can_transpose


class LinearMap:
    """The derivative of a function at one point.

    transpose   the map in the other direction, from cotangents of the value to gradients of the arguments
    value       of the function, without what came with it (`has_aux`)
    """

    gives_derivatives = True

    def __init__(self, prepared: Prepared, count: int, transpose: Pullback) -> None:
        self._names, self._given, self.transpose = prepared.names, count, transpose
        self.value = transpose._value
        self._rest = next((p.name for p in prepared.dispatcher.program.params if p.kind == "var"), None)
        # one tangent for each argument
        places = {name: "VAR_POSITIONAL" if name == self._rest else "POSITIONAL_ONLY" for name in self._names[:count]}
        parameters = [inspect.Parameter(name, getattr(inspect.Parameter, place)) for name, place in places.items()]
        self.__signature__ = inspect.Signature(parameters)

    def _by_name(self, tangents: tuple[Any, ...]) -> dict[str, Any]:
        """The tangents by the name of the parameter; those of `*args` together."""
        names = self._names
        if self._rest in names and len(tangents) >= len(names) - 1:
            tangents = (*tangents[: len(names) - 1], tuple(tangents[len(names) - 1 :]))
        if len(tangents) not in (self._given, len(names)):  # parameters with defaults may be left out
            name = name_of(self.transpose._function)
            raise ValueError(f"the derivative of {name}() takes {self._given} tangents; got {len(tangents)}")
        return dict(zip(names, tangents))

    def __repr__(self) -> str:
        return f"<derivative of {name_of(self.transpose._function)} at a point>"


class Linear(LinearMap):
    """The derivative of a function at one point: maps tangents of the arguments to the tangent of the value.

    runs        how often user code has run: once, and once more for each direction where forward mode is run again
    anew        whether forward mode is rather run again than a reverse reversed that hands adjoints on by identity:
                that costs the time of 3 to 10 runs to begin with, and of more than one for most directions
    """

    def __init__(
        self, prepared: Prepared, jvp: Jvp, args: tuple[Any, ...], keywords: Mapping[str, Any], anew: bool = False
    ) -> None:
        self._jvp = jvp
        # structures as they were, for checks; arrays are looked at for their shapes and dtypes only
        self._values = {
            name: value if prepared.originals.get(name) is None else prepared.originals[name]
            for name, value in prepared.values.items()
        }
        self._again = Again(jvp, args, keywords)
        self.result, transpose = prepared.run()
        super().__init__(prepared, len(args), transpose)
        self.runs = 1
        self._again.first(self.value)
        self._transposed: Transposed | None = None
        # whether the reverse of this call can be reversed; not known before it was tried
        self._runs_once = can_transpose(prepared.entry)
        self._anew = anew and prepared.entry.uses_bars

    def __call__(self, *tangents: Any) -> Any:
        """The tangent of the value, in its structure, shapes and dtypes; None for parts that have none.

        tangents   one an argument, in its structure, shapes and dtypes; None for an argument, or a part of one, that is
                   held fixed

        Raises ValueError or TypeError where a tangent does not fit its argument.
        """
        self._refuse_changed()
        return self.along(self._by_name(tangents))

    def batch(self, *tangents: Any) -> Any:
        """The tangents of the value for several directions, stacked along a first axis.

        tangents   as for a call, each array with one axis more, the first, of the same length everywhere

        Row i of the result is the map of row i of the tangents.
        """
        by_name = self._by_name(tangents)
        self._refuse_changed()
        given = {name: tangent for name, tangent in by_name.items() if tangent is not None}
        return batched(given, {name: self._values[name] for name in given}, self.along)

    def _refuse_changed(self) -> None:
        """RuntimeError where what the first run remembered was written since; runs again have copies."""
        if self.runs_once():
            self.transpose._refuse_changed()

    def along(self, tangents: Mapping[str, Any]) -> Any:
        """The tangent of the value along tangents by name, which are checked first."""
        _, given = self._jvp.directions(dict(self._values), tangents)
        return finished(self._applied(given), self.value, {})

    def _applied(self, given: Mapping[str, Any]) -> Any:
        """The tangent as emitted code gives it: by the reverse reversed, or by forward mode run again."""
        if self._anew:
            try:
                found = self._again.run(given)
            except UnsupportedError:
                self._anew = False
            else:
                self.runs += 1
                return found[1]
        if not self.runs_once():
            found = self._again.run(given)
            self.runs += 1
            return found[1]
        assert self._transposed is not None
        wanted = self._transposed.names
        return self._transposed({name: given[name] if name in given else zeros(self._values[name]) for name in wanted})

    def runs_once(self) -> bool:
        """Whether directions are mapped without running the function again."""
        if self._runs_once and self._transposed is None:
            try:
                made = Transposed(self.transpose)
                self._runs_once = not made.doubtful or made.fits(self.transpose, self._values)
            except UnsupportedError:
                self._runs_once = False
            else:
                self._transposed = made if self._runs_once else None
        return self._runs_once

    @property
    def source(self) -> str:
        """The emitted text that maps tangents; "" before it was needed."""
        if self._transposed is None:
            return self._jvp.source
        return self._transposed.source

    def run(self) -> None:
        """The function has run."""


class Forward:
    """The derivative of a function that only forward mode knows: it runs for each direction, on copies after the first.

    names, values  the parameters that are differentiated by, and their arguments
    result, value  what the first run gave; `value` without what came with it (`has_aux`)
    """

    def __init__(
        self, jvp: Jvp, args: tuple[Any, ...], keywords: Mapping[str, Any], argnums: arguments.Argnums, skip: int
    ) -> None:
        self._jvp, self._args, self._keywords = jvp, args, keywords
        whole = {**jvp._keywords, **keywords}
        bound = jvp._dispatcher.bind(jvp._function, (*jvp._bound, *args), whole)
        self.names = arguments.selected(list(bound)[skip or len(jvp._bound) :], argnums, jvp._function)
        self.values = {name: arguments.structure_snapshot(bound[name]) for name in self.names}
        self._again: Again | None = None
        self.runs = 0
        self.result: Any = None
        self.value: Any = None

    def along(self, tangents: Mapping[str, Any]) -> Any:
        """The tangent of the value along tangents by name."""
        self.runs += 1
        if self._again is not None:
            return self._again.run(tangents)[1]
        self._again = Again(self._jvp, self._args, self._keywords)
        found = self._jvp.along(self._args, self._keywords, tangents)
        self.value = found[0]
        self.result = (found[0], found[2]) if len(found) == 3 else found[0]
        self._again.first(self.value)
        return found[1]

    def run(self) -> None:
        """Have the function run, where no direction was asked for."""
        if self._again is None:
            self.along({})


def zeros(value: Any) -> Any:
    """The tangent of an argument that is held fixed."""
    return arguments.rebuilt(value, zero_like, lambda other: None)


def linearize(f: Any, *primals: Any, has_aux: bool = False) -> Any:
    """The value of `f(*primals)`, and its derivative there as a linear map: (value, linear).

    `linear(*tangents)` is the tangent of the value; `linear.transpose(cotangents)` the gradients of the arguments;
    `linear.batch` and `linear.transpose.batch` take many directions along a first axis.

    User code runs once, here: the map is the call's reverse, reversed in turn, with what the forward remembered.  Where
    that cannot be (objects, unknown structures), each direction runs the function again in forward mode, on copies
    of the arguments and with random generators put back; a function that writes what it reads the next time, or gives
    another value then, is refused.  `linear.runs` counts the runs.

    has_aux   `f` returns (value, aux); the result is then (value, linear, aux)

    Raises UnsupportedError where `f` uses what srcgrad does not differentiate, ValueError or TypeError where the
    arguments do not fit.

    >>> value, linear = sg.linearize(lambda x: x**2, np.array([1.0, 2.0]))
    >>> linear(np.array([1.0, 1.0]))
    array([2., 4.])
    >>> linear.transpose(np.array([1.0, 0.0]))
    (array([2., 0.]),)
    """
    linear = Linear(Prepared(f, primals, has_aux=has_aux), Jvp(f, has_aux), primals, {})
    if has_aux:
        return linear.result[0], linear, linear.result[1]
    return linear.result, linear
