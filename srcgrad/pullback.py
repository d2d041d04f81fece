"""`vjp`: the result of a function and the map from cotangents of the result to cotangents of the arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import attributes_of, is_cupy
from srcgrad.batches import batched
from srcgrad.dispatch import dispatcher_of
from srcgrad.entries import Record
from srcgrad.frontend import programs
from srcgrad.functions import bound_keywords, plain_function
from srcgrad.gradient import Gradient
from srcgrad.hidden import hides_numbers
from srcgrad.report import whole
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import fingerprint_on_device
from srcgrad.runtime.results import refuse_stand_in


class Pullback:
    """Maps cotangents of a call's result to one gradient an argument; may be called as often as wanted."""

    gives_derivatives = True

    def __init__(
        self, function: Any, entry: Any, seen: int, residual: Any, value: Any,
        originals: dict[str, Any], fingerprints: list[tuple[str, Any, int]],
    ) -> None:  # fmt: skip
        self._function, self._entry = function, entry
        self._seen, self._residual, self._value = seen, residual, value
        self._originals = originals
        self._fingerprints = fingerprints
        # whether the function returned (value, aux); cotangents are those of the value
        self._has_aux = False

    def __call__(self, cotangents: Any) -> tuple[Any, ...]:
        """The gradients, a tuple with one entry an argument (None for arguments without floating numbers).

        Raises ValueError or TypeError where the cotangents do not have the structure and shapes of the result.
        """
        self._refuse_changed()
        return self._pulled(self._checked(cotangents, self._value, ""))

    def batch(self, cotangents: Any) -> tuple[Any, ...]:
        """The gradients for several cotangents, stacked along a first axis; the forward is not run again.

        cotangents   in the structure of the result, each array with one axis more, the first, of the same length
                     everywhere

        Returns a tuple with one gradient an argument, whose arrays have that axis too: row i is `pullback(row i)`.
        Raises ValueError or TypeError where the cotangents do not have the structure and shapes of the result.
        """
        self._refuse_changed()
        return tuple(batched(cotangents, self._value, lambda row: self._pulled(self._checked(row, self._value, ""))))

    def _pulled(self, checked: Any) -> tuple[Any, ...]:
        """The gradients for cotangents that fit."""
        entry = self._entry
        bars = Adjoints()
        bar: Any = checked
        if entry.protocol == "bars":
            bars.add_items(self._value, checked)
            bar = None
        elif self._has_aux:
            bar = (checked, None)
        result = entry.run_reverse(self._seen, self._residual, bar, bars)
        by_name = dict(zip(entry.returned, result if len(entry.returned) != 1 else (result,)))
        gradients = []
        for name, original in self._originals.items():
            if name in by_name:
                gradients.append(by_name[name])
            elif entry.modes[name] == "i":
                gradients.append(arguments.gradient_of(original, bars, name in entry.written))
            else:
                gradients.append(None)
        return tuple(gradients)

    @property
    def source(self) -> str:
        """The emitted text of the forward that ran and of the reverse of its path, and of what they call."""
        return whole({self._entry: [self._entry.path(self._seen).text]})

    def __repr__(self) -> str:
        return f"<pullback of {name_of(self._function)}>"

    def _refuse_changed(self) -> None:
        """Refuse to go on where an array that is still needed was written after the call."""
        for name, array, before in self._fingerprints:
            if fingerprint(array) != before:
                raise RuntimeError(
                    f"{name} {name_of(self._function)}() was changed after the call, and its pullback "
                    f"needs the old values; pass a copy, or call the pullback first"
                )

    def _checked(self, cotangent: Any, value: Any, where: str) -> Any:
        """The cotangent, once its structure and shapes are those of the result."""
        name = name_of(self._function)
        place = f" at {where[1:]}" if where else ""
        if carries(value):
            if cotangent is None or isinstance(cotangent, (str, list, tuple, dict)):
                if not isinstance(cotangent, list):
                    raise TypeError(
                        f"the cotangent of {name}(){place} is {arguments.describe(cotangent)}; "
                        f"wanted {arguments.describe(value)}"
                    )
            cotangent = np.asarray(cotangent) if isinstance(cotangent, list) else cotangent
            if is_cupy(value):
                return arguments.on_device(cotangent, value, f"{name}(){place}")
            given = np.shape(cotangent)
            if given != np.shape(value):
                raise ValueError(
                    f"the cotangent of {name}(){place} has shape {given}; the result has shape {np.shape(value)}"
                )
            dtype = np.result_type(cotangent)
            if dtype.kind not in "biufc":
                raise TypeError(f"the cotangent of {name}(){place} has dtype {dtype}; wanted a number")
            if dtype.kind == "c" and not np.iscomplexobj(value):
                raise TypeError(f"the cotangent of {name}(){place} is complex; the result is real")
            if isinstance(value, np.ndarray):
                wanted = np.result_type(value.dtype, dtype) if dtype.kind == "c" else value.dtype
                return np.asarray(cotangent, dtype=wanted)
            return cotangent if isinstance(cotangent, (float, complex, np.generic)) else float(cotangent)
        parts = arguments.children(value)
        if not parts:
            if cotangent is not None and hides_numbers(value):
                raise TypeError(
                    f"the result of {name}(){place} is {arguments.describe(value)}, which has no cotangent: return a "
                    f"list, a dict or an object that holds its numbers, or pass None for it"
                )
            return None
        given_parts = arguments.children(cotangent)
        same_keys = not isinstance(value, dict) or (isinstance(cotangent, dict) and value.keys() == cotangent.keys())
        if len(parts) != len(given_parts) or not same_keys:
            raise ValueError(
                f"the cotangent of {name}(){place} is {arguments.describe(cotangent)} with {len(given_parts)} parts; "
                f"the result is {arguments.describe(value)} with {len(parts)}"
            )
        if isinstance(value, dict):
            return {k: self._checked(cotangent[k], v, f"{where}.{k}") for k, v in value.items()}
        checked = [self._checked(c, v, f"{where}.{i}") for i, (c, v) in enumerate(zip(given_parts, parts))]
        if isinstance(value, (list, tuple)):
            return tuple(checked)
        return dict(zip(attributes_of(value), checked))


