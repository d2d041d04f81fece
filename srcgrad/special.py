"""Gradients with options that most have no use for: `wrt`, `holomorphic`, `debug`.

They go the long way in every call: their functions are compiled once like any other's, and found by a table.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad import arguments, debugging
from srcgrad.analysis.calls import name_of
from srcgrad.dispatch import dispatcher_of
from srcgrad.entries import Entry
from srcgrad.errors import NotFiniteError, a_type
from srcgrad.frontend import programs
from srcgrad.gradient import Gradient
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.runtime.watch import Found, flaw, watching
from srcgrad.wrt import Wrt

assert debugging is not None  # it makes the entries of gradients that look out for nan


class SpecialGradient(Gradient):
    """A gradient with respect to named variables, of a holomorphic function, or with checks."""

    # derivatives of it take its steps when they run
    has_text = False

    def __init__(
        self, f: Callable[..., Any], argnums: Any, has_aux: bool, with_value: bool, unbound: Gradient | None = None, *,
        wrt: Any = None, holomorphic: bool = False, debug: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(f, argnums, has_aux, with_value, unbound)
        self._options = {"wrt": wrt, "holomorphic": holomorphic, "debug": debug}
        if wrt is not None and argnums != 0:
            raise TypeError("give argnums, or wrt, not both: wrt names arguments too")
        if holomorphic and (has_aux or debug):
            raise TypeError("holomorphic=True goes with neither has_aux nor debug")
        self._wrt: Wrt | None = unbound._wrt if isinstance(unbound, SpecialGradient) else None
        if wrt is not None and self._wrt is None:
            self._wrt = Wrt(self._function, wrt)

    def _call(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Value and gradient for these arguments, in the form that was asked for."""
        entry, values, active = self._entry(args, keywords)
        structures = arguments.tell_apart(entry, values, active, self._function)
        use, _ = self._uses.of(entry, values)
        originals = {name: arguments.structure_snapshot(values[name]) for name in structures}
        with self._looking() as found:
            value, seen, residual = entry.run_forward(self._function, *entry.dispatcher.call_form(values))
            self._check_finite(value, found)
            return self._finish(use, active, originals, value, seen, residual)

    def _entry(
        self, args: tuple[Any, ...], keywords: dict[str, Any], dispatcher: Any = None
    ) -> tuple[Entry, dict[str, Any], list[str]]:
        """The entry that serves a call, its arguments by name, and those that the gradient is taken for."""
        function = self._function
        program = programs.program_of(function)
        values = dispatcher_of(program).bind(function, (*self._bound, *args), {**self._keywords, **keywords})
        if self._wrt is None:
            active = self._active(values)
            for name in active:
                arguments.check_active(values[name], name, function)
        else:
            program, active = self._wrt.program, self._wrt.roots
            given = {**values, **self._wrt.values()}
            values = {p.name: given[p.name] for p in program.params if p.name in given}
            self._wrt.check(values)
        if self._options["holomorphic"]:
            self._check_complex(values, active)
        purpose = "aux" if self._has_aux else "api"
        if self._options["debug"]:
            purpose = "debug aux" if self._has_aux else "debug grad"
        entry = dispatcher_of(program).entry(function, values, arguments.modes_for(values, active), purpose)
        self._check_kind(entry)
        arguments.refuse_overlaps(values, entry.written, function)
        if self._wrt is not None:
            self._wrt.check_others(entry, values)
        return entry, values, active

    def _form(self, value: Any, active: list[str], by_name: dict[str, Any]) -> Any:
        """Value and gradient in the form that was asked for."""
        if self._wrt is None:
            return super()._form(value, active, by_name)
        gradient = self._wrt.gradients(by_name)
        if self._with_value:
            return value, gradient
        return (gradient, value[1]) if self._has_aux else gradient

    # ------------------------------------------------------------------------------------------------------- debug

    def _looking(self) -> contextlib.AbstractContextManager[Found | None]:
        """Look out for values that are not finite during a call, with `debug`."""
        return watching() if self._options["debug"] else contextlib.nullcontext()

    def _check_finite(self, value: Any, found: Found | None) -> None:
        """NotFiniteError where the value is not finite, naming the first line that computed such a value."""
        if found is None:
            return
        what = flaw(value[0] if self._has_aux and isinstance(value, tuple) and value else value)
        if what:
            where = found.value or "no line of the function itself computed it first"
            raise NotFiniteError(f"the value of {name_of(self._function)}() is {what}\nfirst, {where}")

    # -------------------------------------------------------------------------------------------------- holomorphic

    def _check_complex(self, values: dict[str, Any], active: list[str]) -> None:
        """TypeError unless every argument that is differentiated by is complex."""
        for name in active:
            for leaf in arguments.leaves(values[name]):
                if not np.iscomplexobj(leaf):
                    raise TypeError(
                        f"holomorphic=True wants complex arguments; '{name}' of {name_of(self._function)}() has real "
                        f"numbers"
                    )

    def _check_value(self, value: Any) -> Any:
        if not self._options["holomorphic"]:
            return super()._check_value(value)
        if np.ndim(value) != 0 or not np.iscomplexobj(value):
            got = arguments.describe(value) if np.ndim(value) else a_type(value)
            raise TypeError(f"{name_of(self._function)}() returned {got}; holomorphic=True wants a complex scalar")
        return value

    def _gradients(
        self, entry: Entry, result: Any, seen: int, residual: Any, originals: dict[str, Any]
    ) -> dict[str, Any]:
        """The gradients; of a holomorphic function the complex derivative, which is the conjugate of its real part's
        gradient."""
        if not self._options["holomorphic"]:
            return super()._gradients(entry, result, seen, residual, originals)
        one, turned = [pulled(entry, result, seen, residual, originals, bar) for bar in (1.0 + 0.0j, 1.0j)]
        self._check_holomorphic(one, turned)
        return {name: arguments.rebuilt(gradient, np.conj, lambda x: x) for name, gradient in one.items()}

    def _check_holomorphic(self, one: dict[str, Any], turned: dict[str, Any]) -> None:
        """TypeError unless the gradients for the cotangent 1j are 1j times those for 1."""
        for name, gradient in one.items():
            for a, b in zip(arguments.leaves(gradient), arguments.leaves(turned[name])):
                allowed = 1e4 * float(np.finfo(np.result_type(a)).eps)
                if not np.allclose(b, 1j * a, rtol=0.0, atol=allowed * max(1.0, float(np.max(np.abs(a), initial=0.0)))):
                    raise TypeError(
                        f"{name_of(self._function)}() is not holomorphic: its derivative depends on the direction "
                        f"(it takes a real part, a modulus, or a conjugate)"
                    )

    # -------------------------------------------------------------------------------------------------------- binding

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        bound = types.MethodType(self.__wrapped__, instance)
        return SpecialGradient(bound, self._argnums, self._has_aux, self._with_value, self, **self._options)

    def __reduce__(self) -> Any:
        found = super().__reduce__()
        if isinstance(found, str):
            return found
        return made_again, (*found[1], self._options)


def pulled(entry: Entry, result: Any, seen: int, residual: Any, originals: dict[str, Any], bar: Any) -> dict[str, Any]:
    """The gradients by name for a cotangent of the result."""
    bars = Adjoints()
    if entry.protocol == "bars":
        bars.add(result, bar)
    gradients = entry.run_reverse(seen, residual, None if entry.protocol == "bars" else bar, bars)
    found = dict(zip(entry.returned, gradients if len(entry.returned) != 1 else (gradients,)))
    for name, original in originals.items():
        found[name] = arguments.gradient_of(original, bars, name in entry.written)
    return found


def made_again(f: Any, argnums: Any, has_aux: bool, with_value: bool, options: dict[str, Any]) -> SpecialGradient:
    """A gradient with options, out of a pickle."""
    return SpecialGradient(f, argnums, has_aux, with_value, **options)
