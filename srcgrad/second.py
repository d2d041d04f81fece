"""Derivatives of second and higher order, by those of the first.

hessian(f)(x)       reverse over reverse: the gradient once, one sweep of its reverse an element of x
hvp(f)(x, v)        H v, forward over reverse: the tangent of the gradient along v
vhp(f)(x, v)        v H, reverse over reverse: the pullback of the gradient
derivative(f, n)    the n-th derivative of a function of one number
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.emit.register import shown_name
from srcgrad.gradient import Gradient, grad
from srcgrad.jacobian import jacobian
from srcgrad.nested import function_for
from srcgrad.nested_modes import NestedJvp, vjp_of_gradient
from srcgrad.runtime.adjoints import carries

Argnums = int | tuple[int, ...]


class SecondOrder:
    """A function of second derivatives of the scalar function `f`; `.source` is the text that ran.

    Raises TypeError where `f` does not return a real scalar, UnsupportedError where `f` uses what srcgrad does not
    differentiate.
    """

    gives_derivatives = True
    what = ""
    # whether the last argument is a direction
    directed = True

    def __init__(self, f: Callable[..., Any], argnums: Argnums = 0) -> None:
        several = argnums if isinstance(argnums, tuple) else (argnums,)
        if not several or not all(isinstance(one, int) and not isinstance(one, bool) for one in several):
            raise TypeError(f"argnums of {self.what} must be an index or a tuple of them; got {argnums!r}")
        self.__wrapped__ = f
        functools.update_wrapper(self, f, updated=())  # type: ignore[arg-type]
        self._argnums = argnums
        self._gradient: Gradient = grad(f, argnums)

    def _places(self, count: int) -> list[int]:
        """The positions of the arguments that are differentiated by, among `count`."""
        several = self._argnums if isinstance(self._argnums, tuple) else (self._argnums,)
        for one in several:
            if not -count <= one < count:
                raise ValueError(f"argnums={self._argnums!r} is out of range: there are {count} arguments")
        return [one % count for one in several]

    @property
    def __signature__(self) -> inspect.Signature:
        """That of `f`; a direction comes last, after the arguments that have to be given."""
        signature = inspect.signature(self.__wrapped__)
        if not self.directed:
            return signature
        place = inspect.Parameter.POSITIONAL_ONLY
        names = [
            p.name for p in signature.parameters.values() if p.default is p.empty and p.kind <= p.POSITIONAL_OR_KEYWORD
        ]
        direction = next(name for name in ("v", "direction", "direction_") if name not in names)
        return inspect.Signature([inspect.Parameter(name, place) for name in (*names, direction)])

    def _direction(self, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int], list[Any]]:
        """The arguments without the direction, the positions that it belongs to, and its parts."""
        if len(args) < 2:
            raise TypeError(f"{self.what} is called with the arguments of the function and a direction")
        *rest, direction = args
        places = self._places(len(rest))
        if not isinstance(self._argnums, tuple):
            direction = (direction,)
        elif not isinstance(direction, (tuple, list)) or len(direction) != len(places):
            raise ValueError(f"{self.what} with argnums={self._argnums!r} wants a direction of {len(places)} parts")
        for place, part in zip(places, direction):
            if carries(rest[place]) and part is not None and np.shape(part) != np.shape(rest[place]):
                raise ValueError(
                    f"{self.what} of {shown_name(self.__wrapped__)}(): the direction has shape {np.shape(part)}; the "
                    f"argument has shape {np.shape(rest[place])}"
                )
        return tuple(rest), places, list(direction)

    def __repr__(self) -> str:
        name = getattr(self.__wrapped__, "__qualname__", repr(self.__wrapped__))
        return f"<srcgrad.{self.what} of {name}>"


class HessianVector(SecondOrder):
    """`hvp`: the product of the Hessian with a direction."""

    what = "hvp"

    def __init__(self, f: Callable[..., Any], argnums: Argnums = 0) -> None:
        super().__init__(f, argnums)
        self._tangent = NestedJvp(self._gradient)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """`H v` for `(*arguments, v)`, in the structure, shapes and dtypes of what is differentiated by."""
        rest, places, parts = self._direction(args)
        tangents: list[Any] = [None] * len(rest)
        for place, part in zip(places, parts):
            tangents[place] = part
        by_name = self._tangent._by_parameter(self._tangent._dispatcher, tangents)
        return self._tangent.along(rest, keywords, by_name)[1]

    @property
    def source(self) -> str:
        """The emitted text, exactly what ran."""
        return self._tangent.source


class VectorHessian(SecondOrder):
    """`vhp`: the product of a direction with the Hessian."""

    what = "vhp"

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """`v H` for `(*arguments, v)`, in the structure, shapes and dtypes of what is differentiated by."""
        rest, places, parts = self._direction(args)
        several = isinstance(self._argnums, tuple)
        _, pullback = vjp_of_gradient(self._gradient, rest, keywords, argnums=tuple(places))
        gradients = pullback(tuple(parts) if several else parts[0])
        return gradients if several else gradients[0]


class Hessian(SecondOrder):
    """`hessian`: all second derivatives."""

    what = "hessian"
    directed = False

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The Hessian, of shape `x.shape + x.shape`; blocks for structures and for several arguments."""
        function, given, named = function_for(self._gradient, args, keywords)
        # by rows: from 1.5 to 10 times as fast as by columns, which remember more or run the function again
        return jacobian(function, self._argnums)(*given, **named)


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Hessian:
    """A function that returns the Hessian of the scalar function `f`, an array of shape `x.shape + x.shape`.

    argnums  the argument to differentiate by, or a tuple of them: then `H[i][j]` is the block of two of them

    Reverse over reverse: the gradient runs once, then one sweep of its reverse for each element of `x`.  For products
    with a direction, `hvp` does not build the matrix.  Raises TypeError where `f` does not return a real scalar.

    >>> sg.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return Hessian(f, argnums)


def hvp(f: Callable[..., Any], argnums: Argnums = 0) -> HessianVector:
    """A function of `(*arguments, v, **keywords)` that returns `H v`, H the Hessian of the scalar function `f`.

    argnums  the argument to differentiate by, or a tuple of them: then v, and the result, is a tuple with one part each

    v has the structure and shapes of what is differentiated by, and so has the result.  Raises ValueError or TypeError
    where v does not fit, TypeError where `f` does not return a real scalar.

    Forward over reverse: the tangent of the gradient along v, at a small multiple of the gradient's cost.

    >>> sg.hvp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    return HessianVector(f, argnums)


def vhp(f: Callable[..., Any], argnums: Argnums = 0) -> VectorHessian:
    """A function of `(*arguments, v, **keywords)` that returns `v H`, H the Hessian of the scalar function `f`.

    What `hvp` gives, as Hessians are symmetric, by reverse over reverse: for functions that forward mode refuses.

    >>> sg.vhp(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    return VectorHessian(f, argnums)


def derivative(f: Callable[..., Any], n: int = 1) -> Callable[..., Any]:
    """The n-th derivative of a function of one real number, as a function of it: `f` differentiated n times.

    Further arguments are held fixed.  Raises ValueError for a negative n, TypeError where `f` returns no real scalar.

    >>> sg.derivative(lambda t: t**4, 3)(2.0)
    48.0
    """
    if isinstance(n, bool) or not isinstance(n, int):
        raise TypeError(f"the order of a derivative is a whole number; got {n!r}")
    if n < 0:
        raise ValueError(f"the order of a derivative is not negative; got {n}")
    for _ in range(n):
        f = grad(f)
    return f