class MutatedPullback:
    """Maps cotangents of a call's result and of what its arguments hold afterwards to gradients of the arguments."""

    gives_derivatives = True

    def __init__(self, pullback: Pullback) -> None:
        self._pullback = pullback

    def __call__(self, cotangents: Any) -> tuple[Any, ...]:
        """The gradients, a tuple with one entry an argument, for `(of_result, (of_argument, ...))`.

        None stands for zeros.  Raises ValueError or TypeError where the cotangents do not fit.
        """
        return tuple(self._pullback(self.filled(cotangents))[1])

    @property
    def source(self) -> str:
        """The emitted text."""
        return self._pullback.source

    def __repr__(self) -> str:
        return repr(self._pullback)

    def filled(self, cotangents: Any) -> Any:
        """Cotangents with zeros where None was given."""
        if not isinstance(cotangents, tuple) or len(cotangents) != 2:
            raise TypeError(
                "with mutated=True a pullback takes two cotangents: (of the result, a tuple with one for each argument)"
            )
        return zeros_for_none(cotangents, self._pullback._value)


def result_and_arguments(f, args):  # type: ignore[no-untyped-def]
    result = f(*args)
    return result, args


def vjp(f: Any, *args: Any, mutated: bool = False) -> tuple[Any, Pullback | MutatedPullback]:
    """The result of `f(*args)` and its pullback.

    The pullback takes cotangents in the structure and shapes of the result and returns a tuple with one gradient an
    argument, in the argument's structure, shapes and dtypes; None for arguments that hold no floating numbers.  It
    may be called again, and gives bitwise the same for the same cotangents.

    mutated   for a function that writes into its arguments: the result is `(f(*args), args)`, the arguments as `f` left
              them, and the pullback takes `(of_result, (of_argument, ...))`, in which None stands for zeros

    Raises UnsupportedError where `f` uses what srcgrad does not differentiate, ValueError where arguments that are
    written share memory with others.

    >>> product, pullback = sg.vjp(np.outer, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> pullback(np.ones((2, 2)))
    (array([7., 7.]), array([3., 3.]))
    """
    if mutated:
        prepared = Prepared(result_and_arguments, (f, args))
        if "args" in prepared.entry.written:
            given = {str(place): arg for place, arg in enumerate(args)}
            arguments.refuse_overlaps(given, frozenset(given), plain_function(f)[0])
        value, pullback = prepared.run()
        pullback._function = plain_function(f)[0]
        return value, MutatedPullback(pullback)
    if isinstance(f, Gradient) and f.has_text:
        from srcgrad.nested_modes import vjp_of_gradient  # it builds on this module

        return vjp_of_gradient(f, args)
    return Prepared(f, args).run()


