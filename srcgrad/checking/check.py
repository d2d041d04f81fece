"""Compare derivatives with central differences: the checker that users and our own tests call.

For outputs `y = f(args)` and one random cotangent `c` an output, the scalar function

    phi(args) = sum(Re(conj(c) * y))

has the gradient that the pullback returns for `c`; so one reverse pass and a number of forward passes check every
output at once.  For a complex input `z = a + ib` the gradient is `dphi/da + i dphi/db`.  In forward mode the tangents
of the outputs along one direction give the derivative of phi along it, which is what a difference measures.

Inputs of up to `ELEMENTWISE` elements are checked element by element; of larger ones, some elements and some random
directions.  A wrong element that no direction sees is possible only when errors cancel in every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from srcgrad.checking.differences import (
    Array,
    Precision,
    Scale,
    difference,
    directions,
    expected_precision,
    widened_leaf,
)
from srcgrad.checking.forward import claimed_change
from srcgrad.checking.higher import derivatives_of
from srcgrad.checking.locate import first_disagreement
from srcgrad.checking.trees import Path, copied, is_leaf, leaves, mapped, spell
from srcgrad.errors import a_type


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    modes: Sequence[str] = ("rev",),
    *,
    argnums: int | Sequence[int] | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    eps: float | None = None,
) -> None:
    """Check the derivatives of `f` at `args` against central differences; raise AssertionError where they differ.

    f        takes and returns arrays, scalars, and nested tuples, lists, dicts, dataclasses and objects of them
    args     the positional arguments; only copies of them are handed to `f`
    order    1; or more, to check the derivatives of derivatives in the same modes as well, each in all of them
    modes    "rev" for the gradient, "fwd" for the tangent along each direction; ("rev", "fwd") for both
    argnums  which arguments to check; all by default.  Integers and other values without a derivative are passed on
    rtol, atol  how far apart numeric and analytic values may be; chosen from the floating types when not given
    eps      the step of the differences, relative to the element where that is larger than 1

    >>> sg.check_grads(lambda x, y: np.sum(x * np.sin(y)), (np.array([1.0, 2.0]), 0.5), modes=("rev", "fwd"))
    """
    _check_options(order, modes)
    if not isinstance(args, (tuple, list)):
        raise TypeError(f"check_grads takes the arguments of f as a tuple, (x,) for one; got {a_type(args)}")
    args = tuple(args)
    chosen = _chosen(argnums, len(args))

    # A lazy import: the package imports this module.
    import srcgrad

    outputs = f(*copied(args))
    _assert_same_outputs(outputs, f(*copied(args)), "f returned different values when called twice on equal arguments")
    rng = np.random.default_rng(20240229)
    cotangents = mapped(outputs, lambda leaf: _random_like(leaf, rng))
    gradients = None
    if "rev" in modes:
        returned, pullback = srcgrad.vjp(f, *copied(args))
        _assert_same_outputs(outputs, returned, "vjp returned another value than f")
        gradients = pullback(copied(cotangents))
    forward = srcgrad.jvp(f)

    precision = expected_precision(f, args, outputs)
    precision = Precision(
        precision.eps if eps is None else eps,
        precision.rtol if rtol is None else rtol,
        precision.atol if atol is None else atol,
    )
    widened = mapped(args, widened_leaf)
    for place, (path, leaf) in enumerate(leaves(args)):
        if path[0][1] not in chosen:
            continue
        analytic = _gradient_at(gradients, path, leaf) if "rev" in modes else None
        scale = Scale(precision, leaf)
        for label, direction in directions(leaf, rng):
            step = scale.step(direction)
            apart, noise = difference(f, widened, place, step * direction, cotangents)
            numeric = apart / step
            claims = {}
            if analytic is not None:
                claims["gradient"] = float(np.sum((np.conj(direction) * analytic).real))
            if "fwd" in modes:
                claims["tangent"] = claimed_change(forward, args, place, direction, cotangents, outputs)
            for what, claimed in claims.items():
                if not scale.close(numeric, claimed, noise / step):
                    where = first_disagreement(
                        f, what, args, widened, place, direction, scale, lambda leaf: _random_like(leaf, rng)
                    )
                    raise AssertionError(
                        f"{what} of {getattr(f, '__name__', None) or repr(f)} with respect to {spell(path)}{label}: "
                        f"numeric {numeric:.10g}, analytic {claimed:.10g}{where}"
                    )
    if order > 1:
        for function in derivatives_of(f, args, modes, outputs, rng):
            check_grads(function, args, order - 1, modes, argnums=argnums, rtol=rtol, atol=atol, eps=eps)


def _check_options(order: int, modes: Sequence[str]) -> None:
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"order={order!r}: the order of the derivatives to check is 1 or more")
    for mode in modes:
        if mode not in ("rev", "fwd"):
            raise ValueError(f"modes={tuple(modes)!r}: a mode is 'rev' or 'fwd'")
    if not modes:
        raise ValueError("modes=(): give 'rev', 'fwd' or both")


def _chosen(argnums: int | Sequence[int] | None, count: int) -> frozenset[int]:
    if argnums is None:
        return frozenset(range(count))
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for number in numbers:
        if not -count <= number < count:
            raise ValueError(f"check_grads: argnums has {number}, but there are {count} arguments")
    return frozenset(number % count for number in numbers)


def _gradient_at(gradients: Any, path: Path, leaf: Any) -> Array:
    """The analytic gradient of the input at `path`, after checking that it is there and is like the input."""
    found = gradients
    for kind, key in path:
        try:
            found = found[key] if kind == "item" else getattr(found, key)
        except (TypeError, LookupError, AttributeError):
            raise AssertionError(f"gradient with respect to {spell(path)} is missing: got {found!r}") from None
    want, got = np.asarray(leaf), np.asarray(found)
    if not is_leaf(found) or got.shape != want.shape or got.dtype != want.dtype:
        raise AssertionError(
            f"gradient with respect to {spell(path)}: wanted shape {want.shape} of {want.dtype}, "
            f"got {type(found).__name__} of shape {got.shape} and type {got.dtype}"
        )
    return got


def _random_like(leaf: Any, rng: np.random.Generator) -> Any:
    """A random cotangent with the leaf's type; None where the output has no derivative."""
    if not is_leaf(leaf):
        return None
    array = np.asarray(leaf)
    drawn: Any = rng.uniform(0.5, 1.5, array.shape) * rng.choice([-1.0, 1.0], array.shape)
    if array.dtype.kind == "c":
        drawn = drawn + 1j * rng.uniform(-1.0, 1.0, array.shape)
    return np.asarray(drawn, array.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(drawn[()])


def _assert_same_outputs(want: Any, got: Any, complaint: str) -> None:
    """Bitwise equality; a random function, or one with state, cannot be checked by differences."""
    wanted, found = list(leaves(want)), list(leaves(got))
    same = len(wanted) == len(found) and all(
        a == b and np.array_equal(np.asarray(x), np.asarray(y), equal_nan=True) for (a, x), (b, y) in zip(wanted, found)
    )
    if not same:
        raise AssertionError(complaint)
