"""Whole derivatives and products with them, inside a function that is differentiated.

Each is made of tangents and pullbacks, which are differentiated themselves.  A linear map is the pullback of its
transpose's: so are the columns of a Jacobian, and the function runs once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.batches import batched
from srcgrad.custom import Function, called
from srcgrad.errors import UnsupportedError
from srcgrad.jacobian import Jacobian, filled, in_parallel, turned, units
from srcgrad.linearize import LinearMap
from srcgrad.nested import function_for
from srcgrad.pullback import Prepared, Pullback, vjp
from srcgrad.runtime.kept import zeros_of
from srcgrad.runtime.nested_apart import Apart
from srcgrad.runtime.nested_pullback import prepared
from srcgrad.second import Hessian, HessianVector, VectorHessian
from srcgrad.sparse import SparseJacobian


def hessian_vector(run: Any, made: HessianVector, /, *args: Any, **keywords: Any) -> Any:
    """What `hvp` gives."""
    if keywords:
        made = HessianVector(partial(made.__wrapped__, **keywords), made._argnums)
    rest, places, parts = made._direction(args)
    tangents: list[Any] = [None] * len(rest)
    for place, part in zip(places, parts):
        tangents[place] = part
    return run(made._tangent, rest, tuple(tangents))[1]


def vector_hessian(run: Any, made: VectorHessian, /, *args: Any, **keywords: Any) -> Any:
    """What `vhp` gives."""
    if keywords:
        made = VectorHessian(partial(made.__wrapped__, **keywords), made._argnums)
    rest, places, parts = made._direction(args)
    several = isinstance(made._argnums, tuple)
    gradients = run(run(vjp, made._gradient, *rest)[1], tuple(parts) if several else parts[0])
    found = tuple(gradients[place] for place in places)
    return found if several else found[0]


def hessian(run: Any, made: Hessian, /, *args: Any, **keywords: Any) -> Any:
    """What `hessian` gives."""
    with Apart(run) as apart:
        function, given, named = function_for(made._gradient, args, keywords, apart)
        return jacobian(run, Jacobian(function, made._argnums, False, False, "rows"), *given, **named)


def jacobian(run: Any, made: Jacobian, /, *args: Any, **keywords: Any) -> Any:
    """What `jacobian`, `jacrev` and `jacfwd` give."""
    skip = 0 if made._unbound is not None else None
    ready, result, pullback = prepared(run, made.__wrapped__, args, keywords, made._argnums, made._has_aux, skip)
    inputs, value = ready.inputs(), pullback._value
    made._check_real(ready.names, ready.values)
    made._check_result(value)
    way = columns if made._prefers_columns(inputs, value) else rows
    return made._form(result, value, inputs, way(run, made, pullback, inputs))


def rows(run: Any, made: Jacobian, pullback: Any, inputs: Mapping[str, Any]) -> list[list[Any]]:
    """The blocks of a Jacobian, from one pullback for each number of the result."""
    ins, outs = list(arguments.leaves(list(inputs.values()))), list(arguments.leaves(pullback._value))
    made._check_rows(outs)

    def row(unit: list[Any], call: Function = run) -> list[Any]:
        gradients = call(pullback, filled(pullback._value, unit))
        return [g for part, x in zip(gradients, inputs.values()) for g in in_parallel(part, x)]

    found: list[list[Any]] = [[] for _ in outs]
    for which, _, unit in units(outs):
        parts = checked(made, row, unit)
        found[which].append([run(np.conj, part) for part in parts] if made._holomorphic else parts)
    return [
        [block(run, [row[i] for row in mine], 0, out, x) for i, x in enumerate(ins)] for mine, out in zip(found, outs)
    ]


def columns(run: Any, made: Jacobian, pullback: Any, inputs: Mapping[str, Any]) -> list[list[Any]]:
    """The blocks of a Jacobian, from one tangent for each number of the arguments."""
    ins, outs = list(arguments.leaves(list(inputs.values()))), list(arguments.leaves(pullback._value))
    back = transposed(run, pullback)[1]

    def column(unit: list[Any], call: Function = run) -> list[Any]:
        leaf = iter(unit)
        tangents = [arguments.rebuilt(x, lambda _: next(leaf), lambda _: None) for x in inputs.values()]
        return in_parallel(call(back, tuple(tangents))[0], pullback._value)

    found: list[list[Any]] = [[] for _ in ins]
    for which, _, unit in units(ins):
        found[which].append(checked(made, column, unit))
    return [
        [block(run, [column[i] for column in mine], -1, out, x) for mine, x in zip(found, ins)]
        for i, out in enumerate(outs)
    ]


def checked(made: Jacobian, sweep: Any, unit: list[Any]) -> list[Any]:
    """A sweep; with `holomorphic`, it has to be linear over the complex numbers."""
    found: list[Any] = sweep(unit)
    if made._holomorphic:
        made._check_turned(found, sweep(turned(unit), called))
    return found


def block(run: Any, parts: list[Any], axis: int, out: Any, x: Any) -> Any:
    """The rows (axis 0) or columns (axis -1) of the derivative of `out` by `x`, in the shapes of both together."""
    if np.ndim(x if axis else out) == 0:
        return parts[0]
    shape = np.shape(out) + np.shape(x)
    if not parts:
        return np.zeros(shape, np.result_type(out, x))
    return run(np.reshape, run(np.stack, parts, axis), shape)


def transposed(run: Any, pullback: Any) -> Any:
    """The gradients for a cotangent of zeros, and the pullback of the pullback: linear, it is the way there."""
    return run(vjp, pullback, zeros_of(pullback._value))


class Inside(LinearMap):
    """A linear map made inside a function that is differentiated: its calls are what `along` and `batch` give."""

    def __init__(self, prepared: Prepared, count: int, transpose: Pullback) -> None:
        super().__init__(prepared, count, transpose)
        self._values = prepared.inputs()

    def __call__(self, *tangents: Any) -> Any:
        raise left_alone()

    def batch(self, *tangents: Any) -> Any:
        raise left_alone()


def left_alone() -> UnsupportedError:
    """The error for a linear map that is called by code which is not differentiated."""
    return UnsupportedError(
        "calling a linear map outside of the differentiated function that made it", "return what it gives instead"
    )


def linearize(run: Any, f: Any, *primals: Any, has_aux: bool = False) -> Any:
    """What `linearize` gives."""
    ready, result, pullback = prepared(run, f, primals, None, None, has_aux)
    linear = Inside(ready, len(primals), pullback)
    return (result[0], linear, result[1]) if has_aux else (result, linear)


def along(run: Any, linear: Any, *tangents: Any) -> Any:
    """What a linear map gives."""
    return along_by_name(run, linear, linear._by_name(tangents))


def batch(run: Any, linear: Any, *tangents: Any) -> Any:
    """What `batch` of a linear map gives."""
    given = {name: tangent for name, tangent in linear._by_name(tangents).items() if tangent is not None}
    like = {name: linear._values[name] for name in given}
    return batched(given, like, lambda row: along_by_name(run, linear, row), run)


def along_by_name(run: Any, linear: Any, by_name: Mapping[str, Any]) -> Any:
    """The tangent of the value along tangents by name."""
    gradients, back = transposed(run, linear.transpose)
    given = [
        zeros_of(gradient) if by_name.get(name) is None else by_name[name]
        for name, gradient in zip(linear._names, gradients)
    ]
    return run(back, tuple(given))[0]


def sparse(run: Any, made: SparseJacobian, /, *args: Any, **keywords: Any) -> Any:
    """Refused: its places are found by trial."""
    raise UnsupportedError(
        "sparse_jacobian() in a derivative that is differentiated again", "use sg.jacobian, or sg.vjp for products"
    )