class Prepared:
    """A call of a function whose derivative is wanted, up to running it: arguments by name, and the entry for them.

    names      the parameters that get a gradient, or None in its place
    active     those among them that are differentiated by
    originals  the structures among their arguments as they were before the call
    """

    def __init__(
        self, f: Any, args: tuple[Any, ...], keywords: Mapping[str, Any] | None = None,
        argnums: arguments.Argnums | None = None, has_aux: bool = False, skip: int | None = None,
        tell_apart: Any = arguments.tell_apart,
    ) -> None:  # fmt: skip
        """`argnums` None: by all that hold floating numbers; `skip`: bound arguments that argnums does not count."""
        self.function, bound = plain_function(f)
        self.has_aux = has_aux
        self.dispatcher = dispatcher_of(programs.program_of(self.function))
        known = bound_keywords(f)
        self.values = values = self.dispatcher.bind(self.function, (*bound, *args), {**known, **(keywords or {})})
        if argnums is None:
            self.names = [name for name in list(values)[len(bound) :] if name not in known]
            self.active = [name for name in self.names if any(True for _ in arguments.leaves(values[name]))]
        else:
            candidates = list(values)[len(bound) if skip is None else skip :]
            self.names = self.active = arguments.selected(candidates, argnums, self.function)
            for name in self.active:
                arguments.check_active(values[name], name, self.function)
        modes = arguments.modes_for(values, self.active)
        self.entry = self.dispatcher.entry(self.function, values, modes, "aux" if has_aux else "api")
        arguments.refuse_overlaps(values, self.entry.written, self.function)
        tell_apart(self.entry, values, self.active, self.function)
        self.originals = {
            name: arguments.structure_snapshot(values[name]) if modes[name] == "i" else None for name in self.names
        }

    def inputs(self) -> dict[str, Any]:
        """The arguments that are differentiated by, as they were before the call."""
        return {name: self.values[name] if kept is None else kept for name, kept in self.originals.items()}

    def run(self) -> tuple[Any, Pullback]:
        """The result (with `has_aux`, and what came with it) and its pullback, which takes cotangents of the value."""
        return self.ran(*self.entry.run_forward(self.function, *self.dispatcher.call_form(self.values)))

    def ran(self, result: Any, seen: int, residual: Any) -> tuple[Any, Pullback]:
        """The same, from what the forward gave."""
        refuse_stand_in(result)
        entry, values, value = self.entry, self.values, result
        if self.has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                got, name = arguments.describe(result), name_of(self.function)
                raise TypeError(f"{name}() must return (value, aux) with has_aux=True; it returned {got}")
            value = result[0]
        held = [(f"argument '{name}' of", x) for name in self.names for x in arguments.arrays_in(values[name])]
        held += [("what was returned by", x) for x in arguments.arrays_in(value)]
        fingerprints = [(name, x, fingerprint(x)) for name, x in held if reaches(residual, x)]
        returned = value if carries(value) else arguments.structure_snapshot(value)
        pullback = Pullback(self.function, entry, seen, residual, returned, self.originals, fingerprints)
        pullback._has_aux = self.has_aux
        return result, pullback


def zeros_for_none(cotangent: Any, value: Any) -> Any:
    """Cotangents with zeros where None was given for something that has one."""
    if cotangent is None:
        return arguments.rebuilt(value, lambda x: x * 0.0, lambda x: None)
    if isinstance(value, dict) and isinstance(cotangent, dict) and value.keys() == cotangent.keys():
        return {key: zeros_for_none(cotangent[key], part) for key, part in value.items()}
    if isinstance(value, (list, tuple)) and isinstance(cotangent, (list, tuple)) and len(value) == len(cotangent):
        return type(value)([zeros_for_none(c, part) for c, part in zip(cotangent, value)])
    return cotangent


def fingerprint(array: Any) -> int:
    """A number that changes with an array's elements."""
    if is_cupy(array):
        return fingerprint_on_device(array)
    return hash(array.tobytes()) if array.dtype.kind != "O" else 0


def reaches(residual: Any, array: Any) -> bool:
    """Whether what a forward remembered may hold the array's memory."""
    if is_cupy(array):
        return True
    if isinstance(residual, np.ndarray):
        return np.may_share_memory(residual, array)
    if residual is None or isinstance(residual, (bool, int, float, complex, str, bytes, np.generic, range)):
        return False
    if isinstance(residual, (list, tuple)):
        return any(reaches(part, array) for part in residual)
    if type(residual) is Record:
        return reaches(residual.residual, array)  # of the result of a call, shapes and identity only
    return True
