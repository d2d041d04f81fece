"""`implicit`: derivatives of solvers by the implicit function theorem, not through their iterations.

A solver returns x with F(x, a) = 0.  Differentiating that equation gives dF/dx dx + dF/da da = 0, hence for a cotangent
x_bar of the solution

    (dF/dx)^T w = x_bar            the adjoint system, solved at the solution
    a_bar = -(dF/da)^T w

For a fixed point x = T(x, a), F is x - T.  Both products with transposes are the pullback of F (or T) at the solution.
The adjoint system is an equation as well: for derivatives of derivatives, its solution has a derivative of that kind.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.custom import CustomRule, Function, called, check_takes, place_of
from srcgrad.errors import UnsupportedError, a_type
from srcgrad.jvp import jvp
from srcgrad.pullback import vjp
from srcgrad.runtime.adjoints import carries


class Implicit(CustomRule):
    """A solver whose derivative is that of the equation that its result solves."""

    def __init__(self, solver: Function, condition: Function, fixed_point: bool, solve: Any) -> None:
        super().__init__(solver)
        self.condition, self.fixed_point, self.solve = condition, fixed_point, solve
        check_takes(condition, 1 + len(self.parameters), f"the equation of {self.__name__}()")  # type: ignore[attr-defined]
        if solve is not None:
            check_takes(solve, 2, f"solve= of {self.__name__}()")  # type: ignore[attr-defined]

    def ways(self) -> str:
        return place_of(self.condition)

    def run_forward(self, values: dict[str, Any], run: Function = called) -> tuple[Any, Any]:
        x = run(self, *values.values())
        if not carries(x):
            raise TypeError(f"{place_of(self.function)} must return a number or an array; it returned {a_type(x)}")
        if np.iscomplexobj(x):
            raise UnsupportedError("implicit() with a complex solution", "solve for its real and imaginary parts")
        return x, (run(np.copy, x) if isinstance(x, np.ndarray) else x, tuple(values.values()))

    def run_tangent(self, values: dict[str, Any], tangents: dict[str, Any], run: Function = called) -> tuple[Any, Any]:
        x, _ = self.run_forward(values, run)
        given, dots = tuple(values.values()), tuple(tangents.values())
        change = run(jvp, self.condition, (x, *given), (None, *dots))[1]
        self.check_shape(change, x)
        along, fixed = jvp(self.condition), [None] * len(given)
        solver = self.solver_by(lambda v: along((x, *given), (v, *fixed))[1])
        solved = run(System(solver, tangent_equation(self.condition, self.fixed_point), self), x, given, change)
        return x, solved if self.fixed_point else run(operator.neg, solved)

    def run_backward(self, carrier: Any, bar: Any, run: Function = called) -> tuple[Any, ...]:
        x, given = carrier
        value, pullback = run(vjp, self.condition, x, *given)
        self.check_shape(value, x)
        solver = self.solver_by(lambda v: pullback(v)[0])
        solved = run(System(solver, adjoint_equation(self.condition, self.fixed_point), self), x, given, bar)
        if not self.fixed_point:
            solved = run(operator.neg, solved)
        return tuple(run(pullback, solved)[1:])

    def check_shape(self, value: Any, x: Any) -> None:
        """ValueError for a value of the equation with another shape than the solution."""
        if np.shape(value) != np.shape(x):
            raise ValueError(f"{self.ways()} returned shape {np.shape(value)}; the solution has shape {np.shape(x)}")

    # -------------------------------------------------------------------------------------------- the linear systems

    def solver_by(self, product: Function) -> Function:
        """What solves a system, from the product of the equation's derivative or its transpose with a vector."""

        def applied(v: Any) -> Any:
            """The product of the system's matrix with a vector of the solution's shape."""
            return v - product(v) if self.fixed_point else product(v)

        def solver(x: Any, given: tuple[Any, ...], right: Any) -> Any:
            """The solution of the system."""
            found = (self.solve or self.solve_dense)(applied, right)
            if np.shape(found) != np.shape(x):
                raise ValueError(f"{self.ways()}: solve() gave shape {np.shape(found)}; the solution has {np.shape(x)}")
            return found

        return solver

    def solve_dense(self, applied: Any, right: Any) -> Any:
        """The solution of a system with its matrix written out: one product an element of the solution."""
        shape = np.shape(right)
        if shape == ():
            slope = applied(1.0)
            if slope == 0.0:
                raise self.singular()
            return right / slope
        columns = [np.ravel(applied(unit.reshape(shape))) for unit in np.eye(np.size(right), dtype=right.dtype)]
        try:
            return np.linalg.solve(np.array(columns).T, np.ravel(right)).reshape(shape)
        except np.linalg.LinAlgError:
            raise self.singular() from None

    def singular(self) -> np.linalg.LinAlgError:
        return np.linalg.LinAlgError(
            f"{self.ways()}: its derivative with respect to the solution is singular there: the solution has none"
        )


class System(Implicit):
    """A linear system with the derivative of an equation or its transpose, with a derivative of its own in turn."""

    def __init__(self, solver: Function, equation: Function, whose: Implicit) -> None:
        super().__init__(solver, equation, False, whose.solve)
        self.whose = whose

    def ways(self) -> str:
        return self.whose.ways()


# zero where the system is solved; in the language that is differentiated, for derivatives of derivatives


def adjoint_equation(condition: Any, fixed_point: bool) -> Function:
    """Zero for the solution w of the adjoint system."""

    def equation(w: Any, x: Any, given: Any, bar: Any) -> Any:
        product = vjp(condition, x, *given)[1](w)[0]
        return w - product - bar if fixed_point else product - bar

    return equation


def tangent_equation(condition: Any, fixed_point: bool) -> Function:
    """Zero for the solution w of the tangent's system."""

    def equation(w: Any, x: Any, given: Any, change: Any) -> Any:
        product = jvp(condition, (x, *given), (w, *[None for _ in given]))[1]
        return w - product - change if fixed_point else product - change

    return equation


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

    >>> @sg.implicit(root=lambda x, a: x * x - a)
    ... def square_root(a):
    ...     x = a
    ...     while abs(x * x - a) > 1e-12:
    ...         x = 0.5 * (x + a / x)
    ...     return x
    >>> round(sg.grad(square_root)(4.0), 6)
    0.25
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
