"""Minima under constraints, and least squares within bounds: places where what is at work holds as an equation.

At a minimum the slope is a sum of the slopes of the constraints at work, each times a multiplier: equations for the
place and the multipliers together.  Which constraints are at work is seen at the place that SciPy finds.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import optimize

from srcgrad.errors import UnsupportedError
from srcgrad.gradient import grad
from srcgrad.runtime.words_scipy_constrained import at_work, need_apart
from srcgrad.runtime.words_scipy_implicit import number_of, run, side_in, value_of
from srcgrad.runtime.words_scipy_interpolate import made_by
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.written.scipy_least import FitSolution, limits
from srcgrad.written.scipy_optimize import RootSolution, part_of, solution

# what is at no bound
FAR = 1e100


def minimize(fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None, constraints=(), tol=None,
             callback=None, options=None):  # fmt: skip
    helpers = {"jac": jac, "hess": hess, "hessp": hessp, "callback": callback, "constraints": constraints}
    settings = {"method": method, "bounds": bounds, "tol": tol, "options": options}
    found = run(optimize.minimize, fun, (x0,), args, helpers, settings)
    value = part_of(fun, 0) if jac is True else fun
    each = constraints if isinstance(constraints, (list, tuple)) else [constraints]
    for constraint in each:
        if not isinstance(constraint, dict):
            raise UnsupportedError("a constraint that is no dict", "pass {'type': 'ineq', 'fun': ...}")

    def parts(x):
        found = []
        for constraint in each:
            found.append(np.atleast_1d(constraint["fun"](x, *constraint.get("args", ()))))
        if bounds is not None:
            low, high = limits(bounds)
            found.append(x - np.maximum(low, -FAR))
            found.append(np.minimum(high, FAR) - x)
        return found

    x = value_of(found, "x", x0)
    chosen, multipliers = at_work(value, parts, [constraint["type"] for constraint in each], x, args)

    def conditions(x):
        total = 0.0
        for part, chosen_here in zip(parts(x), chosen):
            total = total + part @ chosen_here
        return total

    def lagrangian(x, multipliers):
        return value(x, *args) - np.sum(multipliers * conditions(x))

    def equations(z):
        place = z[: len(x)]
        return np.concatenate([grad(lagrangian)(place, z[len(x) :]), conditions(place)])

    x = solution(np.concatenate([x, multipliers]), equations, ())[: len(x)]
    return RootSolution(found, x, value(x, *args))


def within(A, b, x, free):
    """The place `x` of least squares as one that depends on the matrix, the right side and the numbers held fixed."""
    need_apart(A, b, x, free)
    again = x * 1.0
    again[free] = np.linalg.lstsq(A[:, free], b - A[:, ~free] @ x[~free], None)[0]
    return again


def nnls(A, b, **options):
    A, b = np.asarray(A), np.asarray(b)
    found = made_by(optimize.nnls, (A, b), options)
    x = value_of(found, 0, b)
    again = within(A, b, x, x > 0.0)
    norm = np.linalg.norm(A @ again - b)
    return attached(again, x), attached(norm, number_of(found[1]))


def lsq_linear(A, b, bounds=(-np.inf, np.inf), **options):
    A, b = np.asarray(A), np.asarray(b)
    found = made_by(optimize.lsq_linear, (A, b, bounds), options)
    low, high = (bounds.lb, bounds.ub) if isinstance(bounds, optimize.Bounds) else bounds
    x = value_of(found, "x", b)
    side = side_in(found)
    x = attached(within(A, b, np.where(side < 0, low, np.where(side > 0, high, x)), side == 0), x)
    misses = A @ x - b
    return FitSolution(found, x, 0.5 * np.sum(misses**2), misses)
