"""`implicit`: derivatives of solvers by the implicit function theorem, not through their iterations.

A solver returns x with F(x, a) = 0.  Differentiating that equation gives dF/dx dx + dF/da da = 0, hence for a cotangent
x_bar of the solution

    (dF/dx)^T w = x_bar            the adjoint system, solved at the solution
    a_bar = -(dF/da)^T w

For a fixed point x = T(x, a), F is x - T.  Both products with transposes are the pullback of F (or T) at the solution.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.custom import CustomRule, Function, check_takes, place_of
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.adjoints import carries


class Implicit(CustomRule):
    """A solver whose derivative is that of the equation that its result solves."""

    def __init__(self, solver: Function, condition: Function, fixed_point: bool, solve: Any) -> None:
        super().__init__(solver)
        self.condition, self.fixed_point, self.solve = condition, fixed_point, solve
        check_takes(condition, 1 + len(self.parameters), f"the equation of {self.__name__}()")  # type: ignore[attr-defined]

    def ways(self) -> str:
        return place_of(self.condition)

    def run_forward(self, values: dict[str, Any]) -> tuple[Any, Any]:
        x = self.function(*values.values())
        if not carries(x):
            raise TypeError(
                f"{place_of(self.function)} must return a number or an array; it returned a {type(x).__name__}"
            )
        if np.iscomplexobj(x):
            raise UnsupportedError("implicit() with a complex solution", "solve for its real and imaginary parts")
        return x, (x.copy() if isinstance(x, np.ndarray) else x, tuple(values.values()))

    def run_tangent(self, values: dict[str, Any], tangents: dict[str, Any]) -> tuple[Any, Any]:
        from srcgrad.jvp import jvp

        x, _ = self.run_forward(values)
        given, dots = tuple(values.values()), tuple(tangents.values())
        along = jvp(self.condition)
        change = along((x, *given), (None, *dots))[1]
        if np.shape(change) != np.shape(x):
            raise ValueError(f"{self.ways()} returned shape {np.shape(change)}; the solution has shape {np.shape(x)}")

        def applied(v: Any) -> Any:
            """The product of dF/dx with a vector of the solution's shape."""
            product = along((x, *given), (v, *[None] * len(given)))[1]
            return v - product if self.fixed_point else product

        return x, (self.solve or self.solve_dense)(applied, change if self.fixed_point else -change)

    def run_backward(self, carrier: Any, bar: Any) -> tuple[Any, ...]:
        from srcgrad.pullback import vjp

        x, given = carrier
        value, pullback = vjp(self.condition, x, *given)
        if np.shape(value) != np.shape(x):
            raise ValueError(f"{self.ways()} returned shape {np.shape(value)}; the solution has shape {np.shape(x)}")

        def transposed(v: Any) -> Any:
            """The product of (dF/dx)^T with a vector of the solution's shape."""
            product = pullback(v)[0]
            return v - product if self.fixed_point else product

        solved = (self.solve or self.solve_dense)(transposed, bar)
        if np.shape(solved) != np.shape(x):
            raise ValueError(f"{self.ways()}: solve() gave shape {np.shape(solved)}; the solution has {np.shape(x)}")
        gradients = pullback(solved)[1:]
        sign = 1.0 if self.fixed_point else -1.0
        return tuple(None if g is None else scaled(sign, g) for g in gradients)

    def solve_dense(self, transposed: Any, bar: Any) -> Any:
        """The solution of the adjoint system with its matrix written out: one pullback an element of the solution."""
        shape = np.shape(bar)
        if shape == ():
            slope = transposed(1.0)
            if slope == 0.0:
                raise self.singular()
            return bar / slope
        columns = [np.ravel(transposed(unit.reshape(shape))) for unit in np.eye(np.size(bar), dtype=bar.dtype)]
        try:
            return np.linalg.solve(np.array(columns).T, np.ravel(bar)).reshape(shape)
        except np.linalg.LinAlgError:
            raise self.singular() from None

    def singular(self) -> np.linalg.LinAlgError:
        return np.linalg.LinAlgError(
            f"{self.ways()}: its derivative with respect to the solution is singular there: the solution has none"
        )


def scaled(sign: float, gradient: Any) -> Any:
    """A gradient, or a structure of them, with a sign."""
    from srcgrad import arguments

    return gradient if sign == 1.0 else arguments.rebuilt(gradient, lambda g: sign * g, lambda part: part)


def implicit(
    solver: Function | None = None, *, root: Function | None = None, fixed_point: Function | None = None,
    solve: Callable[[Callable[[Any], Any], Any], Any] | None = None,
) -> Any:  # fmt: skip
    """Decorate a solver: its derivative is that of the equation which its result solves.

    solver       returns x, a real number or array, for its arguments; what it does inside is not differentiated
    root         F(x, *args), of the shape of x: zero at the solution; takes the solver's arguments after x
    fixed_point  T(x, *args), in place of `root`: x where the solution is
    solve        solve(apply, b) returns w with apply(w) = b, for a large system: apply is the derivative of the
                 equation with respect to x, transposed in reverse mode.  Without it the matrix is written out, one
                 derivative an element of x

    An argument that only guides the solver, such as a first guess, has derivative zero.  Raises TypeError where the
    equation does not take 1 + the solver's number of arguments, ValueError where it has another shape than x,
    LinAlgError where its derivative is singular at the solution.  Source: the implicit function theorem.
    """
    if solver is None:
        return functools.partial(implicit, root=root, fixed_point=fixed_point, solve=solve)
    if (root is None) == (fixed_point is None):
        raise TypeError(
            "implicit() wants one equation: root=F for F(x, *args) = 0, or fixed_point=T for x = T(x, *args)"
        )
    condition = root if fixed_point is None else fixed_point
    assert condition is not None
    return Implicit(solver, condition, fixed_point is not None, solve)
