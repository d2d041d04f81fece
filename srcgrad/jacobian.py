"""Whole derivatives: `jacobian`, by rows (`jacrev`) or by columns (`jacfwd`), whichever are fewer.

    rows     f runs once; one pullback for each number of the result
    columns  one tangent for each number of the arguments: through the reverse of the call's reverse, f runs once; or
             by forward mode, f runs again for each, where adjoints are handed on by identity

Results and arguments may be arrays of any shape, or structures of them: the Jacobian has the structure of the result,
with the structure of the argument in the place of each leaf; its leaves have shape `result.shape + argument.shape`.
"""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import attributes_of, is_named_tuple
from srcgrad.errors import UnsupportedError, a_type
from srcgrad.functions import plain_function
from srcgrad.jvp import Jvp, any_given
from srcgrad.linearize import Forward, Linear
from srcgrad.pullback import Prepared, Pullback
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.kept import zero_like


class Jacobian:
    """A function that returns the Jacobian of `f`.

    Made by `jacobian`, `jacrev` and `jacfwd`; called with `f`'s arguments.

    sweeps   how many rows or columns the last call computed (twice that with `holomorphic`)
    """

    gives_derivatives = True

    def __init__(
        self, f: Callable[..., Any], argnums: Any, has_aux: bool, holomorphic: bool, mode: str,
        unbound: Jacobian | None = None,
    ) -> None:  # fmt: skip
        self.__wrapped__ = f
        self._argnums: arguments.Argnums = tuple(argnums) if isinstance(argnums, list) else argnums
        self._has_aux, self._holomorphic, self._mode = has_aux, holomorphic, mode
        functools.update_wrapper(self, f, updated=())
        self._function, self._bound = plain_function(f)
        # for a method of an instance: the function in the class, whose arguments `argnums` counts
        self._unbound = unbound
        self._jvp = Jvp(f, has_aux)
        self.sweeps = 0

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The Jacobian for these arguments; with `has_aux`, (Jacobian, aux)."""
        skip = 0 if self._unbound is not None else None
        try:
            prepared = Prepared(self.__wrapped__, args, keywords, self._argnums, self._has_aux, skip)
        except UnsupportedError:
            if self._mode == "rows":
                raise
            # reverse mode does not know it; no user code has run
            forward = Forward(self._jvp, args, keywords, self._argnums, 0 if skip is None else skip)
            return self._by_columns(forward, forward.names, forward.values)
        self._check_real(prepared.names, prepared.values)
        inputs = prepared.inputs()
        if self._mode == "rows":
            result, pullback = prepared.run()
            return self._by_rows(result, pullback, inputs)
        linear = Linear(prepared, self._jvp, args, keywords, anew=True)
        value = linear.transpose._value
        if not self._prefers_columns(inputs, value):
            return self._by_rows(linear.result, linear.transpose, inputs)
        if self._mode == "either":
            try:
                return self._by_columns(linear, prepared.names, inputs)
            except UnsupportedError:
                # its reverse cannot be reversed, nor forward mode be run again
                return self._by_rows(linear.result, linear.transpose, inputs)
        return self._by_columns(linear, prepared.names, inputs)

    def _prefers_columns(self, inputs: Mapping[str, Any], value: Any) -> bool:
        """Whether to go by columns where both ways are open."""
        if self._mode != "either":
            return self._mode == "columns"
        few = count(inputs.values()) < count([value])
        return few or self._holomorphic or any(map(np.iscomplexobj, arguments.leaves(value)))

    # ---------------------------------------------------------------------------------------------- rows and columns

    def _by_rows(self, result: Any, pullback: Pullback, inputs: Mapping[str, Any]) -> Any:
        """One pullback for each number of the result."""
        value = pullback._value
        self._check_result(value)
        ins, outs = list(arguments.leaves(list(inputs.values()))), list(arguments.leaves(value))
        self._check_rows(outs)
        self.sweeps = 0
        blocks = [[empty_block(out, x) for x in ins] for out in outs]

        def row(cotangent: list[Any]) -> list[Any]:
            self.sweeps += 1
            found = pullback._pulled(pullback._checked(filled(value, cotangent), value, ""))
            return [g for name, part in zip(inputs, found) for g in in_parallel(part, inputs[name])]

        for which, place, unit in units(outs):
            for block, part in zip(blocks[which], self._checked_direction(row, unit)):
                block[place] = np.conj(np.reshape(part, -1)) if self._holomorphic else np.reshape(part, -1)
        return self._form(result, value, inputs, shaped_blocks(blocks, outs, ins))

    def _by_columns(self, linear: Any, names: list[str], inputs: Mapping[str, Any]) -> Any:
        """One tangent for each number of the arguments."""
        ins = list(arguments.leaves([inputs[name] for name in names]))
        self._check_real(names, inputs)
        self.sweeps = 0
        blocks: list[list[Any]] = []
        outs: list[Any] = []

        def column(tangent: list[Any]) -> list[Any]:
            self.sweeps += 1
            leaf = iter(tangent)
            along = {name: arguments.rebuilt(inputs[name], lambda _: next(leaf), lambda _: None) for name in names}
            given = {name: part for name, part in along.items() if any_given(part)}
            return in_parallel(linear.along(given), linear.value)

        for which, place, unit in units(ins):
            parts = self._checked_direction(column, unit)
            if not outs:
                outs = list(arguments.leaves(linear.value))
                blocks = [[empty_block(out, x) for x in ins] for out in outs]
            for row, part in zip(blocks, parts):
                row[which][:, place] = np.reshape(part, -1)
        if not outs:
            linear.run()
            outs = list(arguments.leaves(linear.value))
            blocks = [[empty_block(out, x) for x in ins] for out in outs]
        self._check_result(linear.value)
        return self._form(linear.result, linear.value, inputs, shaped_blocks(blocks, outs, ins))

    def _checked_direction(self, sweep: Callable[[list[Any]], list[Any]], unit: list[Any]) -> list[Any]:
        """A sweep; with `holomorphic`, it has to be linear over the complex numbers."""
        found = [np.array(part) for part in sweep(unit)]
        if not self._holomorphic:
            return found
        self._check_turned(found, sweep(turned(unit)))
        return found

    def _check_turned(self, found: list[Any], turned: list[Any]) -> None:
        """TypeError where the derivative along a direction times the imaginary unit is another one."""
        for one, other in zip(found, turned):
            allowed = 1e4 * float(np.finfo(one.dtype).eps) * max(1.0, float(np.max(np.abs(one), initial=0.0)))
            if not np.allclose(other, 1j * one, rtol=0.0, atol=allowed):
                raise TypeError(
                    f"{name_of(self._function)}() is not holomorphic: its derivative depends on the direction "
                    f"(it takes a real part, a modulus, or a conjugate)"
                )

    def _form(self, result: Any, value: Any, inputs: Mapping[str, Any], blocks: list[list[Any]]) -> Any:
        """The blocks in the structures of the result and of the arguments."""
        rows = iter(blocks)

        def inner(_: Any) -> Any:
            row = iter(next(rows))
            parts = [arguments.rebuilt(x, lambda _: next(row), lambda _: None, plain=True) for x in inputs.values()]
            return tuple(parts) if isinstance(self._argnums, tuple) else parts[0]

        jacobian = rebuilt_result(value, inner)
        return (jacobian, result[1]) if self._has_aux else jacobian

    # -------------------------------------------------------------------------------------------------------- checks

    def _check_real(self, names: list[str], values: Mapping[str, Any]) -> None:
        """TypeError for complex arguments without `holomorphic`, and for real ones with it."""
        for name in names:
            for leaf in arguments.leaves(values[name]):
                if np.iscomplexobj(leaf) != self._holomorphic:
                    wants = (
                        "has real numbers; holomorphic=True wants complex ones"
                        if self._holomorphic
                        else "has complex numbers: pass holomorphic=True for a complex derivative, or differentiate by "
                        "real and imaginary part"
                    )
                    raise TypeError(f"argument '{name}' of {name_of(self._function)}() {wants}")

    def _check_rows(self, outs: list[Any]) -> None:
        """TypeError for complex results without `holomorphic`."""
        if any(map(np.iscomplexobj, outs)) and not self._holomorphic:
            raise TypeError(
                f"{name_of(self._function)}() returned complex numbers: a row holds the derivative of a real number; "
                f"use srcgrad.jacfwd (of real arguments), or holomorphic=True (of complex ones)"
            )

    def _check_result(self, value: Any) -> None:
        """TypeError for a result without numbers that have a derivative."""
        name = name_of(self._function)
        leaves = list(arguments.leaves(value))
        if not leaves and not (isinstance(value, (list, tuple, dict)) and not value):
            what = f"an array of dtype {value.dtype}" if hasattr(value, "dtype") else a_type(value)
            raise TypeError(f"{name}() returned {what}, which has no derivative; a Jacobian needs floating numbers")
        if self._holomorphic and not all(map(np.iscomplexobj, leaves)):
            raise TypeError(f"{name}() returned real numbers; holomorphic=True wants complex ones")

    # ------------------------------------------------------------------------------------------------------- binding

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        bound = types.MethodType(self.__wrapped__, instance)
        return Jacobian(bound, self._argnums, self._has_aux, self._holomorphic, self._mode, self)

    def __repr__(self) -> str:
        return f"<srcgrad.{NAMES[self._mode]} of {name_of(self.__wrapped__)}>"


NAMES = {"either": "jacobian", "rows": "jacrev", "columns": "jacfwd"}


def count(values: Any) -> int:
    """How many numbers structures hold that have a derivative."""
    return sum(math.prod(np.shape(leaf)) for value in values for leaf in arguments.leaves(value))


def units(leaves: list[Any]) -> Iterator[tuple[int, int, list[Any]]]:
    """The unit directions of a list of leaves: which leaf, which of its elements, and the direction, a new one each."""
    for which, leaf in enumerate(leaves):
        for place in range(math.prod(np.shape(leaf))):
            unit = [zero_like(other) for other in leaves]
            if isinstance(leaf, np.ndarray):
                unit[which].flat[place] = 1.0  # in C order, however it lies in memory
            else:
                unit[which] = type(leaf)(1)
            yield which, place, unit


def turned(unit: list[Any]) -> list[Any]:
    """A direction times the imaginary unit."""
    return [x * 1j if np.iscomplexobj(x) else x for x in unit]


def empty_block(out: Any, x: Any) -> np.ndarray[Any, Any]:
    """The derivative of a result by an argument, all elements in a row each, to be filled."""
    dtype = np.result_type(dtype_of(out), dtype_of(x))
    return np.zeros((math.prod(np.shape(out)), math.prod(np.shape(x))), dtype)


def dtype_of(x: Any) -> np.dtype[Any]:
    """The dtype of a number or array."""
    return np.asarray(x).dtype


def shaped_blocks(blocks: list[list[Any]], outs: list[Any], ins: list[Any]) -> list[list[Any]]:
    """Blocks, all elements in a row each, in the shapes of the results and of the arguments together."""
    return [
        [block.reshape(np.shape(out) + np.shape(x))[()] for block, x in zip(row, ins)] for row, out in zip(blocks, outs)
    ]


def filled(value: Any, leaves: list[Any]) -> Any:
    """A structure of the same form with other leaves."""
    leaf = iter(leaves)
    return arguments.rebuilt(value, lambda _: next(leaf), lambda other: other)


def in_parallel(found: Any, value: Any) -> list[Any]:
    """The parts of a gradient or tangent that belong to the floating leaves of a value, in their order."""
    if carries(value):
        return [found]
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in in_parallel(found[key], part)]
    if isinstance(value, (list, tuple)):
        return [leaf for mine, part in zip(found or (), value) for leaf in in_parallel(mine, part)]
    if arguments.is_structure(value):
        get = found.get if isinstance(found, dict) else functools.partial(getattr, found)
        return [leaf for name, part in attributes_of(value).items() for leaf in in_parallel(get(name), part)]
    return []


def rebuilt_result(value: Any, inner: Callable[[Any], Any]) -> Any:
    """The structure of a result with `inner` in the place of each leaf; None for what has no derivative."""
    if isinstance(value, tuple) and is_named_tuple(type(value)):
        return type(value)(*[rebuilt_result(part, inner) for part in value])
    return arguments.rebuilt(value, inner, lambda other: None, plain=True)


def jacobian(f: Any = None, argnums: arguments.Argnums = 0, has_aux: bool = False, *, holomorphic: bool = False) -> Any:
    """A function that returns the Jacobian of `f`, by rows or by columns, whichever are fewer.

    argnums      the argument to differentiate by: an index, a name, or a tuple of them
    has_aux      `f` returns (value, aux); the result is then (Jacobian, aux)
    holomorphic  `f` is a complex function of complex arguments; the result is its complex derivative

    For a result of shape s and an argument of shape t, an array of shape s + t, of the dtype that both give together.
    For structures, that of the result with that of the argument in the place of each leaf (for a tuple of argnums, a
    tuple there).  With m numbers in the result and n in the arguments it takes min(m, n) sweeps, rows where they are
    equal.  User code runs once; for columns of functions with objects or containers once more each.

    Without `f`, a decorator with these options.  Raises TypeError for complex arguments without `holomorphic` and for
    results without derivative, UnsupportedError where `f` uses what srcgrad does not differentiate.

    >>> sg.jacobian(lambda x: np.array([x[0] * x[1], x[0]]))(np.array([2.0, 3.0]))
    array([[3., 2.],
           [1., 0.]])
    """
    return made(jacobian, f, argnums, has_aux, holomorphic, "either")


def jacrev(f: Any = None, argnums: arguments.Argnums = 0, has_aux: bool = False, *, holomorphic: bool = False) -> Any:
    """The Jacobian of `f` by rows: user code runs once, then one pullback for each number of the result.

    The arguments and the result are those of `jacobian`.

    >>> sg.jacrev(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return made(jacrev, f, argnums, has_aux, holomorphic, "rows")


def jacfwd(f: Any = None, argnums: arguments.Argnums = 0, has_aux: bool = False, *, holomorphic: bool = False) -> Any:
    """The Jacobian of `f` by columns: one tangent for each number of the arguments, applied as `linearize` does.

    The arguments and the result are those of `jacobian`; of real arguments, the result may be complex.

    >>> sg.jacfwd(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return made(jacfwd, f, argnums, has_aux, holomorphic, "columns")


def made(maker: Any, f: Any, argnums: Any, has_aux: bool, holomorphic: bool, mode: str) -> Any:
    """The Jacobian of a function, or the decorator where there is none yet."""
    if f is None:
        return functools.partial(maker, argnums=argnums, has_aux=has_aux, holomorphic=holomorphic)
    return Jacobian(f, argnums, has_aux, holomorphic, mode)
