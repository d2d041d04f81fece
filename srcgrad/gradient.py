"""`grad` and `value_and_grad`: functions that return the gradient of another."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable
from typing import Any

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.kinds import Num, Tup
from srcgrad.dispatch import MAX_BUILT, MAX_FAST, Dispatcher, dispatcher_of, signature_of
from srcgrad.emit.register import shown_place
from srcgrad.entries import Entry
from srcgrad.errors import EMITTED
from srcgrad.fastpath import Use, complete, fast_gradient
from srcgrad.frontend import programs
from srcgrad.functions import bound_keywords, plain_function
from srcgrad.guards import MISS
from srcgrad.jumps import Jump, jumps_in
from srcgrad.remembered import measured
from srcgrad.report import CacheInfo, PathReport, Uses, cache_info, called, paths, show, source
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.runtime.results import scalar_result
from srcgrad.structures import plain_structure


class Gradient:
    """A function that returns the gradient of `f`, or its value and gradient.

    Made by `grad` and `value_and_grad`.  Called with `f`'s arguments.  The gradient has the form of `argnums`: one
    gradient for an index or a name, a tuple for a tuple; each has the structure, shapes and dtypes of its argument.

    Raises TypeError where `f` does not return a real scalar or an argument cannot be differentiated, UnsupportedError
    where `f` uses what srcgrad does not differentiate.
    """

    # `quick`: the guarded function that is called in place of `__call__`, where there is one
    __slots__ = ("__dict__", "__weakref__", "quick")
    # it is no function of the user's: derivatives of it are found by what its calls come to
    gives_derivatives = True
    # whether there is a function that computes what it gives, to be differentiated in its place
    has_text = True

    def __init__(
        self, f: Callable[..., Any], argnums: Any, has_aux: bool, with_value: bool, unbound: Gradient | None = None
    ) -> None:
        self.__wrapped__ = f
        self._argnums = arguments.check_argnums(argnums, f)
        self._has_aux = has_aux
        self._with_value = with_value
        functools.update_wrapper(self, f, updated=())
        self._function, self._bound = plain_function(f)
        self._keywords = bound_keywords(f)
        # for a method of an instance: the function in the class, whose arguments `argnums` counts
        self._unbound = unbound
        self._selected: dict[Any, list[str]] = {}
        self._uses: Uses = Uses() if unbound is None else unbound._uses
        self._count = -1

    @property
    def function(self) -> Callable[..., Any]:
        """The function that it is the gradient of."""
        return self.__wrapped__

    @property
    def _dispatcher(self) -> Dispatcher:
        return dispatcher_of(programs.program_of(self._function))

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The gradient (or value and gradient) for these arguments."""
        guards = self._uses.fast
        if guards:
            whole: Any = args
            if keywords or len(args) != self._count:
                keywords = {**self._keywords, **keywords}
                whole = complete(self._dispatcher, self._function, (*self._bound, *args), keywords)
            if whole is not None:
                for fast in guards:
                    result = fast(*whole)
                    if result is not MISS:
                        return result
        return self._call(args, keywords)

    def _call(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The long way: an entry is found by the key of the arguments, or made."""
        # tensors build on this module
        from srcgrad.tensors.function import on_tensors
        from srcgrad.tensors.lifting import holds_tensor

        if any(holds_tensor(value) for value in (*args, *keywords.values(), *self._bound)):
            return on_tensors(self.__wrapped__, args, keywords, 3)
        entry, values, active = self._entry(args, keywords)
        structures = arguments.tell_apart(entry, values, active, self._function)
        use, news = self._uses.of(entry, values)
        # the guarded function has names of its own that begin with an underscore
        dispatcher = entry.dispatcher
        plain = dispatcher.simple and not self._has_aux and not any(name.startswith("_") for name in values)
        # arguments that are written are looked at anew in each call
        plain = plain and (not entry.written or len(values) < 2) and entry.written.isdisjoint(structures)
        if plain and not news and self._uses.built < MAX_BUILT:
            if entry.alone or (entry.protocol == "value" and all(plain_structure(values[n]) for n in structures)):
                self._add_fast(use, values, active)
        originals = {name: arguments.structure_snapshot(values[name]) for name in structures}
        value, seen, residual = entry.run_forward(self._function, *dispatcher.call_form(values))
        return self._finish(use, active, originals, value, seen, residual)

    def _entry(
        self, args: tuple[Any, ...], keywords: dict[str, Any], dispatcher: Dispatcher | None = None
    ) -> tuple[Entry, dict[str, Any], list[str]]:
        """The entry that serves a call, its arguments by name, and those that the gradient is taken for.

        Raises what can be known to be wrong before any user code ran.
        """
        function = self._function
        dispatcher = dispatcher or self._dispatcher
        values = dispatcher.bind(function, (*self._bound, *args), {**self._keywords, **keywords})
        active = self._active(values)
        for name in active:
            arguments.check_active(values[name], name, function)
        modes = arguments.modes_for(values, active)
        entry = dispatcher.entry(function, values, modes, "aux" if self._has_aux else "grad")
        self._check_kind(entry)
        arguments.refuse_overlaps(values, entry.written, function)
        return entry, values, active

    def _add_fast(self, use: Use, values: dict[str, Any], active: list[str]) -> None:
        """Have calls of this kind take the short way from now on."""

        def finish(value: Any, seen: int | None, residual: Any, originals: dict[str, Any]) -> Any:
            return self._finish(use, active, originals, value, seen or 0, residual)

        single = not isinstance(self._argnums, tuple)
        parts = use, self._function, values, active, single, self._with_value, self._check_value, finish
        self._count = len(values) if not self._bound and not self._keywords else -1
        self._uses.built += 1
        self._uses.fast = (fast_gradient(*parts), *self._uses.fast[: MAX_FAST - 1])
        if self._count > 0 and type(self).__call__ in (Gradient.__call__, QuickGradient.__call__):
            self.quick = fast_gradient(*parts, self._otherwise)
            self.__class__ = QuickGradient
            self._uses.served.add(self)

    def take_long_way(self) -> None:
        """No longer call a guarded function at once."""
        self.__class__ = Gradient

    def _otherwise(self, given: tuple[Any, ...], more: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """A call that is not for the guarded function that is called first."""
        given = tuple([value for value in given if value is not MISS])
        return Gradient.__call__(self, *given, *more, **keywords)

    def _finish(
        self, use: Use, active: list[str], originals: dict[str, Any], value: Any, seen: int, residual: Any
    ) -> Any:
        """From what the forward gave to the gradient, in the form that was asked for."""
        entry = use.entry
        result = self._check_value(value)
        path = self._uses.path(use, seen)
        path.calls += 1
        if path.sizes is None:
            path.sizes = {} if entry.alone else measured(entry, residual)
        if entry.alone:
            found = residual if len(entry.returned) != 1 else (residual,)
            return self._form(value, active, dict(zip(entry.returned, found)))
        return self._form(value, active, self._gradients(entry, result, seen, residual, originals))

    def _gradients(
        self, entry: Entry, result: Any, seen: int, residual: Any, originals: dict[str, Any]
    ) -> dict[str, Any]:
        """The gradients by name, from running the reverse."""
        bars = Adjoints() if entry.uses_bars or originals or self._has_aux else None
        bar: Any = 1.0
        if entry.protocol == "tuple":
            bar = (1.0, None)  # the value's cotangent; what comes with it has none
        elif entry.protocol == "bars":
            bars = Adjoints() if bars is None else bars
            bars.add(result, 1.0)
            bar = None
        gradients = entry.run_reverse(seen, residual, bar, bars)
        by_name = dict(zip(entry.returned, gradients if len(entry.returned) != 1 else (gradients,)))
        for name, original in originals.items():
            by_name[name] = arguments.gradient_of(original, bars, name in entry.written)  # type: ignore[arg-type]
        return by_name

    def _form(self, value: Any, active: list[str], by_name: dict[str, Any]) -> Any:
        """Value and gradient in the form that was asked for."""
        gradient: Any = tuple(by_name[name] for name in active)
        if not isinstance(self._argnums, tuple):
            gradient = gradient[0]
        if self._with_value:
            return value, gradient
        return (gradient, value[1]) if self._has_aux else gradient

    def _active(self, values: dict[str, Any]) -> list[str]:
        """The names of the arguments that the gradient is taken for."""
        names = list(values)
        if self._bound and self._unbound is None:
            names = names[len(self._bound) :]
        key = tuple(names)
        found = self._selected.get(key)
        if found is None:
            found = self._selected[key] = arguments.selected(names, self._argnums, self._function)
        return found

    def _check_kind(self, entry: Entry) -> None:
        """Refuse before any user code runs, where the result is known not to be a scalar."""
        kind = entry.inf.return_kind
        if self._has_aux:
            if isinstance(kind, Num) or (isinstance(kind, Tup) and len(kind.items) != 2):
                raise self._returned_wrong(f"{name_of(self._function)}() must return (value, aux) with has_aux=True")
            return
        if isinstance(kind, Tup):
            raise self._returned_wrong(
                f"{name_of(self._function)}() returns a tuple of {len(kind.items)}; a gradient needs a scalar "
                f"(return one value, use has_aux=True, or srcgrad.vjp)"
            )

    def _check_value(self, value: Any) -> Any:
        name = name_of(self._function)
        if self._has_aux:
            if not isinstance(value, tuple) or len(value) != 2:
                got = arguments.describe(value)
                raise self._returned_wrong(f"{name}() must return (value, aux) with has_aux=True; it returned {got}")
            value = value[0]
        try:
            return scalar_result(value, name)
        except TypeError as error:
            raise self._returned_wrong(str(error)) from None

    def _returned_wrong(self, what: str) -> TypeError:
        """The error for what the function returned, with its place."""
        filename, line = shown_place(self._function.__code__)
        return TypeError(what if filename.startswith(EMITTED) else f"{filename}:{line}: {what}")

    # ------------------------------------------------------------------------------------------------ what was emitted

    @property
    def source(self) -> str:
        """The emitted text for every path seen so far, exactly what ran."""
        return source(self._uses)

    def paths(self) -> list[PathReport]:
        """For each signature: its description, number of calls, sources, and what is remembered for its reverse."""
        return paths(self._uses)

    def jumps(self) -> list[Jump]:
        """The branches seen so far whose condition depends on what is differentiated, those of called functions too."""
        entries = [use.entry for use in self._uses]
        return jumps_in([*entries, *called(entries)])

    def cache_info(self) -> CacheInfo:
        """Hits, misses, emissions, signatures, and why the last miss was one."""
        return cache_info(self._uses)

    def show(self) -> None:
        """Print the source, each reverse line beside the primal line that it differentiates."""
        show(self._uses)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        bound = types.MethodType(self.__wrapped__, instance)
        return Gradient(bound, self._argnums, self._has_aux, self._with_value, self)

    def __reduce__(self) -> Any:
        f = self.__wrapped__
        module = sys.modules.get(getattr(f, "__module__", ""))
        found: Any = module
        for part in getattr(f, "__qualname__", "").split("."):
            found = getattr(found, part, None)
        if found is self:
            return f.__qualname__
        return Gradient, (f, self._argnums, self._has_aux, self._with_value)

    def __repr__(self) -> str:
        kind = "value_and_grad" if self._with_value else "grad"
        return f"<srcgrad.{kind} of {name_of(self.__wrapped__)}>"


class QuickGradient(Gradient):
    """A gradient whose calls go to a guarded function at once."""

    __slots__ = ()
    # the object in the slot is called: no method in between, and no arguments gathered for it
    __call__ = Gradient.__dict__["quick"]


def grad(
    f: Any = None, argnums: arguments.Argnums = 0, has_aux: bool = False, *, wrt: Any = None, holomorphic: bool = False,
    debug: bool = False,
) -> Any:  # fmt: skip
    """A function that returns the gradient of the scalar function `f`.

    argnums      the argument to differentiate by: an index, a name, or a tuple of them
    has_aux      `f` returns (value, aux); the result is then (gradient, aux)
    wrt          in place of argnums, the variable to differentiate by, or a tuple of them: a captured variable or
                 global ("weights"), or an attribute or item of one or of an argument ("self.bias", "net.layers[0].w")
    holomorphic  `f` is a complex function of complex arguments; the result is its complex derivative f'(z)
    debug        raise NotFiniteError, with the line, where an adjoint or the value becomes nan or inf

    Without `f`, a decorator with these options.

    >>> sg.grad(lambda x: np.sum(x**2))(np.array([1.0, 3.0]))
    array([2., 6.])
    >>> @sg.grad(argnums=("w", "b"))
    ... def line(w, b, x):
    ...     return np.sum(w * x + b)
    >>> w_bar, b_bar = line(2.0, 1.0, np.array([1.0, 3.0]))
    >>> print(w_bar, b_bar)
    4.0 2.0
    """
    return made(grad, f, argnums, has_aux, False, {"wrt": wrt, "holomorphic": holomorphic, "debug": debug})


def value_and_grad(
    f: Any = None, argnums: arguments.Argnums = 0, has_aux: bool = False, *, wrt: Any = None, holomorphic: bool = False,
    debug: bool = False,
) -> Any:  # fmt: skip
    """A function that returns (value, gradient) of the scalar function `f`; with `has_aux`, ((value, aux), gradient).

    The arguments are those of `grad`.  As it stands it serves `scipy.optimize.minimize(..., jac=True)`.

    >>> value, gradient = sg.value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    >>> print(value, gradient)
    5.0 [2. 4.]
    """
    return made(value_and_grad, f, argnums, has_aux, True, {"wrt": wrt, "holomorphic": holomorphic, "debug": debug})


def made(maker: Any, f: Any, argnums: Any, has_aux: bool, with_value: bool, options: dict[str, Any]) -> Any:
    """The gradient of a function, or the decorator where there is none yet."""
    if f is None:
        return functools.partial(maker, argnums=argnums, has_aux=has_aux, **options)
    if options["wrt"] is not None or options["holomorphic"] or options["debug"]:
        from srcgrad.special import SpecialGradient  # it builds on this module

        return SpecialGradient(f, argnums, has_aux, with_value, **options)
    if isinstance(f, Gradient) and f.has_text:
        from srcgrad.nested import NestedGradient  # it builds on this module

        return NestedGradient(f, argnums, has_aux, with_value)
    return Gradient(f, argnums, has_aux, with_value)


__all__ = ["Gradient", "grad", "signature_of", "value_and_grad"]
